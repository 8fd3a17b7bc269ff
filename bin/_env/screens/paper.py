"""Pictures of what leaves: an e-mail as the customer's mail program shows it, a page of a letter."""

import email
import email.policy
import subprocess
import tempfile
from html import escape
from pathlib import Path

HEADERS = (('From', "De"), ('To', "À"), ('Subject', "Objet"))
PAGE = '''<!DOCTYPE html><html lang="fr"><meta charset="utf-8">
<body style="margin:0; background:#ffffff; font-family:Arial, sans-serif">
<div style="background:#f3f3f5; border-bottom:1px solid #d8d8dd; padding:14px 24px; font-size:14px; line-height:1.7">{head}</div>
<div style="padding:20px 24px">{body}</div></body></html>'''
LETTER_DPI = 80


def newest_mail(folder, recipient):
    """The last message to an address in a Maildir folder. Raises LookupError when there is none."""
    files = sorted((Path(folder) / 'new').iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if recipient in str(message['To']):
            return message
    raise LookupError(f"no e-mail to {recipient}")


def mail_picture(page, message, file):
    """The message in a plain mail reader, in French."""
    head = ''.join(f'<div><b>{label}&nbsp;:</b> {escape(str(message[name]))}</div>' for name, label in HEADERS)
    body = message.get_body(('html',)).get_content()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / 'mail.html'
        source.write_text(PAGE.format(head=head, body=body), encoding='utf-8')
        page.size(760, 400)
        page.open(source.as_uri())
        page.size(760, int(page.run('document.body.scrollHeight')) + 10)
        page.picture(file)


def letter_picture(content, file):
    """The first page of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / 'letter.pdf'
        source.write_bytes(content)
        target = Path(file).with_suffix('')
        subprocess.run(['pdftoppm', '-png', '-singlefile', '-f', '1', '-r', str(LETTER_DPI), source, target], check=True)
