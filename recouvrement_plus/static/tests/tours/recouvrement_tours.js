// What a collector does in a day, clicked in a French database. Texts are looked at in French: an English word fails a tour.
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_list_view .o_data_row:contains(${text}) td[name=partner_id]`;

tours.add("recouvrement_case", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Dossiers clients)" },
        { trigger: ".o_menu_sections:contains(Relances):contains(Échéances):contains(Contentieux)" },
        { trigger: row("Menuiserie Blanc"), run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=amount_overdue]:contains(1 000,00)" },
        { trigger: ".o_statusbar_buttons button[name=action_open_waiting_reminder]:contains(Lire et envoyer)" },
        { trigger: ".o_statusbar_buttons:not(:contains(procédure collective)):not(:contains(pénalités))" },
        { trigger: ".o_form_view .o_field_widget[name=next_step]:contains(Deuxième relance)" },
        { trigger: ".o_form_view .oe_title .o_field_widget[name=state]:contains(Relances)" },
        { trigger: ".o_field_widget[name=open_item_ids] .o_data_row td[name=days_late]:contains(16)" },
        { trigger: ".nav-link[name=reminders]", run: "click" },
        { trigger: ".o_field_widget[name=reminder_ids] .o_data_row:contains(En attente d'envoi)" },
        { trigger: ".nav-link[name=holds]", run: "click" },
        { trigger: ".o_field_widget[name=hold_ids] .o_field_x2many_list_row_add" },
        { trigger: ".nav-link[name=risk]", run: "click" },
        { trigger: ".o_field_widget[name=score_ids]" },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_switch_view.o_kanban", run: "click" },
        { trigger: ".o_kanban_group:contains(Relances) .o_kanban_record:contains(Menuiserie Blanc)" },
    ],
});

tours.add("recouvrement_approve", {
    steps: () => [
        { trigger: row("Silence Bois"), run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=preview_html]:contains(vous mettons en demeure)" },
        { trigger: ".o_field_widget[name=preview_html]:contains(Décompte de pénalités)" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: "button[name=action_send]" },
        { trigger: ".o_arrow_button_current:contains(Approuvée)" },
    ],
});

tours.add("recouvrement_withdraw", {
    steps: () => [
        { trigger: row("Menuiserie Blanc"), run: "click" },
        { trigger: ".o_form_view .o_recouvrement_items:contains(Jours de retard)" },
        { trigger: ".o_statusbar_buttons button:contains(Retirer)", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Le client a appelé, chèque reçu" },
        { trigger: ".modal button[name=action_withdraw]", run: "click" },
        { trigger: ".o_form_view .alert-warning:contains(Retirée par une personne):contains(chèque reçu)" },
    ],
});

tours.add("recouvrement_configuration", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Relances standard) td[name=name]", run: "click" },
        { trigger: ".o_field_widget[name=level_ids] .o_data_row:contains(Mise en demeure):contains(Courrier)" },
        { trigger: ".o_field_widget[name=level_ids] .o_data_row:contains(Deuxième relance) td[name=name]", run: "click" },
        { trigger: ".modal .o_field_widget[name=template_id]" },
        { trigger: ".modal .btn-close, .modal .o_form_button_cancel", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_menu_sections button:contains(Configuration)", run: "click" },
        { trigger: ".o-dropdown--menu .dropdown-item:contains(Taux légaux)", run: "click" },
        { trigger: ".o_list_view .o_group_header:contains(Taux de refinancement de la BCE)" },
        { trigger: ".o_list_view .o_data_row .o_boolean_toggle" },
        { trigger: ".o_list_view th:contains(Connu jusqu'au)" },
        { trigger: ".o_menu_sections button:contains(Configuration)", run: "click" },
        { trigger: ".o-dropdown--menu .dropdown-item:contains(Paramètres)", run: "click" },
        { trigger: ".settings_tab .selected[data-key=recouvrement_plus]" },
        { trigger: ".app_settings_block[data-key=recouvrement_plus]:visible .o_setting_box:contains(Pause après une réponse)" },
    ],
});

tours.add("recouvrement_nights", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row td[name=date]", run: "click" },
        { trigger: ".o_field_widget[name=level_table] tr:contains(Mise en demeure):contains(Lettre recommandée)" },
        { trigger: ".o_field_widget[name=held_line_ids] .o_data_row:contains(Litige)" },
        { trigger: "button[name=action_open_reminders]", run: "click" },
        { trigger: row("Menuiserie Blanc") },
    ],
});

tours.add("recouvrement_invoice", {
    steps: () => [
        { trigger: ".nav-link[name=recouvrement]", run: "click" },
        { trigger: ".o_field_widget[name=recouvrement_stage]:contains(Relances)" },
        { trigger: ".o_field_widget[name=recouvrement_reminder_ids] .o_data_row:contains(Deuxième relance)" },
        { trigger: ".o_field_widget[name=recouvrement_case_id] a:contains(Menuiserie Blanc)" },
    ],
});

tours.add("recouvrement_customer", {
    steps: () => [
        { trigger: ".nav-link[name=recouvrement]", run: "click" },
        { trigger: ".o_field_widget[name=recouvrement_case_ids] .o_data_row:contains(Deuxième relance)" },
        { trigger: "button[name=action_recouvrement_open_case]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=open_item_ids] .o_data_row" },
    ],
});
