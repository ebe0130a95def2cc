"""What a search costs among 2,000 enquiries and among 200,000, by each kind of thing that can be typed.

What is looked for is borne by as many people at both sizes, or at both by more than a page: a longer list is a longer
page, and not a slower search.

Why only these two sizes and no setting: filling them takes minutes for each database. It is the same everywhere.
"""

import re
from collections.abc import Mapping
from typing import Any

import flask_migrate

from config import Config
from enquiry import create_app
from enquiry.demo import cast
from enquiry.search import MESSAGES
from tests.bench import crowd
from tests.bench.server import Server, serve
from tests.bench.turns import in_turns
from tests.bench.visit import at_the_desk
from tests.visitor import forms_of

FEW, MANY = 2_000, 200_000
TIMES = 100  # for each kind
TIMES_INSIDE = 10
SOMEBODY = 100  # the number of a Londoner

KINDS = {
    "email": crowd.email(SOMEBODY),
    "telephone": crowd.telephone(SOMEBODY).replace("+44", "0"),
    "last_six_digits": crowd.telephone(SOMEBODY)[-6:],
    "date_of_birth": f"{crowd.RARE_BIRTHDAY:%d/%m/%Y}",
    "rare_name": "zoe obrien lukasz",
    "name_and_date_of_birth": f"o'brien {crowd.RARE_BIRTHDAY:%d/%m/%y}",
    "common_beginning_of_a_name": crowd.FIRST_NAMES[0][:3],
    "two_common_names_that_nobody_bears_together": " ".join(crowd.COMMON),
    "nobody": "Quillonia",
    "common_name_in_the_other_clinic_only": crowd.ONLY_IN_NORWICH,
}


class Desk:
    """Lena of London where few have asked, or many, and what she types there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lena = at_the_desk(server.port)
        self.token = forms_of(self.lena.get("/desk/search"))[0].filled["csrf_token"][0]
        reference = re.search(r"LN-\w{4}-\w{4}", self.look(KINDS["email"]))
        assert reference is not None
        self.kinds = {"reference": reference[0], **KINDS}

    def look(self, words: str, inside: str = "") -> str:
        """Search, and return the answer."""
        return self.lena.post("/desk/search", {"csrf_token": self.token, "looked_for": words, "inside": inside})


def measure(few: Mapping[str, str], many: Mapping[str, str]) -> dict[str, Any]:
    """Return what searches cost at both sizes, and how many times longer they take at the larger.

    Both are asked in turns, so that whatever else the machine does disturbs them alike.

    :param few: the settings of an application with an empty database, for the smaller size.
    :param many: those of another, for the larger.
    """
    _fill(few, FEW)
    _fill(many, MANY)
    with serve("wsgi:app", few) as small, serve("wsgi:app", many) as large:
        desks = Desk(small), Desk(large)
        paces = {
            kind: in_turns(desks, lambda desk, kind=kind: desk.look(desk.kinds[kind]), TIMES) for kind in desks[0].kinds
        }
        inside = in_turns(desks[1:], lambda desk: desk.look("xylophone", "y"), TIMES_INSIDE)
    return {
        kind: {f"{FEW}": at_few, f"{MANY}": at_many, "ratio": {p: round(at_many[p] / at_few[p], 2) for p in at_few}}
        for kind, (at_few, at_many) in paces.items()
    } | {f"inside_{MESSAGES}_messages": inside[0]}


def _fill(environment: Mapping[str, str], people: int) -> None:
    app = create_app(Config.from_environment(environment))
    with app.test_request_context():
        flask_migrate.upgrade()
        cast.seed()
    crowd.fill(app, people)
