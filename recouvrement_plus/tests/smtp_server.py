"""A mail server for tests: a local SMTP server that answers as told, well or badly, or not at all."""
import socketserver
import threading
from contextlib import contextmanager


class _Handler(socketserver.StreamRequestHandler):
    """One session. `server.after_text`: `accept`, `reject`, `silence` (the text is taken, no answer) or `drop`."""

    def handle(self):
        self._say('220 test')
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.strip() else b''
            if word in (b'EHLO', b'HELO'):
                self._say('250 test')
            elif word == b'MAIL' and self.server.before_text == 'drop':
                return
            elif word == b'RCPT' and any(address.encode() in line for address in self.server.refuse):
                self._say('550 no such user')
            elif word == b'DATA':
                if not self._take_text():
                    return
            elif word == b'QUIT':
                self._say('221 bye')
                return
            else:
                self._say('250 ok')

    def _take_text(self):
        """Take the text of a message; return whether the session goes on."""
        self._say('354 go on')
        text = b''
        while not text.endswith(b'\r\n.\r\n'):
            text += self.rfile.readline()
        self.server.texts.append(text)
        if self.server.after_text == 'silence':
            self.server.over.wait(30)
            return False
        if self.server.after_text == 'drop' or (self.server.drop_first and len(self.server.texts) == 1):
            return False
        self._say('250 queued as 42' if self.server.after_text == 'accept' else '554 rejected')
        return True

    def _say(self, answer):
        self.wfile.write(answer.encode() + b'\r\n')


@contextmanager
def mail_server():
    """A running server; `texts`: what it took; `refuse`: addresses answered 550; see `_Handler` for the rest."""
    with socketserver.ThreadingTCPServer(('127.0.0.1', 0), _Handler) as server:
        server.daemon_threads = True
        server.texts, server.refuse, server.over = [], set(), threading.Event()
        server.before_text, server.after_text, server.drop_first = 'accept', 'accept', False
        server.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
