"""Small answers that pages ask for by themselves: tagged, so that nothing new costs nothing, and no sign of a person.

Why no sign: a session ends when nobody was at the desk for a while. A page that is left open goes on asking, and must
not keep it alive.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def polled(view: View) -> View:
    """Declare that pages ask at this address by themselves."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def is_polled() -> bool:
    """Return whether a page asks, and not a person."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "is_polled", False)


def tagged(content: dict[str, Any]) -> Response:
    """Return an answer as JSON, or that nothing has changed for a page that names the tag of its last answer."""
    body = json.dumps(content, sort_keys=True)
    response = Response(body, mimetype="application/json")
    response.set_etag(sha256(body.encode()).hexdigest()[:32])
    return response.make_conditional(request)  # type: ignore[return-value]
