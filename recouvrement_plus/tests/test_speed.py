"""What a night may cost: statements, counted. Seconds are measured by `bin/bench`; these must not grow with customers."""
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, RecouvrementCommon, day

CUSTOMERS = 40


@tagged('post_install', '-at_install')
class TestSpeed(RecouvrementCommon):

    def _statements(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _debtors(self, count):
        for number in range(count):
            self._make_invoice(day(-20), 100.0, partner=self._make_debtor(f"Debtor {number}"))

    def _night_statements(self):
        return self._statements(lambda: self.env['recouvrement.run'].execute(TODAY))

    def test_a_night_asks_as_much_of_many_customers_as_of_few(self):
        """Beyond the e-mails, no statement for each customer: forty more cost less than one statement each."""
        self._debtors(10)
        self.patch(self.env.registry['recouvrement.reminder'], '_queue', lambda reminders: None)
        first = self._night_statements()
        self._debtors(CUSTOMERS)
        second = self._night_statements()
        self.assertEqual(len(self._runs().reminder_ids), 10 + CUSTOMERS)
        self.assertLessEqual(second, first + 15)
        self.assertLessEqual(first, 105)

    def _runs(self):
        return self.env['recouvrement.run'].search([('company_id', '=', self.company.id)])

    def test_a_queued_email_costs_one_statement(self):
        self._debtors(CUSTOMERS)
        night = self._statements(lambda: self.env['recouvrement.run'].execute(TODAY))
        self.assertEqual(self._runs().reminder_ids.mapped('state'), ['queued'] * CUSTOMERS)
        self.assertLessEqual(night, 88 + CUSTOMERS)

    def test_the_same_night_again_adds_no_row_and_looks_at_nobody(self):
        """Nothing new in the books: no score, no decision, no text."""
        self._debtors(10)
        self._night()
        tables = ('recouvrement_item', 'recouvrement_case', 'recouvrement_reminder', 'recouvrement_reminder_line',
                  'recouvrement_score', 'mail_message', 'mail_mail')
        before = self._counts(tables)
        looked_at = []
        engine = self.env.registry['recouvrement.engine']
        decide = engine._outlook
        self.patch(engine, '_outlook', lambda *arguments: looked_at.append(arguments) or decide(*arguments))
        cost = self._night_statements()
        self.assertEqual(self._counts(tables), before)
        self.assertFalse(looked_at)
        self.assertLessEqual(cost, 45)

    def _counts(self, tables):
        self.env.flush_all()
        return [self.env.execute_query_dict(self._count(table))[0]['count'] for table in tables]

    def _count(self, table):
        return SQL("SELECT count(*) FROM %s", SQL.identifier(table))

    # === WHO IS LOOKED AT === #

    def test_leaving_out_who_has_nothing_due_changes_no_answer(self):
        """Whom the night does not look at is exactly among those whose answer is "nothing"."""
        for number, offset in enumerate((-90, -46, -45, -31, -15, -14, -3, -2, 0, 3, 7, 8, 40)):
            self._make_invoice(day(offset), partner=self._make_debtor(f"Debtor {number}"))
        held = self._make_debtor("Held")
        self._make_invoice(day(-20), partner=held)
        self._sync()
        self._hold('promise', partner=held, date_from=day(-5), date_to=day(5))
        self._night(day(-1))
        run = self.env['recouvrement.run'].sudo()._start(self.company, TODAY)
        looked_at = set(run._prepare_ledger(self.company, TODAY))
        due = {outlook.partner_id for outlook in self.env['recouvrement.engine']._decide(self.company, TODAY)
               if outlook.decision.decision != 'nothing'}
        self.assertLessEqual(due, looked_at)
        self.assertIn(held.id, looked_at)
        self.assertLess(len(looked_at), 14)

    def test_what_no_level_reaches_is_missing_from_no_message(self):
        """The night leaves out what falls due later than any level looks ahead, unless it is held: same messages, same holds."""
        partner = self._make_debtor("Several")
        for offset in (-20, -3, 5, 60):
            self._make_invoice(day(offset), 100.0 - offset, partner=partner)
        later = self._make_debtor("Later")
        self._make_invoice(day(90), partner=later)
        self._make_invoice(day(95), partner=later).no_followup = True
        self._sync()
        engine = self.env['recouvrement.engine'].sudo()
        whole, near = engine._decide(self.company, TODAY), engine._decide(self.company, TODAY, horizon=day(7))
        self.assertEqual([self._said(outlook) for outlook in near], [self._said(outlook) for outlook in whole])
        self.assertLess(sum(len(outlook.decision.items) for outlook in near), sum(len(outlook.decision.items) for outlook in whole))

    def _said(self, outlook):
        """What a decision does: its message and what it holds."""
        items = [item for item in outlook.decision.items if item.decision != 'nothing' or item.reason == 'listed']
        return outlook.partner_id, outlook.decision.decision, outlook.decision.amount_due, items

    def test_a_refused_statement_keeps_nothing_else_in_memory(self):
        """The traceback of its error holds the facts of the whole batch: thousands of customers until Python looks for cycles."""
        self.debtor.recouvrement_regime = False
        invoice = self._make_invoice(day(-20))
        error = self.env['recouvrement.engine']._statements(invoice, TODAY)[invoice.id]
        self.assertEqual((error.code, error.__traceback__), ('regime_unknown', None))

    # === HISTORY === #

    def _whole_readings(self):
        """How many times this transaction read all entries of the books."""
        return self.env.execute_query(SQL(
            "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'account_move_line'"))[0][0]

    def test_what_is_open_is_found_by_its_index(self):
        """A night grows with what is open, not with the history: the books are not read as a whole."""
        self._debtors(3)
        ledger = self.env['recouvrement.ledger'].sudo()
        ledger._flush()
        before = self._whole_readings()
        ledger._stage(self.company, TODAY, TODAY)
        self.assertEqual(self._whole_readings(), before)
        self.assertEqual(len(ledger._staged_lines(self.env['res.partner'].search([]).ids)), 3)

    # === SCORE === #

    def test_only_who_changed_is_scored_again(self):
        """A payment, a new invoice, a delay that begins: the others keep the score of the night before."""
        quiet, pays, buys, late = (self._make_debtor(name) for name in ("Quiet", "Pays", "Buys", "Late"))
        paid = self._make_invoice(day(-50), partner=pays)
        for partner in (quiet, pays, buys):
            self._make_invoice(day(-100), partner=partner)
        self._make_invoice(day(0), partner=late)
        self._night(TODAY)
        mark = self._runs().sudo().ledger_mark
        self.assertTrue(mark)
        self._pay(paid, on=day(-1))
        self._make_invoice(day(30), partner=buys)
        scored = [set(self.env['recouvrement.case'].sudo()._to_score(self.company, day(after), mark)) for after in range(1, 29)]
        self.assertLessEqual({pays.id, buys.id, late.id}, scored[0])
        self.assertIn(quiet.id, set().union(*scored), "everybody in turn")
        self.assertLess(sum(quiet.id in night for night in scored), 4)

    def test_an_undone_reconciliation_is_seen_when_it_reopens_an_instalment(self):
        invoice = self._make_invoice(day(-100))
        self._make_invoice(day(-100))
        payment = self._pay(invoice, on=day(-60))
        self._sync()
        self._night()
        mark = self._runs().sudo().ledger_mark
        self._credit_line(payment).remove_move_reconcile()
        self.env.cr.execute("UPDATE recouvrement_case SET score_time = score_time - interval '1 hour'")
        self._sync()
        self.assertIn(self.debtor.id, self.env['recouvrement.case'].sudo()._to_score(self.company, day(1), mark))

    def test_rows_of_cases_stay_in_their_page(self):
        """Half of each page is free: a score that is written anew moves no index."""
        options = self.env.execute_query(SQL("SELECT reloptions FROM pg_class WHERE relname = 'recouvrement_case'"))[0][0]
        self.assertIn('fillfactor=50', options)

    # === MANY ROWS === #

    def test_any_text_is_written_as_it_is(self):
        """Values travel as one text for each column: nothing in them may be taken for its punctuation."""
        texts = ['a "word"', 'back\\slash \\" {1,2}', "it's, NULL", 'NULL', '', 'two\nlines', 'é%s']
        partners = self.env['res.partner'].create([{'name': "Debtor", 'color': 7} for _text in texts])
        self.env['recouvrement.bulk'].sudo()._update(
            partners, ['ref', 'color'], [(id_, text, None) for id_, text in zip(partners.ids, texts, strict=True)],
            active=False)
        self.assertEqual(partners.mapped('ref'), texts)
        self.assertFalse(any(partners.mapped('active')) or any(partners.mapped('color')))

    # === TASKS === #

    def _task(self, case, create):
        """What a task of a case is, who follows the case then, and what the screens are told."""
        user = self._make_user('officer', login=f'collector_{case.id}')
        vals = {'activity_type_id': self.env.ref('recouvrement_plus.mail_activity_type_approve').id, 'res_id': case.id,
                'user_id': user.id, 'date_deadline': TODAY}
        told = []
        self.patch(self.env.registry['bus.bus'], '_sendone', lambda bus, channel, *message: told.append((channel, message)))
        task = create(self.env['mail.activity'].sudo().with_context(mail_activity_quick_update=True), vals)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(case.activity_ids, task)
        follower = case.sudo().message_follower_ids.filtered(lambda one: one.partner_id == user.partner_id)
        self.assertEqual([channel for channel, _message in told], [user.partner_id])
        names = [name for name, field in task._fields.items() if field.store and name not in (
            'id', 'res_id', 'res_name', 'user_id', 'create_date', 'write_date')]
        return [task[name] for name in names], follower.subtype_ids, task.res_name == case.display_name, told[0][1]

    def test_a_task_opened_by_the_hundred_is_as_core_makes_it(self):
        """Its columns, the subscription of who is responsible, and the counter on the screen."""
        self._debtors(2)
        self._sync()
        ours, core = self.env['recouvrement.case'].search([('company_id', '=', self.company.id)], limit=2)
        model_id = self.env['ir.model']._get_id('recouvrement.case')
        self.assertEqual(
            self._task(ours, lambda Activity, vals: Activity._recouvrement_open([vals | {'res_name': ours.display_name}])),
            self._task(core, lambda Activity, vals: Activity.create([vals | {'res_model_id': model_id}])))

    def test_who_follows_a_case_already_keeps_what_it_chose_to_be_told(self):
        self._debtors(1)
        self._sync()
        case = self.env['recouvrement.case'].search([('company_id', '=', self.company.id)], limit=1)
        user = self._make_user('officer', login='collector_again')
        note = self.env.ref('mail.mt_note')
        case.sudo().message_subscribe(user.partner_id.ids, note.ids)
        kind = self.env.ref('recouvrement_plus.mail_activity_type_approve')
        self.env['mail.activity'].sudo()._recouvrement_open([{
            'activity_type_id': kind.id, 'res_id': case.id, 'res_name': case.display_name, 'user_id': user.id,
            'date_deadline': TODAY}])
        follower = case.sudo().message_follower_ids.filtered(lambda one: one.partner_id == user.partner_id)
        self.assertEqual(follower.subtype_ids, note)

    # === INDEXES === #

    def test_no_index_does_what_a_unique_one_does(self):
        """An index on the first columns of another one is only written: on every row that a night makes.

        Odoo's own check asks for one on the other side of each one2many, whatever else there is: these stay.
        """
        covered = self.env.execute_query(SQL(
            """
            WITH found AS (
                SELECT i.indrelid, i.indexrelid::regclass::text AS name, i.indisunique,
                       string_to_array(i.indkey::text, ' ') AS columns,
                       pg_get_expr(i.indpred, i.indrelid) AS condition, (
                           SELECT '(' || attname || ' IS NOT NULL)' FROM pg_attribute
                            WHERE attrelid = i.indrelid AND attnum = i.indkey[0]) AS not_null
                  FROM pg_index i JOIN pg_class of_table ON of_table.oid = i.indrelid
                 WHERE of_table.relname LIKE 'recouvrement%%' AND of_table.relkind = 'r'
            )
            SELECT one.name FROM found one
              JOIN found other ON other.indrelid = one.indrelid AND other.name <> one.name
               AND other.columns[1:array_upper(one.columns, 1)] = one.columns
             WHERE NOT one.indisunique AND COALESCE(one.condition, one.not_null) = one.not_null
               AND COALESCE(other.condition, other.not_null) = other.not_null
            """))
        asked_for = {
            f"{self.env[field.comodel_name]._table}__{field.inverse_name}_index" for model in self.env.values()
            for field in model._fields.values() if field.type == 'one2many' and field.inverse_name}
        self.assertFalse({name for name, in covered} - asked_for)

    def _plan(self, query):
        return '\n'.join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query)))

    def test_the_planner_finds_cases_and_items_by_their_unique_indexes(self):
        self._debtors(5)
        self._night()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        items = self.env['recouvrement.item'].search([('company_id', '=', self.company.id)])
        case = items[0].case_id
        line_ids = items.move_line_id.ids
        for query, index in (
                (SQL("SELECT id FROM recouvrement_case WHERE company_id = %s", self.company.id), 'unique_customer'),
                (SQL("SELECT id FROM recouvrement_case WHERE partner_id = %s", case.partner_id.id), 'partner_id_index'),
                (SQL("SELECT id FROM recouvrement_item WHERE move_line_id = %s", line_ids[0]), 'unique_line'),
                (SQL("SELECT id FROM recouvrement_item WHERE move_line_id = ANY(%s)", line_ids[:3]), 'unique_line'),
                (SQL("SELECT id FROM recouvrement_item WHERE move_line_id IN %s", tuple(line_ids[:3])), 'unique_line'),
                (SQL("SELECT item.id FROM account_move_line line LEFT JOIN recouvrement_item item ON item.move_line_id = line.id "
                     "WHERE line.move_id = %s", items[0].move_id.id), 'unique_line')):
            self.assertIn(index, self._plan(query))
