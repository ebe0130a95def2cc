"""The archive: a page to read, the same as JSON, and the files, for one person.

Why straight into the archive: a copy in a temporary folder is one that nobody remembers to delete.
"""

import os
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from flask import render_template

from enquiry import attachments, audit, clock
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.disclosure.contents import contents, facts, name_in_archive
from enquiry.disclosure.whose import Person
from enquiry.extensions import db
from enquiry.records.staff import Staff

PAGE, JSON = "everything.html", "everything.json"


def export(actor: Staff | str, person: Person, archive: Path) -> None:
    """Write everything of a person into a new archive that only its owner may read; on record before it is written.

    :raises FileExistsError: when there is something with this name already.
    :raises SealBroken: when something does not open; then no archive is left.
    """
    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as zipped:
            _put_on_record(actor, person)
            _write(zipped, person)
    except BaseException:
        archive.unlink()
        raise


def _put_on_record(actor: Staff | str, person: Person) -> None:
    begin_writing()
    for one in (*person.enquiries, *person.complaints):
        audit.record(actor, AuditEvent.PERSON_EXPORTED, one.id)
    db.session.commit()


def _write(zipped: ZipFile, person: Person) -> None:
    told = contents(person)
    zipped.writestr(PAGE, render_template("disclosure/everything.html", told=told, facts=facts, now=clock.now()))
    zipped.writestr(JSON, msgspec.json.format(msgspec.json.encode(told)))
    for enquiry in person.enquiries:
        for attachment in attachments.of(enquiry):
            if name := name_in_archive(enquiry, attachment):
                zipped.writestr(name, attachments.read(attachment))
