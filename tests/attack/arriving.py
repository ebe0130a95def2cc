"""Patients who send one enquiry after the other, several at once, until they are stopped; run as a program of its own.

It prints the reference of each enquiry as its patient would read it: once the enquiry is stored, and not before.
"""

import sys
from threading import Thread

from config import Config
from enquiry import create_app
from tests.people import pat_asks

AT_ONCE = 4


def main() -> None:
    """Let them send."""
    app = create_app(Config.from_environment())

    def send() -> None:
        while True:
            with app.test_request_context():
                sys.stdout.write(f"{pat_asks().reference}\n")
                sys.stdout.flush()

    for _ in range(AT_ONCE):
        Thread(target=send).start()


if __name__ == "__main__":
    main()
