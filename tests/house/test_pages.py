"""The house's habits in its addresses and templates, checked on the application itself."""

import re

from flask import Flask
from jinja2 import StrictUndefined

STEP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|<[^>]+>|\.well-known|[a-z]+\.(txt|xml|ico|pdf)|")


def test_addresses_are_in_words_joined_by_hyphens(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/fhir/") and not all(STEP.fullmatch(step) for step in rule.rule.split("/"))
    ]
    assert not odd


def test_every_template_compiles_and_a_misspelt_name_is_an_error(app: Flask) -> None:
    assert issubclass(app.jinja_env.undefined, StrictUndefined)
    templates = app.jinja_env.list_templates(extensions=["html", "txt", "xml"])
    assert templates
    for template in templates:
        app.jinja_env.get_template(template)
