"""A real mail server for tests: it keeps every letter, and can refuse them or be away."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 Taken"


@dataclass(frozen=True)
class Delivered:
    """One letter as it arrived: the addresses spoken to the server, and the letter's bytes."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter as a mail program reads it."""
        message = message_from_bytes(self.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


class MailServer:
    """Listens on one port of this machine while it is started; ``letters`` holds what it has taken."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[Delivered] = []
        self._answer = TAKEN
        self._controller: Controller | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Go away: whoever connects is turned down by the machine itself."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def refuse(self, answer: str = "550 No such person here") -> None:
        """Answer every letter from now on with these words: ``4…`` means try again later, ``5…`` means never."""
        self._answer = answer

    def accept(self) -> None:
        """Take letters again."""
        self._answer = TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Do what aiosmtpd asks for each letter."""
        if self._answer == TAKEN:
            assert isinstance(envelope.content, bytes)
            self.letters.append(Delivered(str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        return self._answer
