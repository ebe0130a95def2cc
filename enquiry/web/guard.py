"""The guarded door: every address is shut unless it is listed as public, or names an action its visitor may do."""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError

from enquiry.records.staff import Staff
from enquiry.rules.permissions import Action

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

# Open to everybody. Nothing else is.
PUBLIC = frozenset(
    {
        "conditions.home",
        "conditions.index",
        "conditions.search",
        "conditions.show",
        "conditions.case_study",
        "conditions.clinic",
        "conditions.gps",
        "conditions.guide_for_gps",
        "conditions.privacy",
        "conditions.accessibility",
        "conditions.cookies",
        "conditions.robots",
        "conditions.sitemap",
        "conditions.security_txt",
        "intake.start",
        "intake.safety",
        "intake.files",
        "intake.remove_file",
        "intake.page",
        "intake.check",
        "intake.send",
        "intake.sent",
        "intake.clear",
        "following.enquiry",
        "following.referral",
        "following.message",
        "following.withdraw",
        "following.leave",
        "complaints.complain",
        "complaints.received",
        "referrals.start",
        "referrals.letter",
        "referrals.files",
        "referrals.remove_file",
        "referrals.page",
        "referrals.suspected_cancer",
        "referrals.check",
        "referrals.send_it",
        "referrals.sent",
        "referrals.remember",
        "referrals.forget",
        "referrals.clear",
        "demo.letters",
        "health.process",
        "health.ready",
        "staff.password",
        "staff.code",
        "staff.set_up",
        "staff.accept_invitation",
    }
)


def may(action: Action) -> Callable[[View], View]:
    """Declare which action an address of the desk is."""

    def declare(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(endpoint: str) -> Action | None:
    """Return the action that an endpoint declares, or ``None`` if it declares none: then nobody may enter."""
    return getattr(current_app.view_functions[endpoint], "action", None)


def may_enter(endpoint: str) -> bool:
    """Return whether whoever is signed in may open an address: what the desk's navigation asks."""
    action = rule_of(endpoint)
    return action is not None and me().may(action)


def me() -> Staff:
    """Return the person who is signed in, for the verb that they are about to do."""
    return cast(Staff, current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Stand at the door of every request."""
    app.before_request(_stop)
    app.jinja_env.globals["may_enter"] = may_enter


def _stop() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated and request.method == "POST":
        raise CSRFError("Signed out while typing")  # the page that gives back what was typed
    if not current_user.is_authenticated:
        return redirect(url_for("staff.password", next=request.full_path.rstrip("?")))
    action = rule_of(endpoint)
    if action is None or not me().may(action):
        abort(403)
    return None
