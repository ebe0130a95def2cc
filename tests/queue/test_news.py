"""Lena's page asks whether her list is still true, and is told by how many it is not."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import quote_plus

import pytest
from flask import Flask

from tests.people import LENA, RAI, at_the_desk, pat_asks
from tests.visitor import Visitor

LONDON = "/desk/queue/london"


@pytest.fixture
def lena(app: Flask) -> Visitor:
    return at_the_desk(app, LENA)


@pytest.fixture
def rai(app: Flask) -> Visitor:
    return at_the_desk(app, RAI)


def asks(page: str) -> str:
    """Return the address that a page of a list asks for its news."""
    found = re.search(r'data-address="([^"]+)"', page)
    assert found
    seen = " ".join(re.findall(r'data-seen="([^"]+)"', page))
    return f"{unescape(found[1])}&seen={quote_plus(seen)}"


def changed(lena: Visitor, address: str) -> int:
    answer = lena.get(address).get_json()
    return int(answer["changed"])


def deed(visitor: Visitor, reference: str, form: str, **answers: str) -> None:
    case = f"/desk/enquiries/{reference}"
    assert visitor.fill_in(case, answers, f"{case}/{form}").status_code == 303


def test_nothing_is_new_until_something_is(app: Flask, lena: Visitor, time_passes: Callable[..., None]) -> None:
    with app.app_context():
        pat_asks()
        pat_asks()
    time_passes(timedelta(minutes=1))
    address = asks(lena.get(LONDON).text)
    first = lena.get(address)
    assert first.get_json() == {"changed": 0, "here": {}}
    tag = {"If-None-Match": first.headers["ETag"]}
    assert lena.get(address, headers=tag).status_code == 304
    with app.app_context():
        pat_asks()
    assert lena.get(address, headers=tag).status_code == 200
    assert changed(lena, address) == 1


def test_what_changed_came_or_left_counts_once_each(
    app: Flask, lena: Visitor, rai: Visitor, time_passes: Callable[..., None]
) -> None:
    with app.app_context():
        noted, closed, transferred, _ = (pat_asks().reference for _ in range(4))
    time_passes(timedelta(minutes=1))
    page = lena.get(LONDON).text
    address = asks(page)
    deed(rai, noted, "note", text="She rang.")
    deed(rai, noted, "note", text="She rang again.")
    assert changed(lena, address) == 1
    deed(rai, closed, "close", outcome="advice-sent", remark="")
    assert changed(lena, address) == 2
    deed(rai, transferred, "transfer", reason="She lives there.", clinic="norwich")
    assert changed(lena, address) == 3
    with app.app_context():
        pat_asks()
    assert changed(lena, address) == 4
    assert changed(lena, asks(lena.get(LONDON).text)) == 0


def test_a_narrowed_list_hears_nothing_of_what_it_leaves_out(
    app: Flask, lena: Visitor, rai: Visitor, time_passes: Callable[..., None]
) -> None:
    with app.app_context():
        reference = pat_asks().reference
    time_passes(timedelta(minutes=1))
    mine = asks(lena.get(LONDON, query_string={"whose": "mine"}).text)
    patients = asks(lena.get(LONDON, query_string={"turn": "patient"}).text)
    deed(rai, reference, "note", text="She rang.")
    assert changed(lena, mine) == changed(lena, patients) == 0


def test_the_rows_of_the_page_say_who_is_at_them(app: Flask, lena: Visitor, rai: Visitor) -> None:
    with app.app_context():
        reference, _ = pat_asks().reference, pat_asks().reference
    address = asks(lena.get(LONDON).text)
    rai.get(f"/desk/enquiries/{reference}")
    assert lena.get(address).get_json()["here"] == {reference: f"{RAI.name} looking"}


@pytest.mark.parametrize(
    "words", ["", "since=x", "since=0001-01-01T00:00%2B23:59", "seen=x.y+.+LN-0000-0000.99999999", "seen=%00.1"]
)
def test_an_address_that_was_meddled_with_is_answered_all_the_same(app: Flask, lena: Visitor, words: str) -> None:
    with app.app_context():
        pat_asks()
    assert lena.get(f"{LONDON}/news?{words}").status_code == 200
