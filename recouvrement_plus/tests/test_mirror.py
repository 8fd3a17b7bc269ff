"""What an invoice shows of its collection: read live, searched, grouped, cheap, and by those who may."""
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestMirror(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = {
            'current': cls._make_invoice(day(20)), 'overdue': cls._make_invoice(day(-1)), 'amicable': cls._make_invoice(day(-20)),
            'none': cls._make_invoice(day(-90), issued=day(-100)),
        }
        cls._pay(cls.stages['none'], on=day(-80))
        cls.quiet = cls._make_debtor("Quiet")
        cls.fresh = cls._make_invoice(day(30), partner=cls.quiet, issued=TODAY)
        cls._night()
        cls.moves = cls.env['account.move'].union(*cls.stages.values()) | cls.fresh
        cls.env.invalidate_all()

    def _search(self, *condition):
        return self.env['account.move'].search([('id', 'in', self.moves.ids), condition])

    # === STAGE === #

    def test_stage_of_each(self):
        self.assertEqual(
            {stage: move.recouvrement_stage for stage, move in self.stages.items()}, {stage: stage for stage in self.stages})

    def test_stage_reads_the_ledger_of_now(self):
        """Paid a minute ago, and no night since: nothing to collect."""
        self._pay(self.stages['amicable'])
        self.env.invalidate_all()
        self.assertEqual(self.stages['amicable'].recouvrement_stage, 'none')
        self.assertNotIn(self.stages['amicable'], self._search('recouvrement_stage', '=', 'amicable'))

    def test_the_worst_instalment_wins(self):
        invoice = self._make_invoice(amount=900.0, instalments=[day(-20), day(-1), day(20)])
        self._sync()
        self.assertEqual(invoice.recouvrement_stage, 'overdue')

    def test_a_level_before_the_due_date_is_no_reminder_stage(self):
        invoice = self._make_invoice(day(5), partner=self.quiet)
        self._night()
        self.assertEqual(self._items(invoice).level_days, -7)
        self.env.invalidate_all()
        self.assertEqual(invoice.recouvrement_stage, 'current')

    def test_stage_of_a_formal_notice(self):
        self._fake_pdf()
        action = self._case().action_open_formal_notice()
        proceeding = self.env['recouvrement.proceeding'].browse(action['res_id'])
        for step, facts in (('prepare_notice', {}), ('approve_notice', {}),
                            ('send_notice', {'sent_on': TODAY, 'channel': 'registered_letter'})):
            proceeding.apply_transition(step, facts)
        self.env.invalidate_all()
        self.assertEqual(self.stages['amicable'].recouvrement_stage, 'mise_en_demeure')
        self.assertIn(self.stages['amicable'], self._search('recouvrement_stage', '=', 'mise_en_demeure'))

    def test_without_due_date_the_entry_date_counts(self):
        invoice = self._make_invoice(day(-3))
        self._lines(invoice).date_maturity = False
        self._sync()
        self.env.invalidate_all()
        self.assertEqual(invoice.recouvrement_stage, 'overdue')

    def test_an_unsaved_invoice_has_none(self):
        move = self.env['account.move'].new({'move_type': 'out_invoice'})
        self.assertEqual((move.recouvrement_stage, move.recouvrement_score, move.recouvrement_grade), ('none', 0.0, False))

    # === SCORE AND GRADE === #

    def test_score_and_grade_are_those_of_the_case(self):
        case = self._case()
        self.assertTrue(case.grade)
        for move in self.stages.values():
            self.assertEqual((move.recouvrement_score, move.recouvrement_grade), (case.score, case.grade))

    def test_invoices_of_a_contact_mirror_the_commercial_entity(self):
        buyer = self.env['res.partner'].create({'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'})
        invoice = self._make_invoice(day(-1), partner=buyer)
        self.assertEqual(invoice.recouvrement_score, self._case().score)
        self.assertEqual(invoice.recouvrement_case_id, self._case())

    def test_links_from_the_invoice(self):
        move = self.stages['amicable']
        self.assertEqual(move.recouvrement_item_ids, self._items(move))
        self.assertEqual(move.recouvrement_reminder_ids, self._reminders())
        self.assertEqual(move.action_recouvrement_open_case()['res_id'], self._case().id)

    # === SEARCH === #

    def test_search_agrees_with_what_is_shown(self):
        """Each value, with =, !=, in and not in, finds exactly the invoices that show it."""
        for name in ('recouvrement_stage', 'recouvrement_score', 'recouvrement_grade'):
            shown = {move: move[name] for move in self.moves}
            for value in set(shown.values()):
                same = self.moves.filtered(lambda move, value=value, shown=shown: shown[move] == value)
                for operator, operand, expected in (
                        ('=', value, same), ('!=', value, self.moves - same),
                        ('in', [value], same), ('not in', [value], self.moves - same)):
                    with self.subTest(field=name, operator=operator, value=value):
                        self.assertEqual(self._search(name, operator, operand), expected)

    def test_search_several_values(self):
        found = self._search('recouvrement_stage', 'in', ['amicable', 'current'])
        self.assertEqual(found, self.stages['amicable'] | self.stages['current'] | self.fresh)

    def test_search_by_comparison(self):
        score = self._case().score
        self.assertIn(self.stages['overdue'], self._search('recouvrement_score', '>=', score))
        self.assertNotIn(self.stages['overdue'], self._search('recouvrement_score', '>', score))

    def test_search_an_unknown_grade(self):
        self.assertFalse(self._case(self.quiet).grade)
        self.assertEqual(self._search('recouvrement_grade', '=', False), self.fresh)
        self.assertNotIn(self.fresh, self._search('recouvrement_grade', '!=', False))

    def test_search_an_invoice_without_case(self):
        """No case yet: the score shown is 0, and a search for 0 finds it."""
        stranger = self._make_invoice(day(-1), partner=self._make_debtor("Stranger"))
        found = self.env['account.move'].search([('id', '=', stranger.id), ('recouvrement_score', '=', 0)])
        self.assertEqual(found, stranger)
        self.assertEqual(self.env['account.move'].search([('id', '=', stranger.id), ('recouvrement_stage', '=', 'none')]), stranger)

    # === GROUP === #

    def test_grouping(self):
        domain = [('id', 'in', self.moves.ids)]
        groups = self.env['account.move']._read_group(domain, ['recouvrement_stage'], ['__count'])
        self.assertEqual(dict(groups), {'none': 1, 'current': 2, 'overdue': 1, 'amicable': 1})
        rows = self.env['account.move'].formatted_read_group(domain, ['recouvrement_grade'], ['__count', 'amount_total:sum'])
        self.assertEqual(sum(row['__count'] for row in rows), len(self.moves))
        for row in rows:
            self.assertEqual(len(self.env['account.move'].search(domain + row['__extra_domain'])), row['__count'])

    def test_the_screen_may_group_by_them(self):
        described = self.env['account.move'].fields_get(['recouvrement_stage', 'recouvrement_grade'], ['groupable', 'searchable'])
        for name, attributes in described.items():
            self.assertEqual(attributes, {'groupable': True, 'searchable': True}, name)

    def test_ordering_by_stage_and_score(self):
        self.assertEqual(len(self.env['account.move'].search([('id', 'in', self.moves.ids)], order='recouvrement_score desc')), 5)

    # === RIGHTS === #

    def test_other_companies_are_not_shown(self):
        """A user who works in another company finds nothing by the cases of this one."""
        other = self.setup_other_company(name="Second company")['company']
        manager = self._make_user('manager', other)
        manager.company_ids += self.company
        Move = self.env['account.move'].with_user(manager).with_context(allowed_company_ids=other.ids)
        self.assertFalse(Move.search([('recouvrement_stage', '=', 'amicable')]))
        both = Move.with_context(allowed_company_ids=(other | self.company).ids)
        self.assertEqual(
            both.search([('recouvrement_stage', '=', 'amicable'), ('id', 'in', self.moves.ids)]), self.stages['amicable'])

    def test_those_without_our_groups_neither_read_nor_search_nor_group(self):
        Move = self.env['account.move'].with_user(self._make_user('billing'))
        with self.assertRaises(AccessError):
            Move.browse(self.fresh.id).read(['recouvrement_score'])
        with self.assertRaises(AccessError):
            Move.search([('recouvrement_stage', '=', 'overdue')])
        with self.assertRaises(AccessError):
            Move._read_group([], ['recouvrement_grade'], ['__count'])

    # === COST === #

    def test_eighty_invoices_in_three_queries(self):
        for _number in range(75):
            self._make_invoice(day(-2), 10.0, partner=self.quiet)
        self._sync()
        moves = self.moves | self.env['account.move'].search([('partner_id', '=', self.quiet.id)])
        self.assertEqual(len(moves), 80)
        self.env.flush_all()
        self.env.invalidate_all()
        moves.mapped('name')
        statements = []
        execute = type(self.env.cr).execute

        def counting(cursor, query, *args, **kwargs):
            statements.append(query.code if isinstance(query, SQL) else str(query))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), 'execute', counting)
        moves.read(['recouvrement_stage', 'recouvrement_score', 'recouvrement_grade'])
        ours = [statement for statement in statements if 'recouvrement' in statement]
        self.assertTrue(ours)
        self.assertLessEqual(len(ours), 3, statements)

    def test_nothing_is_written_on_the_invoice(self):
        """A night leaves the invoices alone: not modified, same write date. The columns of ours are facts of the contract and of
        the delivery that a person states, and the links that a penalty document and an entry of bad debts have to ours."""
        columns = self.env.execute_query(SQL(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'account_move' AND column_name LIKE 'recouvrement%%'"))
        stated = {
            'completion_date', 'disputed_from', 'disputed_to', 'export', 'interruption_date', 'no_term_agreed', 'periodic',
            'receipt_date', 'receipt_uncertain'}
        self.assertEqual({name for (name,) in columns}, {f'recouvrement_{name}' for name in {*stated, 'penalty_id', 'bad_debt_id'}})
