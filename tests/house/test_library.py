"""The library is in order: what operators see when they check it is what this repository promises."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from enquiry import clock
from enquiry.conditions.catalogue import CONDITIONS

# The day on which the words were last read: a test that fails because time has passed helps nobody.
READ_ON = max(condition.reviewed_on for condition in CONDITIONS.values())


def test_flask_content_check_is_clean_for_twenty_conditions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(READ_ON.year, READ_ON.month, READ_ON.day, 12, tzinfo=UTC))

    checked = app.test_cli_runner().invoke(args=["content", "check"])

    assert checked.exit_code == 0, checked.output
    assert "20 conditions are in order." in checked.output
    assert all(slug in checked.output for slug in CONDITIONS)


def test_flask_content_check_fails_when_a_review_is_overdue(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2099, 1, 1, tzinfo=UTC))

    checked = app.test_cli_runner().invoke(args=["content", "check"])

    assert checked.exit_code == 1
    assert "sciatica: its review was due on" in checked.output
