"""Those who asked before there was a search are found as well."""

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import func, select

from enquiry.extensions import db
from enquiry.records.search_token import SearchToken
from enquiry.rules.clinics import Clinic
from tests.finding.test_search import look_for, references
from tests.migrations import the_migration
from tests.people import RAI, at_the_desk, pat_asks


def test_everybody_who_asked_before_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = the_migration("0002_what_search_finds_people_by")
    monkeypatch.setattr(migration, "BATCH", 2)
    rai = at_the_desk(app, RAI)
    with app.app_context():
        everybody = [pat_asks(clinic).reference for clinic in (*Clinic, *Clinic, Clinic.LONDON)]
        before = db.session.scalar(select(func.count()).select_from(SearchToken))
        db.session.rollback()
        with (
            db.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
            Operations.context(MigrationContext.configure(connection)),
        ):
            migration.downgrade()
            migration.upgrade()
        assert db.session.scalar(select(func.count()).select_from(SearchToken)) == before

    for words in ("o'shea", "31/3/1980", "900982", "pat@home.example"):
        assert references(look_for(rai, words).text) == everybody[::-1], words
