"""Pages of the library and of the clinic itself: the same for everybody, so rendered once and kept as bytes.

Why templates are rendered straight from the environment: these pages do not know who is asking, look at no session
and no database, and so may be cached by anyone on the way.

Why a search is sent like a letter and not written into the address: what people type may say more of their health than
any page of ours, and an address stays behind in the browser's history, in a company's proxy and in our own log. What
was typed is nowhere once the answer is sent. The form needs no token: it changes nothing, and a token needs a cookie.
"""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from enquiry import clock
from enquiry.conditions import guide, linked_data, lookup
from enquiry.conditions.catalogue import (
    CASE_STUDIES,
    CONDITIONS,
    EMERGENCIES,
    HEADINGS,
    by_group,
    case_studies_of,
    published_case_studies,
)
from enquiry.extensions import csrf
from enquiry.rules.clinics import Clinic
from enquiry.web.kept_pages import keep
from enquiry.web.posted_hours import PostedHours

# RFC 9116 asks for a date within a year; a process is started again far more often than this.
SECURITY_TXT_HOLDS_FOR = timedelta(days=180)
GONE = 410  # the page was there once

conditions = Blueprint("conditions", __name__)


@conditions.get("/")
def home() -> ResponseReturnValue:
    """Show what the clinic does, where it is and how to ask."""
    return _page(
        "home.html",
        groups=by_group(),
        case_studies=published_case_studies(),
        linked_data=linked_data.of_clinics(_public_address("")),
    )


@conditions.get("/conditions")
def index() -> ResponseReturnValue:
    """List the conditions by group, and every name of theirs from A to Z."""
    return _page("index.html", groups=by_group(), letters=lookup.a_to_z(CONDITIONS.values()))


@conditions.post("/conditions")
@csrf.exempt
def search() -> ResponseReturnValue:
    """Show the conditions whose pages have somebody's words."""
    typed = request.form.get("words", "")
    if not typed.strip():
        return redirect(url_for("conditions.index"), 303)
    found = lookup.search(typed, CONDITIONS.values())
    response = Response(_rendered("found.html", typed=typed, found=found))
    # Not "no-store", like other answers that are somebody's own: the browser's Back would meet a warning, not the page.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@conditions.get("/conditions/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show a condition."""
    condition = CONDITIONS.get(slug) or abort(404)
    return _page(
        "show.html",
        condition=condition,
        headings=HEADINGS,
        emergencies=EMERGENCIES + condition.urgent,
        related=[CONDITIONS[other] for other in condition.related],
        case_studies=case_studies_of(condition),
        linked_data=linked_data.of_condition(condition, _public_address(request.path)),
    )


@conditions.get("/case-studies/<slug>")
def case_study(slug: str) -> ResponseReturnValue:
    """Show what was done for one patient."""
    study = CASE_STUDIES.get(slug) or abort(404)
    if study.withdrawn:
        abort(GONE)
    return _page("case_study.html", study=study, condition=CONDITIONS[study.condition])


@conditions.get("/clinics/<name>")
def clinic(name: str) -> ResponseReturnValue:
    """Show where a clinic is and how to reach it."""
    if name not in list(Clinic):
        abort(404)
    return _page("clinic.html", clinic=Clinic(name))


@conditions.get("/gps")
def gps() -> ResponseReturnValue:
    """Tell GPs which patients need an emergency department instead, and how to send us the others."""
    return _page("gps.html", told=_told_to_gps())


@conditions.get("/gps/guide.pdf")
def guide_for_gps() -> ResponseReturnValue:
    """Give the same as one page of paper, for a wall or a drawer."""
    return keep(lambda: guide.on_paper(_told_to_gps(), _public_address("")), "application/pdf")


def _told_to_gps() -> guide.Guide:
    posted: PostedHours = current_app.extensions["posted hours"]
    return guide.guide(posted.answers_within())


@conditions.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept of an enquiry, who sees it and for how long."""
    return _page("privacy.html")


@conditions.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say how far everybody can use this site."""
    return _page("accessibility.html")


@conditions.get("/cookies")
def cookies() -> ResponseReturnValue:
    """Say which cookies this site sets, when, and for how long."""
    return _page("cookies.html")


@conditions.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Ask search engines to leave forms and the desk alone."""
    return _page("robots.txt", mimetype="text/plain", sitemap=_public_address("/sitemap.xml"))


@conditions.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List the pages worth finding, with the day on which their words were last read."""
    pages: dict[str, date | None] = dict.fromkeys(
        ["/", "/conditions", "/gps", "/privacy", "/accessibility", "/cookies"]
    )
    pages |= {f"/clinics/{each}": None for each in Clinic}
    pages |= {f"/conditions/{each.slug}": each.reviewed_on for each in CONDITIONS.values()}
    pages |= {f"/case-studies/{each.slug}": each.reviewed_on for each in published_case_studies()}
    return _page("sitemap.xml", mimetype="application/xml", pages=pages, site=_public_address(""))


@conditions.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    """Say whom to tell about a weakness in this site (RFC 9116)."""
    return _page(
        "security.txt",
        mimetype="text/plain",
        expires=(clock.now() + SECURITY_TXT_HOLDS_FOR).isoformat(timespec="seconds"),
        address=_public_address(request.path),
    )


def _public_address(path: str) -> str:
    """Return a page's full address; never from the Host header, which a visitor could choose for all the others."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def _page(template: str, mimetype: str = "text/html", **context: object) -> ResponseReturnValue:
    """Render the page at this address; from now on it is answered from memory."""
    return keep(lambda: _rendered(template, canonical=_public_address(request.path), **context), mimetype)


def _rendered(template: str, **context: object) -> str:
    return current_app.jinja_env.get_template(f"conditions/{template}").render(context)
