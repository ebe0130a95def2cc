"""Uploads: files arrive in memory and within bounds, are read in quarantine, and what is not taken is said in words.

Why in memory: Flask would put a large file into a temporary one, and what a patient sends is never on a disk in clear.

Why more is let in than is kept: whoever chooses six photographs is told so beside the field. A body that is refused
as a whole costs them the page. What is too much is counted as it arrives, and dropped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation, ValidationError

from enquiry import quarantine, virus_scan
from enquiry.quarantine import Fault, NotInOrder
from enquiry.rules.files import AT_MOST, LARGEST, FileKind, ScanState, kind_of, readable_name, true_name
from enquiry.web.forms import PageForm

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

LET_IN = 2 * AT_MOST * LARGEST  # bytes of one request, of which half are kept at most

_SAID: dict[Fault, str] = {
    Fault.UNREADABLE: "cannot be read. It may be damaged: save it again as a PDF, JPG or PNG",
    Fault.TOO_MANY_PIXELS: f"must have fewer than {quarantine.PIXELS // 1_000_000} million pixels",
    Fault.LOCKED: "is password protected",
    Fault.ACTIVE: "does more than show pages, such as run a script or carry other files. Print it to a new PDF",
}


@dataclass(frozen=True)
class Upload:
    """A file that is in order: its name, what it is, its content written anew, and what the virus scanner says."""

    name: str
    kind: FileKind
    content: bytes
    scan: ScanState


class UploadRequest(Request):
    """A request whose files stay in memory, and of which no more is kept than may be taken."""

    files_begun = 0

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        self.files_begun += 1
        return _Arriving(LARGEST if self.files_begun <= AT_MOST else 0)


class _Arriving(BytesIO):
    """A file on its way in; once it is larger than is taken, none of it is kept."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.size = most, 0

    def write(self, piece: Any) -> int:
        self.size += len(piece)
        if self.size <= self.most:
            return super().write(piece)
        self.seek(0)
        self.truncate()
        return len(piece)


class UploadField(MultipleFileField):
    """Files that somebody adds: ``data`` becomes those that are in order, and an error says of each other why not."""

    def __init__(self, label: str, thing: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.data: list[Any]
        self.thing = thing
        self.room = AT_MOST  # how many may still be added
        self.must_have_one = False

    def pre_validate(self, form: PageForm) -> None:
        """Let each file through quarantine and past the virus scanner."""
        arrived, self.data = self.data or [], []
        if self.must_have_one and not arrived:
            raise StopValidation(f"Select {self.thing}")
        if len(arrived) > self.room:
            more = "" if self.room == AT_MOST else "more "
            raise StopValidation(f"You can only select up to {self.room} {more}{'file' if self.room == 1 else 'files'}")
        for file in arrived:
            try:
                self.data.append(_in_order(file))
            except ValidationError as refusal:
                self.errors.append(f"“{readable_name(file.filename)}” {refusal}")
            file.close()


def init_app(app: Flask) -> None:
    """Keep every request's files in memory, and let more in where files are expected."""
    app.request_class = UploadRequest

    @app.url_value_preprocessor
    def let_files_in(endpoint: str | None, _: object) -> None:
        if endpoint is not None and hasattr(current_app.view_functions[endpoint], "takes_files"):
            request.max_content_length = LET_IN


def takes_files(view: View) -> View:
    """Declare that an address takes files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def _in_order(file: FileStorage) -> Upload:
    """Return a file that may be kept.

    :raises ValidationError: saying what is wrong with it, after its name.
    """
    arrived: Any = file.stream
    if arrived.size > LARGEST:
        raise ValidationError("must be smaller than 10MB")
    if not arrived.size:
        raise ValidationError("is empty")
    kind = kind_of(content := arrived.getvalue())
    if kind is None:
        raise ValidationError("must be a PDF, JPG or PNG")
    try:
        clean = quarantine.written_anew(content, kind)
    except NotInOrder as refused:
        raise ValidationError(_SAID[refused.fault]) from None
    scan = _scanned(clean)
    if scan is ScanState.REFUSED:
        raise ValidationError("contains a virus")
    return Upload(true_name(file.filename or "", kind), kind, clean, scan)


def _scanned(content: bytes) -> ScanState:
    try:
        return virus_scan.verdict(content)
    except virus_scan.ScannerAway:
        return ScanState.PENDING
