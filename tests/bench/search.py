"""What a search costs among 2,000 enquiries and among 200,000, by each kind of thing that can be typed.

What is looked for is borne by as many people at both sizes, or at both by more than a page: a longer list is a longer
page, and not a slower search.

Why only these two sizes and no setting: filling them takes minutes for each database. It is the same everywhere.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import flask_migrate

from config import Config
from enquiry import create_app
from enquiry.demo import cast
from tests.bench import crowd
from tests.bench.server import serve
from tests.bench.visit import at_the_desk, spread
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


def measure(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what searches cost at both sizes, and how many times longer they take at the larger."""
    app = create_app(Config.from_environment(environment))
    with app.test_request_context():
        flask_migrate.upgrade()
        cast.seed()
    crowd.fill(app, 0, FEW)
    few = _measured(environment)
    crowd.fill(app, FEW, MANY)
    many = _measured(environment)
    ratios = {kind: {p: round(many[kind][f"{p}_ms"] / few[kind][f"{p}_ms"], 2) for p in ("p50", "p95")} for kind in few}
    return {f"{FEW}": few, f"{MANY}": many, "ratio": ratios}


def _measured(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return how long Lena of London waits for each kind of search."""
    with serve("wsgi:app", environment) as server:
        lena = at_the_desk(server.port)
        token = forms_of(lena.get("/desk/search"))[0].filled["csrf_token"][0]

        def look(words: str, inside: str = "") -> str:
            return lena.post("/desk/search", {"csrf_token": token, "looked_for": words, "inside": inside})

        reference = re.search(r"LN-\w{4}-\w{4}", look(KINDS["email"]))
        assert reference is not None
        kinds = {"reference": reference[0], **KINDS}
        paces = {kind: _pace(lambda words=words: look(words), TIMES) for kind, words in kinds.items()}
        return {**paces, "inside_messages": _pace(lambda: look("xylophone", "y"), TIMES_INSIDE)}


def _pace(ask: Callable[[], Any], times: int) -> dict[str, float]:
    ask()
    took = []
    for _ in range(times):
        begins = time.perf_counter()
        ask()
        took.append(time.perf_counter() - begins)
    return spread(took)
