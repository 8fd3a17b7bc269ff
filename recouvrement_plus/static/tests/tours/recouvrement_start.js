// The start of the follow-up: what is late already enters quietly, then the nights begin.
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("recouvrement_start", {
    steps: () => [
        { trigger: ".o_menu_sections button:contains(Configuration)", run: "click" },
        { trigger: ".o-dropdown--menu a:contains(Démarrer le suivi)", run: "click" },
        { trigger: ".modal .o_field_widget[name=check_table]:contains(Banque à jour)" },
        { trigger: ".modal .o_field_widget[name=level_table]:contains(Relance ferme)" },
        { trigger: ".modal .o_field_widget[name=line_ids] .o_data_row:contains(Ancien Retard)" },
        { trigger: ".modal .o_field_widget[name=quiet] input:checked" },
        { trigger: ".modal button[name=action_start]", run: "click" },
        { trigger: ".o_notification:contains(sans aucun message)" },
    ],
});
