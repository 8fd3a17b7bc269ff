// Why this grade: every number of the explanation opens exactly its instalments. Texts are looked at in French.
import { registry } from "@web/core/registry";

const back = ".breadcrumb-item:not(.active) a:contains(Menuiserie Blanc), .o_back_button:contains(Menuiserie Blanc)";
const risk = { trigger: ".o_form_view .nav-link[name=risk]", run: "click" };

registry.category("web_tour.tours").add("recouvrement_score", {
    steps: () => [
        risk,
        { trigger: ".o_recouvrement_score tr[data-code=history]:contains(Sur 5 échéances connues, 4 payées en retard)" },
        { trigger: ".o_recouvrement_score:contains(10 points de plus)" },
        { trigger: ".o_recouvrement_score tr[data-code=history] button[data-kind=known]", run: "click" },
        { trigger: ".o_list_view .o_data_row:nth-child(5)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:nth-child(6)))" },
        { trigger: back, run: "click" },
        risk,
        { trigger: ".o_recouvrement_score tr[data-code=history] button[data-kind=late]", run: "click" },
        { trigger: ".o_list_view .o_data_row:nth-child(4)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:nth-child(5)))" },
        { trigger: back, run: "click" },
        risk,
        { trigger: ".o_recouvrement_score tr[data-code=overdue]:contains(échue(s) pour)" },
        { trigger: ".o_recouvrement_score tr[data-code=overdue] button[data-kind=overdue]", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=days_late]:contains(16)" },
        { trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2)))" },
    ],
});

registry.category("web_tour.tours").add("recouvrement_score_instalment", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Échéances)" },
        { trigger: ".o_data_row:contains(Menuiserie Blanc) button[name=action_explain_forecast]", run: "click" },
        { trigger: ".modal .o_recouvrement_score tr[data-code=history]:contains(Sur 5 échéances connues, 4 payées en retard)" },
        { trigger: ".modal .o_recouvrement_score tr[data-code=overdue]:contains(Le risque augmente.)" },
        { trigger: ".modal .o_recouvrement_score:contains(le retard est certain)" },
        { trigger: ".modal .o_recouvrement_score tr[data-code=history] button[data-kind=late]", run: "click" },
        { trigger: ".o_list_view .o_data_row:nth-child(4)" },
        { trigger: "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:nth-child(5)))" },
    ],
});

registry.category("web_tour.tours").add("recouvrement_score_quality", {
    steps: () => [
        { trigger: ".o_breadcrumb:contains(Qualité du score)" },
        { trigger: ".o_list_view button[name=action_measure]:contains(Mesurer maintenant)", run: "click" },
        { trigger: ".o_notification:contains(en arrière-plan)" },
    ],
});
