// The day simulator: look, prepare one, put it in own words, approve it.
import { registry } from "@web/core/registry";

const row = (text) => `.o_list_view .o_data_row:contains(${text})`;

registry.category("web_tour.tours").add("recouvrement_simulator", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Simulation du)" },
        { trigger: `${row("Contredit Verre")}:contains(Relance suspendue):contains(Litige)` },
        { trigger: `${row("Menuiserie Blanc")}:contains(Préparée)` },
        { trigger: `${row("Simulée Bois")}:contains(Deuxième relance) td[name=partner_id]`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=items_html]:contains(Montant dû)" },
        { trigger: "button[name=action_open_reminder]:contains(Préparer et lire)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=preview_html]:contains(Total dû)" },
        { trigger: "button[name=action_edit_text]", run: "click" },
        { trigger: ".modal .o_field_widget[name=body]:contains(le tableau)" },
        { trigger: ".modal .o_field_widget[name=subject] input", run: "edit Suite à notre échange" },
        { trigger: ".modal button[name=action_save]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=preview_subject]:contains(Suite à notre échange)" },
        { trigger: ".o_arrow_button_current:contains(À approuver)" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(En attente d'envoi)" },
    ],
});
