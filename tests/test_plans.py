"""No list reads what has ended: among thousands of enquiries, the few that wait are found by their own index."""

import re

import pytest
from flask import Flask

from tests.bench import years
from tests.people import LENA, RAI, Colleague, at_the_desk, pat_asks
from tests.plans import explained, statements
from tests.visitor import Visitor

EVERYBODY, WAITING = 6000, 60
LISTS = {
    "/desk/queue/london": "open_enquiries",
    "/desk/queue/london?turn=patient": "open_enquiries",
    "/desk/queue/london?whose=mine&urgency=soon&status=assigned&pressing=overdue": "open_enquiries",
    "/desk/queue/london/possible-spam": "enquiries_set_aside",
}
OF_THE_OPEN = ("open_enquiries", "enquiries_set_aside")
# A whole table, or an index that holds all of its rows: SQLite says SCAN, PostgreSQL Seq Scan.
WHOLE = re.compile(r"Seq Scan on enquiries|SCAN enquiries(?! USING (?:COVERING )?INDEX (?:open_|enquiries_set_aside))")
# What is sorted was read to its end first: a page would cost as much as the queue is long.
SORTED = re.compile(r"TEMP B-TREE|\bSort\b")


@pytest.fixture
def years_of_enquiries(app: Flask) -> Flask:
    """Let thousands have asked, most of them long ago."""
    with app.test_request_context():
        pat_asks()
        years.copy(EVERYBODY, WAITING)
    return app


@pytest.mark.parametrize("who", [LENA, RAI])
@pytest.mark.parametrize("address", LISTS)
def test_a_list_and_its_counts_touch_no_enquiry_that_has_ended(
    years_of_enquiries: Flask, who: Colleague, address: str
) -> None:
    desk = at_the_desk(years_of_enquiries, who)
    with years_of_enquiries.app_context():
        [the_list], [the_counts] = plans_of(desk, address)
        assert LISTS[address] in the_list
        assert all(index in the_counts for index in OF_THE_OPEN)
        assert not WHOLE.search(the_list), the_list
        assert not WHOLE.search(the_counts), the_counts
        assert not SORTED.search(the_list), the_list


@pytest.mark.parametrize("way", ["next?", "news?since=2026-11-29T09:00:00Z&", "news?seen=LN-0000-0000.1&"])
def test_the_way_through_a_list_and_its_news_touch_none_that_has_ended(years_of_enquiries: Flask, way: str) -> None:
    lena = at_the_desk(years_of_enquiries, LENA)
    shown = lena.get("/desk/queue/london").text
    place = re.search(r"after=([^&\"]+)", shown)
    assert place is not None
    with years_of_enquiries.app_context():
        with statements() as seen:
            assert lena.get(f"/desk/queue/london/{way}after={place[1]}").status_code in (200, 302)
        about = [explained(*one, may_scan=True) for one in seen if "FROM enquiries" in one[0]]
        assert about
        assert not [plan for plan in about if WHOLE.search(plan)]


def test_the_second_page_goes_on_where_the_first_ended(years_of_enquiries: Flask) -> None:
    lena = at_the_desk(years_of_enquiries, LENA)
    second = re.search(r'href="(/desk/queue/london\?after=[^"]+)"', lena.get("/desk/queue/london").text)
    assert second is not None
    with years_of_enquiries.app_context():
        [the_list], _ = plans_of(lena, second[1])
        assert "open_enquiries" in the_list
        assert not WHOLE.search(the_list), the_list


def plans_of(desk: Visitor, address: str) -> tuple[list[str], list[str]]:
    """Return how the database answers for the lists of a page, and for its counts."""
    with statements() as seen:
        assert desk.get(address).status_code == 200
    about = [one for one in seen if "FROM enquiries" in one[0]]
    plans = [("count(" in one[0], explained(*one, may_scan=True)) for one in about]
    return [plan for is_count, plan in plans if not is_count], [plan for is_count, plan in plans if is_count]
