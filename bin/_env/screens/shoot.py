"""Takes the pictures of shots.py: python shoot.py URL DATABASE FOLDER MAILBOX [NAME …], with Odoo running at URL."""

import sys
from pathlib import Path

import browser
import documents
import odoo_session
import paper
import shots
from PIL import Image

COLOURS, PAPER_COLOURS = 128, 16
# a picture shows what an accountant sees: no bubble of the assistant, no notification
QUIET = """document.head.insertAdjacentHTML('beforeend',
  '<style>.o_notification_manager, .o-mail-ChatHub {display: none !important}</style>')"""


def main(url, database, folder, mailbox, *names):
    """Write FOLDER/NAME.png for each shot, or for those named; returns the names that failed."""
    unknown = set(names) - {*(shot.name for shot in shots.SHOTS), *PAPERS}
    if unknown:
        raise SystemExit(f"no such picture: {', '.join(sorted(unknown))}")
    session = odoo_session.Session(url, database, 'admin', 'admin')
    failed = []
    with browser.running(shots.WIDTH, shots.LOW) as page:
        page.command('Network.setCookie', name='session_id', value=session.cookie, url=url)
        jobs = {shot.name: lambda file, shot=shot: screen(page, session, shot, file) for shot in shots.SHOTS}
        jobs |= {name: lambda file, take=take: take(page, session, mailbox, file) for name, take in PAPERS.items()}
        for name, job in jobs.items():
            if names and name not in names:
                continue
            file = Path(folder) / f'{name}.png'
            try:
                job(file)
                _shrink(file, PAPER_COLOURS if name in documents.DOCUMENTS else COLOURS)
                print(name, flush=True)
            except (RuntimeError, LookupError, TimeoutError) as error:
                print(f"{name} FAILED: {error}", flush=True)
                failed.append(name)
    return failed


def screen(page, session, shot, file):
    """The picture of one screen."""
    record = session.first(shot.model, list(shot.domain)) if shot.model else ''
    page.size(shots.WIDTH, shot.height)
    page.open(session.url + shot.path.format(id=record), shot.wait)
    page.run(QUIET)
    for selector in shot.clicks:
        page.click(selector)
    page.picture(file)


def mail(page, session, mailbox, file):
    """Send a firm reminder and show it as it arrived."""
    reminder = session.first('recouvrement.reminder', shots.FIRM)
    session.call('recouvrement.reminder', 'send', [reminder])
    address = session.call('recouvrement.reminder', 'read', [reminder], ['email_to'])[0]['email_to']
    paper.mail_picture(page, paper.newest_mail(mailbox, address), file)


def letter(make):
    """The job that takes the picture of one document: its first page."""
    return lambda _page, session, _mailbox, file: paper.letter_picture(make(session), file)


def _shrink(file, colours):
    """Fewer colours: the same picture in a third of the bytes."""
    Image.open(file).convert('RGB').quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)


PAPERS = {'email': mail, **{name: letter(make) for name, make in documents.DOCUMENTS.items()}}

if __name__ == '__main__':
    sys.exit(1 if main(*sys.argv[1:]) else 0)
