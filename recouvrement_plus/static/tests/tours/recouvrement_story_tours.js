// Two stories from end to end, clicked in French: unpaid invoice to enforced title, opening judgment to admitted claim.
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_list_view .o_data_row:contains(${text})`;
const open = (name) => ({ trigger: `${row(name)} td[name=partner_id]`, run: "click" });
// no apostrophe in what :contains looks for: it reads one as a quote
const next = { trigger: ".o_statusbar_buttons button[name=action_choose_step]", run: "click" };
const choose = (label) => ({ trigger: `.modal .o_data_row:contains(${label}) button[name=action_choose]`, run: "click" });
const confirm = { trigger: ".modal button[name=action_apply]", run: "click" };
const at = (state) => ({ trigger: `body:not(:has(.modal)) .o_arrow_button_current:contains(${state})` });
const button = (label) => ({ trigger: `.o_statusbar_buttons button:contains(${label})`, run: "click" });
const tab = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });
const deadline = (label, date) => ({ trigger: `.o_field_widget[name=deadline_ids] .o_data_row:contains(${label}):contains(${date})` });
const type = (field, text) => ({ trigger: `.modal .o_field_widget[name=${field}] input`, run: `edit ${text}` });
const day = (field, text) => [
    { trigger: `.modal .o_field_widget[name=${field}] :is(button, input)`, run: "click" },
    { trigger: `.modal .o_field_widget[name=${field}] input`, run: `edit ${text}` },
];
const menu = (section, entry) => [
    { trigger: `body:not(:has(.modal)) .o_menu_sections button:contains(${section})`, run: "click" },
    { trigger: `.o-dropdown--menu .dropdown-item:contains(${entry})`, run: "click" },
];
const back = { trigger: ".o_back_button, .breadcrumb-item.o_back_button a", run: "click" };
// The day of the story: the test makes the company's today read it.
const on = (date) => ({
    trigger: "body:not(:has(.modal))",
    run: () => rpc("/web/dataset/call_kw/ir.config_parameter/set_param", {
        model: "ir.config_parameter", method: "set_param", args: ["recouvrement_plus.story_day", date], kwargs: {},
    }),
});

tours.add("recouvrement_story_court", {
    steps: () => [
        // 20 July: the night finds an invoice forty-seven days late
        on("2026-07-20"),
        { trigger: ".o_control_panel button[name=action_execute_today]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=level_table] tr:contains(Mise en demeure)" },
        { trigger: "button[name=action_open_reminders]", run: "click" },
        open("Couverture Grandin"),
        { trigger: ".o_field_widget[name=preview_html]:contains(vous mettons en demeure):contains(1 200,00)" },
        // the debtor's identity is compared with an official source
        { trigger: ".o_form_view .o_field_widget[name=case_id] a", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=partner_id] a", run: "click" },
        tab("recouvrement"),
        { trigger: "button[name=action_recouvrement_check_identity]", run: "click" },
        { trigger: ".o_notification:contains(Identité)" },
        back,
        { trigger: ".o_form_view .o_field_widget[name=open_item_ids]" },
        back,
        // a manager approves, the letter leaves by registered mail
        { trigger: ".o_statusbar_buttons button[name=action_approve]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Approuvée)" },
        ...menu("Contentieux", "Procédures"),
        { trigger: `${row("Couverture Grandin")}:contains(Mise en demeure approuvée) .o_list_record_selector input`, run: "click" },
        { trigger: ".o_control_panel button[name=action_make_mailing]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=proceeding_ids] .o_data_row:contains(Couverture Grandin)" },
        { trigger: ".o_statusbar_buttons button[name=action_print_letters]" },
        { trigger: ".o_statusbar_buttons button[name=action_print_slip]" },
        ...menu("Contentieux", "Procédures"),
        open("Couverture Grandin"),
        at("Mise en demeure envoyée"),
        next,
        choose("Enregistrer le dépôt à la poste"),
        type("reference", "1A 234 567 8901 2"),
        confirm,
        { trigger: ".o_field_widget[name=registered_number]:contains(1A 234 567 8901 2)" },
        on("2026-07-23"),
        button("Enregistrer la réception"),
        ...day("received_on", "23/07/2026"),
        confirm,
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=date_received]:contains(23)" },
        // the date given has passed: before the court
        on("2026-08-17"),
        next,
        choose("Préparer la requête en injonction de payer"),
        { trigger: ".modal .o_field_widget[name=court] input:value(Tribunal de commerce)" },
        confirm,
        at("requête préparée"),
        on("2026-08-24"),
        next,
        choose("Enregistrer le dépôt de la requête"),
        type("reference", "RG 26/1234"),
        confirm,
        at("requête déposée"),
        tab("deadlines"),
        deadline("Frais de greffe", "08/09/2026"),
        on("2026-09-01"),
        next,
        choose("Ordonnance rendue"),
        confirm,
        at("ordonnance rendue"),
        deadline("Ordonnance à signifier", "01/12/2026"),
        // served within its three months
        on("2026-09-07"),
        next,
        choose("Enregistrer la signification"),
        type("professional", "Me Martin, commissaire de justice"),
        { trigger: ".modal .o_field_widget[name=served_in_person] input", run: "check" },
        type("cost", "92,40"),
        confirm,
        at("ordonnance signifiée"),
        deadline("CPC art. 1416", "07/10/2026"),
        deadline("Exécutoire sans opposition", "09/11/2026"),
        // too early: nothing lets the order become a title before its day
        next,
        { trigger: ".modal .o_data_row:contains(opposition)" },
        { trigger: ".modal:not(:contains(est exécutoire)) .btn-close", run: "click" },
        on("2026-11-10"),
        next,
        choose("ordonnance est exécutoire"),
        confirm,
        at("Titre exécutoire"),
        deadline("Dernier jour pour exécuter le titre", "10/11/2036"),
        on("2026-11-12"),
        next,
        choose("Enregistrer un acte"),
        { trigger: ".modal .o_field_widget[name=enforcement_act] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Saisie-attribution de comptes)", run: "click" },
        type("third_party", "Banque du Rhône"),
        type("cost", "180,50"),
        confirm,
        at("Exécution"),
        { trigger: ".o_field_widget[name=cost_recoverable]:contains(180,50)" },
        deadline("R211-3", "20/11/2026"),
        on("2026-11-16"),
        next,
        choose("Saisie-attribution dénoncée au débiteur"),
        confirm,
        deadline("R211-11", "16/12/2026"),
        // the bank pays: the invoice is settled from its own screen
        { trigger: ".o_form_view .o_field_widget[name=case_id] a", run: "click" },
        { trigger: "button[name=action_open_invoices]", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=name]", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_register_payment]", run: "click" },
        ...day("payment_date", "18/11/2026"),
        { trigger: ".modal button[name=action_create_payments]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_register_payment]:visible))" },
        on("2026-11-18"),
        back,
        { trigger: ".o_list_view .o_data_row" },
        back,
        { trigger: ".o_form_view .o_field_widget[name=open_item_ids]" },
        back,
        button("Clôturer comme payée"),
        confirm,
        at("Payée"),
        next,
        choose("Établir la lettre de clôture après règlement"),
        confirm,
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Payée)" },
        tab("events"),
        { trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(Établir la lettre de clôture):contains(.pdf)" },
        tab("timeline"),
        { trigger: ".o_recouvrement_timeline tr:contains(1A 234 567 8901 2)" },
        { trigger: ".o_recouvrement_timeline tr:contains(RG 26/1234)" },
    ],
});

tours.add("recouvrement_story_insolvency", {
    steps: () => [
        // 21 September: the letter of the liquidator comes in, the judgment is recorded from the customer's case
        on("2026-09-21"),
        { trigger: `.o_list_view .o_data_row:contains(Charpente Deroute) td[name=partner_id]`, run: "click" },
        tab("legal"),
        { trigger: ".o_notebook button[name=action_record_insolvency]", run: "click" },
        { trigger: ".modal .o_field_widget[name=kind] :is(select, input)", run: "click" },
        { trigger: ".o_select_menu_item:contains(Liquidation judiciaire):not(:contains(simplifi))", run: "click" },
        ...day("date_judgment", "10/09/2026"),
        type("court", "Tribunal des activités économiques de Lyon"),
        { trigger: ".modal .o_field_widget[name=holder_id] input", run: "edit SELARL Durand" },
        { trigger: ".ui-menu-item a:contains(SELARL Durand), .o-autocomplete--dropdown-item:contains(SELARL Durand)", run: "click" },
        ...day("date_published", "20/09/2026"),
        type("source", "Lettre du liquidateur du 18 septembre"),
        { trigger: ".modal button[name=action_record]", run: "click" },
        at("Créance à déclarer"),
        // two months from the publication, a Friday; what was owed before is held
        { trigger: ".o_field_widget[name=date_declare]:contains(20/11/2026)" },
        { trigger: ".o_field_widget[name=addressee_text]:contains(SELARL Durand)" },
        { trigger: "button[name=action_open_case]", run: "click" },
        { trigger: ".alert:contains(Procédure collective):contains(Liquidation judiciaire)" },
        { trigger: ".o_field_widget[name=open_item_ids] .o_data_row:contains(Procédure collective)" },
        { trigger: ".o_statusbar_buttons:not(:contains(Promesse)):not(:contains(Engager une mise en demeure))" },
        back,
        button("Préparer la déclaration"),
        confirm,
        at("Déclaration préparée"),
        tab("claim"),
        { trigger: ".o_field_widget[name=line_ids] .o_data_row" },
        on("2026-09-22"),
        button("Approuver la déclaration"),
        confirm,
        at("Déclaration approuvée"),
        button("Enregistrer l"),
        type("reference", "1A 765 432 1098 7"),
        confirm,
        at("Créance déclarée"),
        // 9 November: the night dunns the claim of after the judgment, and that one alone
        on("2026-11-09"),
        ...menu("Suivi", "Traitements de nuit"),
        { trigger: ".o_control_panel button[name=action_execute_today]", run: "click" },
        { trigger: ".o_form_view button[name=action_open_reminders]", run: "click" },
        { trigger: `${row("Charpente Deroute")}:contains(800,00) td[name=partner_id]`, run: "click" },
        { trigger: ".o_field_widget[name=preview_html]:contains(SELARL Durand):contains(L622-17):contains(800,00)" },
        // 16 November: the liquidator admits the claim
        on("2026-11-16"),
        ...menu("Contentieux", "Procédures collectives"),
        open("Charpente Deroute"),
        next,
        choose("Créance admise"),
        confirm,
        at("Créance admise"),
        tab("timeline"),
        { trigger: ".o_recouvrement_timeline tr:contains(1A 765 432 1098 7)" },
    ],
});
