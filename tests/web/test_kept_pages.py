"""A page kept in memory answers as the application would, and nothing else is ever answered from memory."""

from collections.abc import Iterable

import pytest
from flask import Flask
from werkzeug.test import Client

from enquiry.web.kept_pages import KeptPages, keep

BODY = "<h1>Conditions – Łódź</h1>".encode()


@pytest.fixture
def pages() -> KeptPages:
    """A memory with one page, before an application that answers everything else."""

    def application(_environ: object, start_response: object) -> Iterable[bytes]:
        start_response("201 Created", [("Content-Type", "text/plain")])  # type: ignore[operator]
        return [b"the application"]

    pages = KeptPages(application, {"X-Armour": "yes"})
    pages.shelf["/conditions"] = pages.made(BODY, "text/html")
    return pages


@pytest.fixture
def client(pages: KeptPages) -> Client:
    """Somebody who asks."""
    return Client(pages)


def test_a_kept_page_has_its_words_its_type_its_tag_and_the_headers_of_every_answer(client: Client) -> None:
    answer = client.get("/conditions?from=elsewhere")

    assert (answer.status_code, answer.data) == (200, BODY)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.content_length == len(BODY)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Armour"] == "yes"
    assert answer.headers["ETag"]


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_who_has_the_page_already_is_told_so_without_it(client: Client, form: str) -> None:
    tag = client.get("/conditions").headers["ETag"]
    answer = client.get("/conditions", headers={"If-None-Match": form.format(tag=tag)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["X-Armour"] == "yes"
    assert "Content-Type" not in answer.headers


def test_who_has_another_page_gets_this_one(client: Client) -> None:
    assert client.get("/conditions", headers={"If-None-Match": '"other"'}).status_code == 200


def test_only_the_headers_are_sent_to_who_asks_for_no_more(client: Client) -> None:
    answer = client.head("/conditions")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(BODY))


def test_another_address_or_anything_sent_goes_to_the_application(client: Client) -> None:
    for answer in (client.get("/enquire"), client.post("/conditions"), client.put("/conditions")):
        assert answer.data == b"the application"


def test_a_page_that_is_made_anew_has_a_new_tag(pages: KeptPages, client: Client) -> None:
    before = client.get("/conditions").headers["ETag"]
    pages.forget()
    assert client.get("/conditions").data == b"the application"
    pages.shelf["/conditions"] = pages.made(b"other words", "text/html")

    assert client.get("/conditions", headers={"If-None-Match": before}).data == b"other words"


def test_a_page_whose_making_began_before_pages_were_forgotten_is_not_kept(app: Flask) -> None:
    pages: KeptPages = app.extensions["kept pages"]

    def slowly() -> str:
        pages.forget()
        return "what was true before"

    with app.test_request_context("/conditions"):
        assert keep(slowly, "text/html").get_data(as_text=True) == "what was true before"

    assert "/conditions" not in pages.shelf
    assert "what was true before" not in app.test_client().get("/conditions").text
