// The explanation of a score: every point in a sentence, every number leads to its instalments.
import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

export class RecouvrementScore extends Component {
    static template = "recouvrement_plus.Score";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get score() {
        return this.props.record.data[this.props.name] || { rows: [] };
    }

    async open(kind) {
        const ids = [this.props.record.resId];
        this.action.doAction(await this.orm.call(this.props.record.resModel, "action_open_score_instalments", [ids, kind]));
    }
}

registry.category("fields").add("recouvrement_score", { component: RecouvrementScore, supportedTypes: ["json"] });
