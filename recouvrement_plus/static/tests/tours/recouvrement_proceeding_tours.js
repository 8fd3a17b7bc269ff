// The legal track as a jurist clicks it, in French: from the formal notice to court, and to the enforced title.
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const open = (name) => ({ trigger: `.o_list_view .o_data_row:contains(${name}) td[name=partner_id]`, run: "click" });
const next = { trigger: ".o_statusbar_buttons button[name=action_choose_step]", run: "click" };
const choose = (label) => ({ trigger: `.modal .o_data_row:contains(${label}) button[name=action_choose]`, run: "click" });
const confirm = { trigger: ".modal button[name=action_apply]", run: "click" };
const at = (state) => ({ trigger: `body:not(:has(.modal)) .o_arrow_button_current:contains(${state})` });

tours.add("recouvrement_court", {
    steps: () => [
        open("Charpente Muette"),
        { trigger: ".nav-link[name=steps]", run: "click" },
        { trigger: ".o_recouvrement_steps tr:contains(commandement de payer):contains(la publication de son décret n'est pas connue)" },
        { trigger: ".o_recouvrement_steps tr:contains(Préparer la requête en injonction de payer):contains(Injonction de payer)" },
        next,
        choose("Préparer la requête en injonction de payer"),
        { trigger: ".modal .o_field_widget[name=court] input:value(Tribunal de commerce)" },
        { trigger: ".modal .o_form_view:not(:has(.o_field_widget[name=sent_on]))" },
        confirm,
        at("requête préparée"),
        next,
        choose("Enregistrer le dépôt de la requête"),
        { trigger: ".modal .o_field_widget[name=reference] input", run: "edit RG 26/1234" },
        confirm,
        at("requête déposée"),
        { trigger: ".nav-link[name=events]", run: "click" },
        { trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(RG 26/1234)" },
        { trigger: ".nav-link[name=timeline]", run: "click" },
        { trigger: ".o_recouvrement_timeline tr:contains(Frais de greffe à consigner)" },
    ],
});

tours.add("recouvrement_title", {
    steps: () => [
        open("Couverture Sourde"),
        next,
        choose("ordonnance est exécutoire"),
        confirm,
        at("Titre exécutoire"),
        next,
        choose("Enregistrer un acte"),
        { trigger: ".modal .o_field_widget[name=enforcement_act] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Saisie-attribution de comptes)", run: "click" },
        { trigger: ".modal .o_field_widget[name=cost] input", run: "edit 180,50" },
        confirm,
        at("Exécution"),
        { trigger: ".o_field_widget[name=cost_recoverable]:contains(180,50)" },
        { trigger: ".nav-link[name=deadlines]", run: "click" },
        { trigger: ".o_field_widget[name=deadline_ids] .o_data_row:contains(R211-3)" },
    ],
});

tours.add("recouvrement_calendar", {
    steps: () => [
        { trigger: ".o_calendar_renderer" },
        { trigger: ".o_menu_sections:contains(Contentieux)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Plomberie Lente):contains(Date laissée au débiteur)" },
    ],
});
