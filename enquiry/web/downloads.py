"""Downloads: a file of somebody's is handed out to be saved, and never becomes a page of this site.

Why the name is ours: a name that a stranger chose could mislead, and the patient's own would stay in the list of
downloads of whatever machine this is.
"""

from flask import Response

_APART = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def handed_out(content: bytes, media_type: str, name: str) -> Response:
    """Return a file as something to save.

    :param name: under which it is saved: plain letters, chosen by us.
    """
    response = Response(content, mimetype=media_type, headers=_APART)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
