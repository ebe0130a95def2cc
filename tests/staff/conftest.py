"""What the tests of the door share: a clinic that demands a second factor."""

from dataclasses import replace

import pytest
from flask import Flask

from config import Config, Profile
from enquiry import create_app
from tests.visitor import Visitor


@pytest.fixture(scope="session")
def _strict_app(settings: Config, new_app: object) -> Flask:
    """The application as a clinic runs it, on the database that ``new_app`` has prepared."""
    strict = create_app(
        replace(settings, profile=Profile.PRODUCTION, public_url="https://enquiries.spine-clinic.example")
    )
    strict.testing = True
    strict.test_client_class = Visitor
    strict.config["PREFERRED_URL_SCHEME"] = "https"  # a test's browser keeps the rules for secure cookies
    return strict


@pytest.fixture
def strict_app(_strict_app: Flask, app: Flask) -> Flask:
    """The application as a clinic runs it, on an empty database: nobody comes in without a second factor."""
    return _strict_app
