"""A customer's regime: proposed from facts, stated or accepted by a person, with who and when; contacts follow."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day

SIRET = '73282932000074'


@tagged('post_install', '-at_install')
class TestRegime(RecouvrementCommon):

    def _customer(self, name="Menuiserie", **vals):
        return self.env['res.partner'].create({'name': name, 'is_company': True, **vals})

    def _proposal(self, partner):
        return (partner.recouvrement_proposed_regime, partner.recouvrement_proposal_strength, partner.recouvrement_proposal_fact)

    # === PROPOSAL === #

    def test_facts_propose_and_nothing_is_classified(self):
        firm = self._customer(company_registry=SIRET)
        town = self._customer("Mairie de Saint-Exemple")
        person = self._customer("Paul Petit", is_company=False)
        self.assertEqual(self._proposal(firm), ('b2b', 'firm', 'siret'))
        self.assertEqual(self._proposal(town), ('public', 'weak', 'name'))
        self.assertEqual(self._proposal(person), ('b2c', 'weak', 'person'))
        self.assertFalse((firm + town + person).filtered('recouvrement_regime'))

    def test_the_proposal_follows_the_facts(self):
        partner = self._customer()
        self.assertEqual(self._proposal(partner), ('b2b', 'weak', 'company'))
        partner.company_registry = SIRET
        self.assertEqual(self._proposal(partner), ('b2b', 'firm', 'siret'))
        partner.recouvrement_legal_category = '7364'
        self.assertEqual(self._proposal(partner), ('public', 'weak', 'legal_category'))

    def test_a_contact_has_no_proposal_of_its_own(self):
        contact = self.env['res.partner'].create({'name': "Buyer", 'parent_id': self._customer(company_registry=SIRET).id})
        self.assertEqual(self._proposal(contact), (False, False, False))

    # === ACCEPT, STATE === #

    def test_accepting_takes_the_firm_ones_only(self):
        firm, weak = self._customer(company_registry=SIRET), self._customer("Mairie")
        hospital = self._customer("X", recouvrement_legal_category='7364')
        stated = self._customer("Y", company_registry=SIRET, recouvrement_regime='public')
        result = (firm + weak + hospital + stated).recouvrement_accept_proposals()
        self.assertEqual(result['accepted'], 1)
        self.assertCountEqual(result['left'], [
            {'partner_id': partner.id, 'proposal': 'public', 'strength': 'weak'} for partner in weak + hospital])
        self.assertRecordValues(firm + hospital + stated + weak, [
            {'recouvrement_regime': 'b2b', 'recouvrement_regime_origin': 'deduced', 'recouvrement_regime_fact': 'siret',
             'recouvrement_public_kind': False},
            {'recouvrement_regime': False, 'recouvrement_regime_origin': False, 'recouvrement_regime_fact': False,
             'recouvrement_public_kind': False},
            {'recouvrement_regime': 'public', 'recouvrement_regime_origin': 'stated', 'recouvrement_regime_fact': False,
             'recouvrement_public_kind': False},
            {'recouvrement_regime': False, 'recouvrement_regime_origin': False, 'recouvrement_regime_fact': False,
             'recouvrement_public_kind': False}])
        self.assertEqual((firm.recouvrement_regime_user_id, firm.recouvrement_regime_date), (self.env.user, TODAY))
        self.assertEqual(firm.recouvrement_accept_proposals(), {'accepted': 0, 'left': []})

    def test_an_officer_without_rights_on_contacts_classifies_and_is_named(self):
        officer = self._make_user('officer')
        firm, town = self._customer(company_registry=SIRET), self._customer("Mairie")
        firm.with_user(officer).recouvrement_accept_proposals()
        town.with_user(officer).recouvrement_set_regime('public', 'state_local')
        self.assertEqual((firm + town).mapped('recouvrement_regime'), ['b2b', 'public'])
        self.assertEqual((firm + town).mapped('recouvrement_public_kind'), [False, 'state_local'])
        self.assertEqual((firm + town).recouvrement_regime_user_id, officer)
        self.assertIn(officer.name, town.recouvrement_regime_origin_text)

    def test_others_do_not_classify(self):
        partner = self._customer(company_registry=SIRET)
        for role in ('billing', 'internal'):
            for call in ('recouvrement_accept_proposals', 'action_recouvrement_accept_proposals', 'action_recouvrement_set_b2c'):
                with self.subTest(role=role, call=call), self.assertRaises(AccessError):
                    getattr(partner.with_user(self._make_user(role, login=f'{role}{call}')), call)()
        self.assertFalse(partner.recouvrement_regime)

    def test_unknown_words_are_refused(self):
        for arguments in (('association',), ('public', 'church')):
            with self.assertRaisesRegex(UserError, "b2b, b2c or public"):
                self._customer().recouvrement_set_regime(*arguments)

    def test_a_regime_is_taken_back(self):
        partner = self._customer(recouvrement_regime='public', recouvrement_public_kind='hospital')
        partner.recouvrement_set_regime(False)
        self.assertRecordValues(partner, [{
            'recouvrement_regime': False, 'recouvrement_public_kind': False, 'recouvrement_regime_origin': False,
            'recouvrement_regime_user_id': False, 'recouvrement_regime_date': False}])

    # === ORIGIN === #

    def test_writing_the_field_is_a_statement(self):
        created, written = self._customer(recouvrement_regime='b2b'), self._customer()
        written.recouvrement_regime = 'b2c'
        for partner in created + written:
            self.assertRecordValues(partner, [{
                'recouvrement_regime_origin': 'stated', 'recouvrement_regime_user_id': self.env.uid,
                'recouvrement_regime_date': TODAY}])

    def test_nobody_forges_the_origin(self):
        other = self._make_user('officer')
        forged = {'recouvrement_regime': 'b2b', 'recouvrement_regime_origin': 'deduced', 'recouvrement_regime_fact': 'siret',
                  'recouvrement_regime_user_id': other.id, 'recouvrement_regime_date': '2020-01-01'}
        created, written = self._customer(**forged), self._customer()
        written.write(forged)
        written.write({'recouvrement_regime_user_id': other.id})
        for partner in created + written:
            self.assertRecordValues(partner, [{
                'recouvrement_regime_origin': 'stated', 'recouvrement_regime_fact': False,
                'recouvrement_regime_user_id': self.env.uid, 'recouvrement_regime_date': TODAY}])

    def test_contacts_take_what_their_company_has(self):
        company = self._customer(company_registry=SIRET)
        before = self.env['res.partner'].create({'name': "Before", 'parent_id': company.id})
        company.recouvrement_accept_proposals()
        after = self.env['res.partner'].create({'name': "After", 'parent_id': company.id})
        for contact in before + after:
            self.assertRecordValues(contact, [{
                'recouvrement_regime': 'b2b', 'recouvrement_regime_origin': 'deduced', 'recouvrement_regime_fact': 'siret'}])
        company.recouvrement_set_regime('public', 'hospital')
        self.assertEqual(set((before + after).mapped('recouvrement_public_kind')), {'hospital'})

    def test_a_selected_contact_classifies_its_company(self):
        company = self._customer()
        contact = self.env['res.partner'].create({'name': "Buyer", 'parent_id': company.id})
        self.assertEqual(contact.recouvrement_set_regime('b2b'), {'changed': 1})
        self.assertEqual((company.recouvrement_regime, contact.recouvrement_regime), ('b2b', 'b2b'))

    def test_a_salesperson_still_imports_contacts(self):
        company = self._customer(company_registry=SIRET, recouvrement_regime='b2b')
        seller = self._make_user('billing', login='seller')
        seller.group_ids += self.env.ref('base.group_partner_manager')
        result = self.env['res.partner'].with_user(seller).load(
            ['name', 'parent_id/.id', 'recouvrement_regime'], [['Buyer', str(company.id), ''], ['Alone', '', 'b2c']])
        self.assertFalse([message for message in result['messages'] if message['type'] == 'error'], result['messages'])
        partners = self.env['res.partner'].browse(result['ids'])
        self.assertEqual(partners[1].recouvrement_regime_user_id, seller)

    # === THE LIST === #

    def test_the_largest_debt_comes_first(self):
        partners = self.env['res.partner']
        small, large, nothing = (self._customer(name) for name in ("Small", "Large", "Nothing"))
        self._make_invoice(day(-5), 10.0, partner=small)
        invoice = self._make_invoice(day(-5), 500.0, partner=large)
        self._pay(invoice, 100.0)
        found = partners.search(
            [('id', 'in', (small + large + nothing).ids), ('recouvrement_amount_owed', '>', 0)],
            order='recouvrement_amount_owed desc, id')
        self.assertEqual(found, large + small)
        self.assertEqual(found.mapped('recouvrement_amount_owed'), [400.0, 10.0])
        self.assertEqual(nothing.recouvrement_amount_owed, 0.0)

    def test_an_officer_opens_the_list(self):
        officer = self._make_user('officer')
        action = self.env.ref('recouvrement_plus.res_partner_action_classify')
        view = self.env.ref('recouvrement_plus.res_partner_view_list_classify')
        partner = self._customer()
        self._make_invoice(day(-5), 10.0, partner=partner)
        partners = self.env['res.partner'].with_user(officer)
        names = partners.get_view(view.id, 'list')
        self.assertIn('recouvrement_amount_owed', names['arch'])
        rows = partners.web_search_read(
            [('recouvrement_regime', '=', False), ('recouvrement_amount_owed', '>', 0)], order='recouvrement_amount_owed desc, id',
            specification={'recouvrement_proposed_regime': {}, 'recouvrement_amount_owed': {}, 'company_registry': {}})
        self.assertIn(partner.id, [row['id'] for row in rows['records']])
        self.assertEqual(action.res_model, 'res.partner')
