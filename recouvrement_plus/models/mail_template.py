"""Texts of reminders are checked when they are saved and before each night: what a name points to must exist."""
import ast
import re
from functools import lru_cache

from lxml import etree, html

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, is_html_empty

MODELS = ('recouvrement.reminder', 'recouvrement.case')
REMINDER = 'recouvrement.reminder'
INLINE = re.compile(r'{{(.+?)}}', re.DOTALL)
FORMATTED = re.compile(r'{{(.+?)}}|#{(.+?)}', re.DOTALL)
NOT_CODE = ('t-name', 't-set', 't-as', 't-call', 't-options-widget', 't-else', 't-lang', 't-tag', 't-translation', 't-ignore')


def _expressions_of_node(node):
    for name, value in node.attrib.items():
        if name.startswith('t-attf-') or name == 't-valuef':
            yield from (one or two for one, two in FORMATTED.findall(value))
        elif name.startswith('t-') and name not in NOT_CODE and value:
            yield value


@lru_cache(maxsize=512)
def expressions(text, is_html):
    """Python expressions of a text with placeholders: of its `t-` attributes when it is HTML, of its `{{ }}` otherwise."""
    if not is_html:
        return tuple(part.split('|||')[0] for part in INLINE.findall(text or ''))
    if not (text or '').strip():
        return ()
    root = html.fragment_fromstring(text, create_parent='div')
    return tuple(code for node in root.iter(etree.Element) for code in _expressions_of_node(node))


@lru_cache(maxsize=2048)
def chains(code):
    """Names reached from `object` in an expression: (('partner_id', 'name'), …).

    :raises SyntaxError: when it is no expression
    """
    found = []
    for node in ast.walk(ast.parse(code.strip(), mode='eval')):
        names = []
        while isinstance(node, ast.Attribute):
            names.insert(0, node.attr)
            node = node.value
        if names and isinstance(node, ast.Name) and node.id == 'object':
            found.append(tuple(names))
    return tuple(found)


class BrokenText(UserError):
    """A text that cannot be written, in words; `template_id`: whose it is."""

    def __init__(self, message, template_id):
        super().__init__(message)
        self.template_id = template_id


def root_of(error):
    """What went wrong first, in one line: core wraps it in the text and in the whole traceback."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return ' '.join(str(error).split()) or type(error).__name__


class MailTemplate(models.Model):
    _inherit = 'mail.template'

    @api.constrains('model_id')
    def _check_recouvrement_levels(self):
        """The text of a level speaks of a reminder: of anything else, it would show another record's data."""
        self.env['recouvrement.plan.level'].sudo().with_context(active_test=False).search(
            [('template_id', 'in', self.ids)])._check_template()

    @api.constrains('subject', 'body_html', 'model_id')
    def _check_recouvrement_text(self):
        for template in self.filtered(lambda template: template.model in MODELS):
            problem = template._recouvrement_problem(render=True)
            if problem:
                raise ValidationError(self.env._("Text “%(template)s” cannot be used. %(problem)s", template=template.name,
                                                 problem=problem))

    def _recouvrement_problem(self, texts=None, render=False):
        """The first thing wrong with a text, in any language, in words; '' when it can be written.

        :param texts: those of `_recouvrement_texts`, when the caller has read them already
        :param render: also write it for the last reminder there is
        """
        self.ensure_one()
        texts = texts or self._recouvrement_texts()
        for name in ('subject', 'body_html'):
            for text in texts[self.id, name] or ('',):
                problem = self._recouvrement_text_problem(text, name == 'body_html', texts[self.id, 'model'])
                if problem:
                    return self._recouvrement_problem_words(name, problem)
        return self._recouvrement_render_problem() if render else ''

    def _recouvrement_problem_words(self, name, problem):
        label = self.env._("Subject") if name == 'subject' else self.env._("Message")
        return self.env._("%(field)s: %(problem)s", field=label, problem=problem)

    def _recouvrement_texts(self):
        """{(template id, field name): its texts in every language, without doubles; (template id, 'model'): of what it speaks},
        read in one statement."""
        names = ('subject', 'body_html')
        if not self:
            return {}
        self.flush_recordset((*names, 'model'))
        stored = {row[0]: row[1:] for row in self.env.execute_query(SQL(
            "SELECT id, subject, body_html, model FROM mail_template WHERE id = ANY(%s)", self._origin.ids))}
        models = {(template.id, 'model'): stored[template.id][2] if template.id in stored else template.model for template in self}
        return models | {
            # what a form has not saved yet is in the cache only
            (template.id, name): sorted({
                str(text or '') for text in (*(found or {}).values(), *(() if template.id else (template[name],)))})
            for template in self for name, found in zip(
                names, stored.get(template._origin.id, (None, None, None))[:2], strict=True)}

    def _recouvrement_text_problem(self, text, is_html, model):
        if model not in self.env:
            return self.env._("the text does not say what it is about: choose “Reminder”.")
        try:
            codes = expressions(text, is_html)
        except (etree.ParserError, ValueError) as error:
            return str(error)
        if not codes and (is_html_empty(text) if is_html else not text.strip()):
            return self.env._("it is empty.")
        for code in codes:
            try:
                missing = next(filter(None, (self._recouvrement_missing(model, chain) for chain in chains(code))), '')
            except SyntaxError:
                return self.env._("“%(code)s” is no expression.", code=code)
            if missing:
                return self.env._("“%(name)s” does not exist.", name=missing)
        return ''

    def _recouvrement_missing(self, model, chain):
        """The chain of names up to the first that does not exist, '' when all do; it begins at a record of the model."""
        model = self.env[model]
        for position, name in enumerate(chain, 1):
            field = model._fields.get(name)
            if field is None:
                return '' if hasattr(model, name) else '.'.join(('object', *chain[:position]))
            if not field.comodel_name:
                return ''
            model = self.env[field.comodel_name]
        return ''
