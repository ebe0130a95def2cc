"""The search page: what was typed, and whom it found.

Why results come as the answer to a POST: what is typed here is a name, a telephone number or a date of birth, and
an address stays in the browser's history and in the log of every proxy. The price is a browser that asks before it
goes back to the results. A single person with that reference or telephone number is opened at once instead.
"""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from enquiry import clock, search
from enquiry.finding.forms import SearchForm
from enquiry.rules.permissions import Action
from enquiry.search import Found, TooLittle
from enquiry.web.cases import ADDRESS, UNPROCESSABLE
from enquiry.web.guard import may, me

finding = Blueprint("finding", __name__)


@finding.get("/desk/search")
@may(Action.SEARCH)
def begin() -> ResponseReturnValue:
    """Say what can be looked for."""
    return _page(SearchForm(formdata=None))


@finding.post("/desk/search")
@may(Action.SEARCH)
def find() -> ResponseReturnValue:
    """Find whoever is meant."""
    form = SearchForm()
    if not form.validate():
        return _page(form)
    look = search.find_inside if form.inside.data else search.find
    try:
        found = look(me(), form.looked_for.data)
    except TooLittle:
        form.ask_for_more()
        return _page(form)
    if found.meant is not None:
        return redirect(ADDRESS.replace("<reference>", found.meant.reference), 303)
    return _page(form, found)


def _page(form: SearchForm, found: Found | None = None) -> ResponseReturnValue:
    looked_for = form.looked_for.data or ""
    page = render_template("finding/search.html", form=form, looked_for=looked_for, found=found, now=clock.now())
    return page, UNPROCESSABLE if form.errors else 200
