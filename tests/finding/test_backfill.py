"""Those who asked before there was a search are found as well."""

import importlib.util
from types import ModuleType

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from enquiry.extensions import db
from enquiry.records.search_token import SearchToken
from enquiry.rules.clinics import Clinic
from tests.finding.test_search import look_for, references
from tests.people import RAI, at_the_desk, pat_asks

THE_MIGRATION = ROOT / "migrations" / "versions" / "0002_what_search_finds_people_by.py"


def the_migration() -> ModuleType:
    """Return the migration as Alembic loads it."""
    spec = importlib.util.spec_from_file_location("what_search_finds_people_by", THE_MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everybody_who_asked_before_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = the_migration()
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
