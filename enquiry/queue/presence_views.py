"""The address at which a page about an enquiry says that its person is there, and hears who else is."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from enquiry import caseload, clock, presence
from enquiry.records.presence import Doing
from enquiry.rules.permissions import Action
from enquiry.web.cases import ADDRESS, serve_cases
from enquiry.web.guard import may, me
from enquiry.web.polled import polled, tagged

presences = Blueprint("presences", __name__)
serve_cases(presences)


@presences.get(f"{ADDRESS}/presence")
@polled
@may(Action.OPEN_ENQUIRY)
def who_is_here(reference: str) -> ResponseReturnValue:
    """Tell a page about an enquiry who else is at it."""
    its_id = caseload.find_id(me(), reference)
    return tagged({"here": presence.in_words(presence.others(me(), [its_id], clock.now()).get(its_id, []))})


@presences.put(f"{ADDRESS}/presence")
@polled
@may(Action.OPEN_ENQUIRY)
def be_here(reference: str) -> ResponseReturnValue:
    """Hear from a page that its person is at an enquiry."""
    try:
        doing = Doing(request.form.get("doing", ""))
    except ValueError:
        raise BadRequest from None
    presence.say(me(), reference, doing, clock.now())
    return "", 204
