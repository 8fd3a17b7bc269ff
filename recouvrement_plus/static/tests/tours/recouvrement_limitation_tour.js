// The legal role looks at what is lost soon, opens the invoice, proposes an event and refuses it. Texts are looked at in French.
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("recouvrement_limitation", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Créances bientôt prescrites)" },
        { trigger: ".o_list_view .o_data_row:first:contains(Verrerie du Lac) td[name=amount_at_stake]:contains(9 000,00)" },
        { trigger: ".o_list_view .o_data_row:contains(Menuiserie Blanc) td[name=limitation_alert]:contains(Sous 30 jours)" },
        { trigger: ".o_data_row:contains(Menuiserie Blanc) button[name=action_open_invoice]", run: "click" },
        { trigger: ".o_form_view .nav-link[name=recouvrement_limitation]", run: "click" },
        { trigger: ".o_field_widget[name=recouvrement_limitation_text]:contains(Entre professionnels):contains(L110-4)" },
        { trigger: ".o_field_widget[name=recouvrement_limitation_alert]:contains(Proche)" },
        { trigger: "button[name=action_recouvrement_propose_limitation]", run: "click" },
        { trigger: ".modal .o_field_widget[name=kind]" },
        { trigger: ".modal .o_field_widget[name=note] input", run: "edit Courrier du client" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_field_widget[name=recouvrement_limitation_event_ids] .o_data_row:contains(Proposé):contains(Si enregistré)" },
        { trigger: ".o_field_widget[name=recouvrement_limitation_event_ids] .o_data_row button:contains(Refuser)", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Courrier d'un autre client" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_field_widget[name=recouvrement_limitation_event_ids] .o_data_row:contains(Refusé)" },
    ],
});
