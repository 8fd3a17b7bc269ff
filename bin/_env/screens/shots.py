"""The pictures of docs/images: which screen, of which record, with which tab open. The customers are the demo's cast."""

from typing import NamedTuple

WIDTH, LOW, TALL = 1366, 760, 1000
LATE = [['partner_id.ref', '=', 'always_20_days_late']]
FIRM = [['partner_id.ref', '=', 'broken_promise'], ['channel', '=', 'email']]


class Shot(NamedTuple):
    """One picture. `model` and `domain` choose the record of a form; `clicks` are CSS selectors, clicked in order."""

    name: str
    path: str
    wait: str
    model: str = ''
    domain: tuple = ()
    clicks: tuple = ()
    height: int = LOW


def tab(name):
    """The selector of a tab of a form."""
    return f'.o_notebook .nav-link[name={name}]'


def rows(field):
    """The selector of the lines inside a form."""
    return f'.o_form_view .o_field_widget[name={field}] .o_data_row'


LIST = '.o_list_view .o_data_row'
SHOTS = (
    Shot('cases', '/odoo/recouvrement', LIST),
    Shot('cases-kanban', '/odoo/recouvrement', '.o_kanban_view .o_kanban_record, ' + LIST, clicks=('.o_switch_view.o_kanban',)),
    Shot('case', '/odoo/recouvrement/{id}', rows('open_item_ids'), 'recouvrement.case', LATE, height=TALL),
    Shot('case-risk', '/odoo/recouvrement/{id}', rows('open_item_ids'), 'recouvrement.case', LATE, (tab('risk'),), height=TALL),
    Shot('simulator', '/odoo/recouvrement-simulator', LIST),
    Shot('promise', '/odoo/recouvrement/{id}', rows('open_item_ids'), 'recouvrement.case', LATE,
         ('button[name=action_promise]', '.modal .o_data_row'), height=TALL),
    Shot('agreement', '/odoo/recouvrement/{id}', rows('open_item_ids'), 'recouvrement.case', LATE,
         ('button[name=action_agreement]', '.modal .o_field_widget[name=preview] table'), height=TALL),
    Shot('call', '/odoo/recouvrement/{id}', rows('open_item_ids'), 'recouvrement.case', LATE,
         ('button[name=action_call]', '.modal .o_recouvrement_call_items tr'), height=1150),
    Shot('items', '/odoo/recouvrement-items', LIST),
    Shot('reminders', '/odoo/recouvrement-reminders', LIST),
    Shot('reminder', '/odoo/recouvrement-reminders/{id}', '.o_form_view .o_recouvrement_items',
         'recouvrement.reminder', [*LATE, ['level_id.days', '=', 15]], height=TALL),
    Shot('formal-notice-to-approve', '/odoo/recouvrement-reminders/{id}', '.o_form_view .o_field_widget[name=preview_html]',
         'recouvrement.reminder', [['formal_notice', '=', True], ['state', '=', 'draft']], height=1150),
    Shot('proceeding', '/odoo/recouvrement-proceedings/{id}', rows('item_ids'),
         'recouvrement.proceeding', [['state', '=', 'mise_en_demeure']], (tab('events'),), height=TALL),
    Shot('proceeding-steps', '/odoo/recouvrement-proceedings/{id}', rows('item_ids'),
         'recouvrement.proceeding', [['state', '=', 'mise_en_demeure']], (tab('steps'),), height=1150),
    Shot('legal-deadlines', '/odoo/recouvrement-deadlines', '.o_calendar_renderer'),
    Shot('night', '/odoo/recouvrement-runs/{id}', rows('held_line_ids'), 'recouvrement.run', (), height=1060),
    Shot('plan', '/odoo/recouvrement-plans/{id}', rows('level_ids'), 'recouvrement.plan', ()),
    Shot('rates', '/odoo/recouvrement-rates', LIST),
    Shot('settings', '/odoo/settings', '.o_setting_container', clicks=('.settings_tab [data-key=recouvrement_plus]',), height=TALL),
    Shot('invoice', '/odoo/customer-invoices/{id}', '.o_form_view', 'account.move',
         [*LATE, ['payment_state', '=', 'not_paid'], ['state', '=', 'posted']], (tab('recouvrement'),), height=TALL),
    Shot('classify', '/odoo/recouvrement-classify', LIST),
    Shot('statement', '/odoo/customer-invoices/{id}', '.o_form_view', 'account.move',
         [*LATE, ['payment_state', '=', 'not_paid'], ['state', '=', 'posted']],
         (tab('recouvrement'), 'button[name=action_recouvrement_statement]', '.modal .o_recouvrement_statement'), height=TALL),
    Shot('customer', '/odoo/customers/{id}', '.o_form_view', 'res.partner',
         [['ref', '=', 'always_20_days_late']], (tab('recouvrement'),), height=860),
)  # fmt: skip
