"""The demonstration's letter box: a local mail server that keeps every letter, and a page that shows them."""

import mailbox
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from config import INSTANCE

LETTER_BOX = INSTANCE / "letters"
NEWEST = 50

demo = Blueprint("demo", __name__)


def catch_letters(host: str, port: int) -> Controller:
    """Start a mail server that delivers into the letter box; its ``stop`` ends it.

    :raises OSError: when the port is taken.
    """
    LETTER_BOX.parent.mkdir(parents=True, exist_ok=True)
    catcher = Controller(Mailbox(LETTER_BOX), hostname=host, port=port)
    catcher.start()
    return catcher


@demo.get("/demo/letters")
def letters() -> ResponseReturnValue:
    """Show the letters that the demonstration has sent, the newest first."""
    return render_template("demo/letters.html", letters=_newest_first())


def _newest_first() -> list[dict[str, str]]:
    box = mailbox.Maildir(LETTER_BOX, factory=None, create=True)
    messages = [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys()]
    messages.sort(key=lambda message: message["Date"].datetime, reverse=True)
    return [_shown(message) for message in messages[:NEWEST]]


def _shown(message: EmailMessage) -> dict[str, str]:
    text = message.get_body(("plain",))
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "date": str(message["Date"]),
        "text": text.get_content() if isinstance(text, EmailMessage) else "",
    }
