"""Patients who send one enquiry after the other, several at once, until they are stopped; run as a program of its own.

It prints the reference of each enquiry as its patient would read it: once the enquiry is stored, and not before. Every
third comes with a letter.
"""

import sys
from itertools import count
from threading import Thread

from config import Config
from enquiry import create_app
from tests.people import pat_adds, pat_asks

AT_ONCE = 4
WITH_A_LETTER = 3  # one in so many


def main() -> None:
    """Let them send."""
    app = create_app(Config.from_environment())

    def send() -> None:
        for number in count():
            with app.test_request_context():
                enquiry = pat_asks()
                if number % WITH_A_LETTER == 0:
                    pat_adds(enquiry)
                sys.stdout.write(f"{enquiry.reference}\n")
                sys.stdout.flush()

    for _ in range(AT_ONCE):
        Thread(target=send).start()


if __name__ == "__main__":
    main()
