"""A visitor without a browser: fills in the forms that pages really have, hidden fields and tokens included."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse, encode_multipart

Answers = dict[str, Any]
VISITED = "tests.visited"  # in the environment of every request of such a visitor


@dataclass
class Form:
    """A form of a page: where it goes, the fields it has, and what is already in them."""

    action: str
    takes_files: bool
    names: set[str] = field(default_factory=set)
    filled: dict[str, list[str]] = field(default_factory=dict)


class _FormReader(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type")
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self._open = Form(given.get("action") or "", given.get("enctype") == "multipart/form-data")
            self.forms.append(self._open)
        elif self._open is not None and name:
            self._open.names.add(name)
            self._textarea = name if tag == "textarea" else ""
            is_chosen = "checked" in given if kind in ("radio", "checkbox") else kind != "file"
            if tag == "input" and is_chosen:
                self._open.filled.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._textarea:
            self._open.filled.setdefault(self._textarea, []).append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._textarea = ""


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page that are sent by POST."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class Visitor(FlaskClient):
    """Flask's test client, with hands for forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base[VISITED] = True

    def fill_in(self, path: str, answers: Answers | None = None, action: str | None = None) -> TestResponse:
        """Open a page, fill in its form and send it as a browser would; return the answer, not followed.

        :param answers: what the person changes; the fields they do not name are sent as the page filled them.
        :param action: where the form goes, for a page with several that have these fields.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path} answered {page.status}"
        return self.send(path, page.text, answers, action)

    def send(
        self,
        path: str,
        html: str,
        answers: Answers | None = None,
        action: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """Fill in a form of a page that is already open, and send it; the same as ``fill_in`` otherwise."""
        answers = answers or {}
        for form in forms_of(html):
            if answers.keys() <= form.names and action in (None, form.action):
                body = _as_sent(form, {**form.filled, **answers})
                return self.post(form.action or path, headers=headers, **body)
        raise AssertionError(f"{path} has no form with {sorted(answers)} that goes to {action or 'anywhere'}")


def _as_sent(form: Form, answers: Answers) -> dict[str, Any]:
    """Return what a browser sends; a body with files is made here, since Werkzeug would put a large one on the disk."""
    if not form.takes_files:
        return {"data": answers}
    boundary, body = encode_multipart(answers)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
