"""What the screens say must be what the night did."""
from odoo.tests import tagged

from .common import RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScreens(RecouvrementCommon):

    def test_screens_case_says_what_comes_next(self):
        """Before the night what it would do, with its amount; after it what waits, until it has left."""
        self._make_invoice(day(-16))
        self._sync()
        case = self._case()
        self.assertIn("Remind: Second", case.next_step)
        self.assertIn("1,000.00", case.next_step)
        self._night()
        case.invalidate_recordset()
        self.assertEqual(case.next_step, "Waiting to leave: Second")
        self._send(self._reminders())
        case.invalidate_recordset()
        self.assertNotIn("Waiting", case.next_step)

    def test_screens_case_says_why_nothing_leaves(self):
        self._make_invoice(day(-16))
        self._sync()
        self._hold('dispute')
        self.assertEqual(self._case().next_step, "Hold: dispute")

    def test_screens_points_sum_to_the_score(self):
        """The explanation on the case is the score, point by point."""
        for back in (200, 150, 100):
            self._pay(self._make_invoice(day(-back)), on=day(-back + 20))
        self._make_invoice(day(-16))
        self._night()
        case = self._case()
        points = sum(float(factor['points']) for factor in case.score_ids[:1].factors)
        self.assertAlmostEqual(points, case.score)
        words = case.score_view
        self.assertEqual(words['total'], f"{case.score:.1f}")
        history = next(row for row in words['rows'] if row['code'] == 'history')
        self.assertIn("Of 4 known instalments, 4 paid late", history['detail'])

    def test_screens_night_counts_its_reminders_by_level(self):
        self._make_invoice(day(-16))
        self._make_invoice(day(-50), partner=self._make_debtor("Silence Bois"))
        run = self._night()
        self.assertEqual(
            [(row['level'].name, row['channel'], row['count'], row['amount'], row['waiting']) for row in run._level_rows()],
            [("Second", "E-mail", 1, 1000.0, 0), ("Notice", "Registered letter", 1, 1000.0, 1)])
        self.assertIn("Notice", str(run.level_table))

    def test_screens_formal_notice_shows_the_letter_before_approval(self):
        """The amounts of the letter that a manager reads are those of the reminder."""
        self._make_invoice(day(-50))
        run = self._night()
        reminder = run.reminder_ids
        rows = reminder._notice_rows()
        self.assertEqual(sum(row['principal'] for row in rows), reminder.amount_due)
        slices = sum(float(part.amount) for row in rows for part in row['slices'])
        self.assertAlmostEqual(slices, reminder.interest)
        self.assertIn("formal notice to pay", str(reminder.preview_html))

    def test_screens_kanban_shows_the_stages_that_need_work(self):
        stages = self.env['recouvrement.case'].with_context(read_group_expand=True)
        groups = stages.web_read_group([('id', '=', 0)], ['state'])
        names = [group['state'] for group in groups['groups']]
        self.assertEqual(names, ['overdue', 'amicable', 'mise_en_demeure'])
