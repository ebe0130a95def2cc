"""The headers of every response: nothing from elsewhere, nothing framed, and nothing kept unless a view says so."""

from flask import Flask, Response

_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_ALWAYS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR = 365 * 24 * 60 * 60


def security_headers(app: Flask) -> dict[str, str]:
    """Return the headers that never vary; HSTS is among them when the setting HSTS says the site has TLS."""
    if app.config.get("HSTS"):
        return {**_ALWAYS, "Strict-Transport-Security": f"max-age={_YEAR}"}
    return _ALWAYS


def init_app(app: Flask) -> None:
    """Protect every response; a view may set a stricter value of its own, and must ask for caching itself."""
    fixed = {**security_headers(app), "Cache-Control": "no-store"}

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        return response
