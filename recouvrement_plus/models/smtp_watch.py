"""What really happened between us and the mail server: the only place that looks into an SMTP session."""
from smtplib import SMTP


class SmtpWatch:
    """Watches one SMTP session while a reminder leaves.

    ``unanswered``: the text was handed over and no answer came back (time-out, dropped connection): nobody knows whether
    the message was accepted. ``accepted``: [(text, answer)] of what the server took. ``refused``: {address: answer}.
    """

    def __init__(self, session):
        self.session, self.unanswered, self.accepted, self.refused = session, False, [], {}
        self._watching = isinstance(session, SMTP)
        if self._watching:
            self._data, self._rcpt = session.data, session.rcpt
            session.data, session.rcpt = self.data, self.rcpt

    def data(self, text):
        self.unanswered = True
        try:
            code, answer = self._data(text)
        except OSError as error:
            # smtplib's errors are OSErrors. One that carries the server's code is an answer: it refused to take the text.
            self.unanswered = not hasattr(error, 'smtp_code')
            raise
        self.unanswered = False
        if code == 250:
            self.accepted.append((text, self._words(code, answer)))
        return code, answer

    def rcpt(self, recipient, options=()):
        code, answer = self._rcpt(recipient, options)
        if code not in (250, 251):
            self.refused[recipient.lower()] = self._words(code, answer)
        return code, answer

    @property
    def alive(self):
        """Whether the session can serve the next message; smtplib drops its socket when a connection breaks."""
        return not self._watching or self.session.sock is not None

    def release(self):
        if self._watching:
            del self.session.data, self.session.rcpt

    @staticmethod
    def _words(code, answer):
        text = answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else str(answer)
        return f"{code} {text}"
