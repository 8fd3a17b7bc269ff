// A day of follow-up in French: call a customer, simulate and send, withdraw what was sent with a correction.
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_list_view .o_data_row:contains(${text})`;

tours.add("recouvrement_call", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Liste d'appels)" },
        { trigger: `${row("Appelée Bois")} button[name=action_call]`, run: "click" },
        { trigger: ".modal .o_field_widget[name=contact_id] input:value(Mme Roux)" },
        { trigger: ".modal .o_field_widget[name=script]:contains(société):contains(1 000,00)" },
        { trigger: ".modal .o_recouvrement_call_items tr:contains(1 000,00)" },
        { trigger: ".modal .o_recouvrement_objection summary:contains(pas reçu la facture)", run: "click" },
        { trigger: ".modal .o_recouvrement_objection p:contains(renvoie)" },
        { trigger: ".modal .o_field_widget[name=result] .o_radio_item:contains(Promet de payer) input", run: "click" },
        { trigger: ".modal .o_field_widget[name=date_promised] button, .modal .o_field_widget[name=date_promised] input", run: "click" },
        { trigger: ".o_date_item_cell.o_today", run: "click" },
        { trigger: ".modal .o_field_widget[name=said_by] input", run: "edit Mme Roux" },
        { trigger: ".modal .o_field_widget[name=note] textarea", run: "edit Virement ce soir" },
        { trigger: ".modal button[name=action_record]", run: "click" },
        { trigger: ".o_notification:contains(Appel enregistré):contains(Promesse)" },
        { trigger: "body:not(:has(.modal)) .o_list_view:not(:contains(Appelée Bois))" },
        { trigger: ".o_menu_sections button:contains(Suivi)", run: "click" },
        { trigger: ".o-dropdown--menu .dropdown-item:contains(Appels)", run: "click" },
        { trigger: `${row("Appelée Bois")}:contains(Promet de payer):contains(Virement ce soir)` },
    ],
});

tours.add("recouvrement_simulate_approve_send", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Simulation du)" },
        { trigger: `${row("Simulée Bois")}:contains(Deuxième relance) td[name=partner_id]`, run: "click" },
        { trigger: "button[name=action_open_reminder]:contains(Préparer et lire)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=preview_html]:contains(Total dû)" },
        { trigger: ".o_arrow_button_current:contains(À approuver)" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(En attente d'envoi)" },
        { trigger: "button[name=action_send]", run: "click" },
        { trigger: ".o_notification:contains(Relances envoyées : 1)" },
        { trigger: ".o_arrow_button_current:contains(Envoyée)" },
        { trigger: ".nav-link[name=history]", run: "click" },
        { trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(Envoyée)" },
    ],
});

tours.add("recouvrement_correct", {
    steps: () => [
        { trigger: ".o_arrow_button_current:contains(Envoyée)" },
        { trigger: ".o_statusbar_buttons button:contains(Retirer)", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Facture réglée la veille" },
        { trigger: ".modal .o_field_widget[name=correct] input", run: "check" },
        { trigger: ".modal button[name=action_withdraw]", run: "click" },
        { trigger: ".o_form_view .alert-warning:contains(réglée la veille)" },
        { trigger: ".nav-link[name=history]", run: "click" },
        { trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(Rectificatif)" },
    ],
});
