"""Pages of the library and of the clinic itself: the same for everybody, so rendered once and kept as bytes.

Why templates are rendered straight from the environment: these pages do not know who is asking, look at no session
and no database, and so may be cached by anyone on the way.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from enquiry import clock
from enquiry.conditions import linked_data
from enquiry.conditions.catalogue import CASE_STUDIES, CONDITIONS, EMERGENCIES, Group, case_studies_of
from enquiry.rules.clinics import Clinic

# RFC 9116 asks for a date within a year; a process is started again far more often than this.
SECURITY_TXT_HOLDS_FOR = timedelta(days=180)

conditions = Blueprint("conditions", __name__)


@dataclass(frozen=True)
class KeptPage:
    """A page as it goes out, with the tag by which a browser asks whether it has changed."""

    body: bytes
    mimetype: str
    etag: str


@conditions.get("/")
def home() -> ResponseReturnValue:
    """Show what the clinic does, where it is and how to ask."""
    return _page("home.html", conditions=CONDITIONS.values(), linked_data=linked_data.of_clinics(_public_address("")))


@conditions.get("/conditions")
def index() -> ResponseReturnValue:
    """List the conditions by group."""
    groups = {group: [each for each in CONDITIONS.values() if each.group is group] for group in Group}
    return _page("index.html", groups=groups)


@conditions.get("/conditions/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show a condition."""
    condition = CONDITIONS.get(slug) or abort(404)
    return _page(
        "show.html",
        condition=condition,
        emergencies=EMERGENCIES + condition.urgent,
        case_studies=case_studies_of(condition),
        linked_data=linked_data.of_condition(condition, _public_address(request.path)),
    )


@conditions.get("/case-studies/<slug>")
def case_study(slug: str) -> ResponseReturnValue:
    """Show what was done for one patient."""
    study = CASE_STUDIES.get(slug) or abort(404)
    return _page("case_study.html", study=study, condition=CONDITIONS[study.condition])


@conditions.get("/clinics/<name>")
def clinic(name: str) -> ResponseReturnValue:
    """Show where a clinic is and how to reach it."""
    if name not in list(Clinic):
        abort(404)
    return _page("clinic.html", clinic=Clinic(name))


@conditions.get("/gps")
def gps() -> ResponseReturnValue:
    """Tell GPs which patients need an emergency department instead, and what to send with the others."""
    return _page("gps.html")


@conditions.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept of an enquiry, who sees it and for how long."""
    return _page("privacy.html")


@conditions.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say how far everybody can use this site."""
    return _page("accessibility.html")


@conditions.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Ask search engines to leave forms and the desk alone."""
    return _page("robots.txt", mimetype="text/plain", sitemap=_public_address("/sitemap.xml"))


@conditions.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List the pages worth finding, with the day on which their words were last read."""
    pages: dict[str, date | None] = dict.fromkeys(["/", "/conditions", "/gps", "/privacy", "/accessibility"])
    pages |= {f"/clinics/{each}": None for each in Clinic}
    pages |= {f"/conditions/{each.slug}": each.reviewed_on for each in CONDITIONS.values()}
    pages |= {f"/case-studies/{each.slug}": each.reviewed_on for each in CASE_STUDIES.values()}
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


def _page(template: str, mimetype: str = "text/html", **context: object) -> Response:
    """Return the page at this address: from memory when this process has rendered it before."""
    kept: dict[str, KeptPage] = current_app.extensions.setdefault("kept pages", {})
    if request.path not in kept:
        body = current_app.jinja_env.get_template(f"conditions/{template}").render(context).encode()
        kept[request.path] = KeptPage(body, mimetype, sha256(body).hexdigest()[:32])
    page = kept[request.path]
    response = Response(page.body, mimetype=page.mimetype)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(page.etag)
    response.make_conditional(request)
    return response
