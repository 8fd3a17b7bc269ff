# SPDX-License-Identifier: LGPL-3.0-only
"""A real SMTP server on this machine that keeps what it receives, and can be slow, refuse or go away."""

import email
import email.policy
import socket
import time

from aiosmtpd.controller import Controller


class Sink:
    """`messages`: what was taken, parsed; `refuse`: addresses answered 550; `delay`: seconds before accepting;
    `hang_up`: addresses whose message is taken without an answer.
    """

    def __init__(self):
        self.messages, self.refuse, self.delay, self.on_data, self.hang_up = [], set(), 0, None, set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if address in self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.on_data:
            self.on_data()
        if self.delay:
            time.sleep(self.delay)
        if self.hang_up & set(envelope.rcpt_tos):
            server.transport.abort()
        return "250 OK"

    def to(self, address):
        """The messages received for an address."""
        return [message for message in self.messages if address in message["To"]]


def start():
    """A running sink on a free port: (controller, sink)."""
    sink = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    return controller, sink


def text_of(message):
    """The HTML part of a message as one line of text."""
    part = message.get_body(("html", "plain"))
    return " ".join(part.get_content().split())
