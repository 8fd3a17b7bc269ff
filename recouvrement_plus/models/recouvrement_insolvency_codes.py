"""The words of insolvency proceedings: one for each code of the engine. A test compares the two."""
from odoo.tools.translate import LazyTranslate

from .recouvrement_proceeding_codes import OWN_CLAIM

_lt = LazyTranslate(__name__)

KINDS = [
    ('sauvegarde', "Safeguard proceedings"),
    ('sauvegarde_acceleree', "Accelerated safeguard proceedings"),
    ('redressement', "Receivership"),
    ('liquidation', "Liquidation by court"),
    ('liquidation_simplifiee', "Simplified liquidation by court"),
]
STATES = [
    ('to_declare', "Claim to declare"),
    ('prepared', "Declaration prepared"),
    ('approved', "Declaration approved"),
    ('declared', "Claim declared"),
    ('contested', "Claim contested"),
    ('answered', "Contestation answered"),
    ('admitted', "Claim admitted"),
    ('admitted_part', "Claim admitted in part"),
    ('rejected', "Claim rejected"),
    ('foreclosed', "Time-barred from declaring"),
    ('relief_asked', "Relief from the bar asked"),
    ('relief_refused', "Relief refused"),
    ('cancelled', "Cancelled"),
]
STAGES = [('open', "Open"), ('plan', "Plan adopted"), ('closed', "Proceedings closed")]
ACTIONS = [
    ('record', "Insolvency recorded"),
    ('prepare_declaration', "Prepare the declaration"),
    ('approve_declaration', "Approve the declaration"),
    ('send_declaration', "Record the sending of the declaration"),
    ('amend_declaration', "Amend the declaration"),
    ('record_declaration_receipt', "Record the receipt of the declaration"),
    ('record_foreclosure', "The time to declare has passed"),
    ('ask_relief', "Ask for relief from the bar"),
    ('grant_relief', "Relief granted"),
    ('refuse_relief', "Relief refused"),
    ('contest_claim', "The claim is contested"),
    ('answer_contest', "Answer the contestation"),
    ('admit_claim', "Claim admitted"),
    ('admit_claim_in_part', "Claim admitted in part"),
    ('reject_claim', "Claim rejected"),
    ('reclaim_goods', "Reclaim the goods (retention of title)"),
    ('record_reclaim_receipt', "Record the receipt of the request for the goods"),
    ('reclaim_accepted', "The return of the goods is accepted"),
    ('reclaim_before_judge', "Bring the request for the goods before the judge"),
    ('reclaim_refused', "The return of the goods is refused"),
    ('record_publication', "Record the publication in the BODACC"),
    ('name_holder', "Record or change the office-holders"),
    ('convert', "Conversion into other proceedings"),
    ('adopt_plan', "A plan is adopted"),
    ('close_procedure', "Closing of the proceedings"),
    ('record_step', "Note another step"),
    ('record_certificate', "Certificate of irrecoverability received"),
    ('connect_credits', "Credits connected with earlier debts"),
    ('set_judgment_aside', "The judgment is set aside"),
    ('cancel_record', "Recorded by mistake"),
]
DEADLINES = [
    ('declare', "Declare the claim"),
    ('relief', "Ask for relief from the bar"),
    ('contest_answer', "Answer the contestation of the claim"),
    ('reclaim', "Reclaim the goods sold under retention of title"),
    ('reclaim_answer', "End of the time to answer the request for the goods"),
    ('reclaim_judge', "Bring the request for the goods before the judge"),
    ('appeal', "Appeal against the order"),
]
SANCTIONS = {
    'forclusion': _lt("else the right is lost (“forclusion”)"),
    'no_appeal': _lt("else the proposal of the office-holder can no longer be disputed"),
}
CHANNELS = [
    ('registered_letter', "Registered letter"), ('electronic_registered', "Electronic registered letter"),
    ('portal', "Portal of the office-holders"), ('email', "E-mail"), ('letter', "Letter")]
CLOSURES = [
    ('insufficient_assets', "Insufficient assets"), ('debts_extinguished', "All debts paid"), ('plan_completed', "Plan completed")]
MISSIONS = [('surveillance', "Supervision"), ('assistance', "Assistance"), ('representation', "Representation")]
# Territories of the court: empty is metropolitan France.
TERRITORIES = [
    ('971', "Guadeloupe"), ('972', "Martinique"), ('973', "French Guiana"), ('974', "Réunion"), ('975', "Saint-Pierre-et-Miquelon"),
    ('976', "Mayotte"), ('977', "Saint-Barthélemy"), ('978', "Saint-Martin")]
SELECTIONS = {'channel': CHANNELS, 'kind': KINDS, 'closure': CLOSURES, 'mission': MISSIONS}
#: Why a step is not possible, in words.
CONDITIONS = {
    'own_claim': OWN_CLAIM,
    'procedure_open': _lt("the proceedings are closed"),
    'prior_claim': _lt("nothing was owed on the day of the judgment"),
    'holder_known': _lt("the office-holder who receives the declarations is not recorded"),
    'figures_current': _lt("the figures have changed since the declaration was prepared: prepare it again"),
    'declaration_open': _lt("the time to declare has passed"),
    'published': _lt("the publication in the BODACC is not recorded"),
    'unpublished': _lt("the publication is recorded already"),
    'retention_clause': _lt("no retention-of-title clause is recorded with its proof"),
    'goods_reclaimed': _lt("the goods have not been reclaimed"),
    'nothing_sent': _lt("the declaration was sent: nothing shows a mistake"),
}
FACTS = {
    'sent_on': _lt("Sent on"), 'received_on': _lt("Received or notified on"), 'done_on': _lt("Date of the act"),
    'published_on': _lt("Published in the BODACC on"), 'next_on': _lt("Next date"), 'channel': _lt("Channel"),
    'kind': _lt("Kind of proceedings"), 'closure': _lt("Closed because of"), 'mission': _lt("Mission of the administrator"),
    'reason': _lt("Reason"), 'reference': _lt("Reference or number"), 'professional': _lt("Professional in charge"),
    'next_label': _lt("What the next date is for"), 'amount': _lt("Amount"), 'cost': _lt("Cost"),
    'holder_id': _lt("Office-holder"), 'administrator_id': _lt("Administrator"), 'document': _lt("Document"),
}
# In whose capacity an office-holder gets letters about later debts.
CAPACITIES = {
    'liquidator': _lt("in the capacity of liquidator of %(debtor)s"),
    'administrator': _lt("in the capacity of administrator of %(debtor)s"),
}
