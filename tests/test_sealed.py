"""What is sealed in a row opens as what it is now, also when it was opened before."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.sealing import SealBroken
from tests.people import PAT, pat_asks


def test_what_was_opened_before_does_not_open_once_it_was_exchanged(app: Flask) -> None:
    with app.test_request_context():
        enquiry, other = pat_asks(), pat_asks(who={"name": "Sam Heron"})
        assert enquiry.patient.name == PAT
        enquiry.patient_sealed = other.patient_sealed
        with pytest.raises(SealBroken):
            assert enquiry.patient
        assert not enquiry.opens


def test_what_another_process_wrote_is_read_anew(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        assert enquiry.opens
        db.session.execute(
            update(Enquiry).values(patient_sealed=b"harmed").execution_options(synchronize_session=False)
        )
        db.session.commit()
        db.session.refresh(enquiry)
        assert not enquiry.opens


def test_what_was_changed_is_what_is_read(app: Flask) -> None:
    with app.test_request_context():
        enquiry = pat_asks()
        assert enquiry.request.dates_to_avoid == ""
        enquiry.request = replace(enquiry.request, dates_to_avoid="In March")
        assert enquiry.request.dates_to_avoid == "In March"
