"""What tests of appointments share: time that stands where it is put, and the application's context."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from enquiry import clock
from tests.appointments.arranging import MONDAY, Still


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Still:
    """Let it be this moment until told otherwise: ``it_is(later)``. It begins on a Monday morning."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(MONDAY)
    return stand


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context, for tests that speak to verbs."""
    with app.test_request_context():
        yield
