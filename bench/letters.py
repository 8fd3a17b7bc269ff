"""Two hundred letters printed together: the page of each as it would leave now, a few processes for all."""

NUMBER = 200


def letters(env, as_of, meter):
    """Letters of the night of the day (its e-mails, taken as letters): their pages, then the PDFs; nothing is kept."""
    env['recouvrement.run'].sudo()._start(env.company, as_of)._work(deadline=None)
    some = env['recouvrement.reminder'].sudo().search(
        [('channel', '=', 'email'), ('state', 'in', ('approved', 'queued')), ('date', '=', as_of)], limit=NUMBER)
    some.flush_recordset()
    env.cr.execute("UPDATE recouvrement_reminder SET channel = 'letter', mail_id = NULL WHERE id = ANY(%s)", [some.ids])
    env.invalidate_all()
    letter = env['recouvrement.letter'].sudo()
    with meter.measure() as paged:
        pages = [letter._noted(one, lambda reminder: reminder._make_letter()) for one in some]
    with meter.measure() as printed:
        done = letter._printed([page for page in pages if page])
    env.cr.rollback()
    number = max(len(done), 1)
    return [
        ('pages of letters, facts read again', paged, len(pages), None, f'{1000 * paged.wall / max(len(pages), 1):.1f} ms each'),
        ('letters printed together', printed, len(done), None, f'{1000 * printed.wall / number:.1f} ms each, wall (<= 30)'),
    ]
