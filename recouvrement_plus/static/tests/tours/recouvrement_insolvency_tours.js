// A customer in insolvency proceedings as a jurist clicks it, in French: from the announcement to the admitted claim.
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const choose = (label) => ({ trigger: `.modal .o_data_row:contains(${label}) button[name=action_choose]`, run: "click" });
const next = { trigger: ".o_statusbar_buttons button[name=action_choose_step]", run: "click" };
const confirm = { trigger: ".modal button[name=action_apply]", run: "click" };
const at = (state) => ({ trigger: `body:not(:has(.modal)) .o_arrow_button_current:contains(${state})` });
const button = (label) => ({ trigger: `.o_statusbar_buttons button:contains(${label})`, run: "click" });

tours.add("recouvrement_insolvency", {
    steps: () => [
        { trigger: ".o_menu_sections:contains(Contentieux)" },
        { trigger: ".o_data_row:contains(Charpente Éteinte):contains(Liquidation judiciaire) button[name=action_accept]", run: "click" },
        { trigger: ".modal .o_field_widget[name=court] input:value(Lyon)" },
        { trigger: ".modal .o_field_widget[name=holder_id] input", run: "edit SELARL Durand" },
        { trigger: ".ui-menu-item a:contains(SELARL Durand), .o-autocomplete--dropdown-item:contains(SELARL Durand)", run: "click" },
        { trigger: ".modal button[name=action_record]", run: "click" },
        at("Créance à déclarer"),
        { trigger: ".o_field_widget[name=addressee_text]:contains(ès qualités de liquidateur)" },
        { trigger: ".o_recouvrement_steps tr:contains(Préparer la déclaration):contains(L622-24)" },
        button("Préparer la déclaration"),
        confirm,
        at("Déclaration préparée"),
        { trigger: ".nav-link[name=claim]", run: "click" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row" },
        button("Approuver la déclaration"),
        confirm,
        at("Déclaration approuvée"),
        button("Enregistrer l'envoi"),
        { trigger: ".modal .o_field_widget[name=reference] input", run: "edit 1A 234 567" },
        confirm,
        at("Créance déclarée"),
        next,
        choose("La créance est contestée"),
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Montant discuté" },
        confirm,
        at("Créance contestée"),
        { trigger: ".nav-link[name=deadlines]", run: "click" },
        { trigger: ".o_field_widget[name=deadline_ids] .o_data_row:contains(L622-27)" },
        next,
        choose("Répondre à la contestation"),
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Bons de livraison joints" },
        confirm,
        at("Réponse faite"),
        next,
        choose("Créance admise"),
        confirm,
        at("Créance admise"),
        { trigger: ".nav-link[name=timeline]", run: "click" },
        { trigger: ".o_recouvrement_timeline tr:contains(1A 234 567)" },
        { trigger: "button[name=action_open_case]", run: "click" },
        { trigger: ".alert:contains(Procédure collective):contains(Créance admise)" },
    ],
});

tours.add("recouvrement_insolvency_list", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Plomberie Close):contains(Redressement judiciaire)" },
        { trigger: ".o_switch_view.o_calendar", run: "click" },
        { trigger: ".o_calendar_renderer" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Plomberie Close) td[name=partner_id]", run: "click" },
        { trigger: ".alert:contains(publication au BODACC n'est pas enregistrée)" },
        { trigger: ".o_statusbar_buttons button:contains(Enregistrer la publication)", run: "click" },
        { trigger: ".modal .o_field_widget[name=published_on]" },
        { trigger: ".modal button[special=cancel]", run: "click" },
    ],
});
