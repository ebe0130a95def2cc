"""A worker that is killed between two steps of a delivery, again and again; run as a program of its own.

``python -m tests.attack.mortal_worker SETTINGS DEATHS``: SETTINGS is a JSON object of ENQUIRY_* variables. It prints a
JSON list with the step at which each worker died, or null for one that finished.

Why lines of code as steps: whatever lies between two lines of the outbox, of Flask-Mail or of smtplib is a place where
a machine can lose its power, also those that nobody thought of.
"""

import json
import os
import random
import signal
import sys
from datetime import timedelta
from types import FrameType
from typing import Any

from sqlalchemy import select

from config import Config
from enquiry import clock, create_app, outbox
from enquiry.extensions import db
from enquiry.records.letter import Letter

STEPS_OF = ("/enquiry/outbox.py", "/flask_mail/__init__.py", "/smtplib.py", "/enquiry/database.py")


class Steps:
    """Counts the steps of a delivery, and ends the process at one of them."""

    def __init__(self, last: int | None) -> None:
        self.last, self.taken = last, 0

    def watch(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(STEPS_OF):
            return None
        if event == "line":
            self.taken += 1
            if self.taken == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.watch


def main() -> None:
    """Let workers die until they have died often enough, and say where."""
    app = create_app(Config.from_environment(json.loads(sys.argv[1])))
    dice = random.Random(20261122)  # noqa: S311 - chance, not secrecy
    with app.app_context():
        letters = db.session.scalars(select(Letter.id).order_by(Letter.id)).all()
        db.session.remove()
        db.engine.dispose()
    deaths, moment, length = [], clock.now(), 300
    for nth in range(int(sys.argv[2])):
        step = dice.randint(1, length)
        moment += timedelta(minutes=10)  # a lease is over
        child = os.fork()
        if child == 0:
            steps = Steps(step)
            with app.app_context():
                sys.settrace(steps.watch)
                outbox.deliver(letters[nth % len(letters)], moment)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        deaths.append(step if os.WIFSIGNALED(status) else None)
    sys.stdout.write(json.dumps(deaths))


if __name__ == "__main__":
    main()
