"""A file with anything amiss is refused at start, in words that name the file and what is wrong."""

import shutil
from pathlib import Path

import pytest

from enquiry.conditions.catalogue import LIBRARY, MalformedPage, read_case_studies, read_conditions

SCIATICA = (LIBRARY / "sciatica.md").read_text()
KEYHOLE = (LIBRARY / "case-studies" / "keyhole-stabilisation.md").read_text()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library, to be spoilt."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


@pytest.mark.parametrize(
    "right,wrong,complaint",
    [
        ("## Surgery\n", "", "surgical"),
        ("## Surgery\n", "## Operations\n", "Operations"),
        ("## Causes\n", "## Surgery\n", "more than one “Surgery”"),
        ("## Causes\n", "## What it is\n", "more than one “What it is”"),
        ("reviewed_on: 2026-11-22\n", "", "reviewed_on"),
        ("next_review_on: 2027-11-22", "next_review_on: 2025-11-22", "must be after"),
        ("signed_off_by: null\n", "", "signed_off_by"),
        ("signed_off_by: null\n", "signed_off_by: Mr Rai\n", "must be given together"),
        ("medical_name: Lumbar radicular pain\n", "", "medical_name"),
        ("group: Trapped nerves", "group: Nerves", "group"),
        ("supports: [non_surgical, surgical]", "supports: [operations]", "supports"),
        ("  - spinal-stenosis\n", "  - stenosis\n", "there is no other stenosis.md"),
        ("  - spinal-stenosis\n", "  - sciatica\n", "there is no other sciatica.md"),
        ("title: Sciatica\nmedical", "title: Sciatica\ncure: certain\nmedical", "cure"),
    ],
)
def test_a_condition_with_something_missing_or_unknown_is_refused_by_name(
    library: Path, right: str, wrong: str, complaint: str
) -> None:
    assert right in SCIATICA
    (library / "sciatica.md").write_text(SCIATICA.replace(right, wrong, 1))

    with pytest.raises(MalformedPage, match=rf"sciatica\.md.*{complaint}"):
        read_conditions(library)


def test_a_condition_with_an_empty_section_is_refused(library: Path) -> None:
    before, surgery, _ = SCIATICA.partition("## Surgery\n")
    (library / "sciatica.md").write_text(before + surgery)

    with pytest.raises(MalformedPage, match="a section is empty"):
        read_conditions(library)


def test_a_condition_without_any_source_is_refused(library: Path) -> None:
    before, sources, after = SCIATICA.partition("sources:\n")
    assert sources
    (library / "sciatica.md").write_text(before + "sources: []\n" + after[after.index("reviewed_on") :])

    with pytest.raises(MalformedPage, match="sources"):
        read_conditions(library)


@pytest.mark.parametrize(
    "right,wrong,complaint",
    [
        ("condition: spinal-tumours", "condition: tumours", "there is no tumours.md"),
        ("consent_reference: null\n", "", "consent_reference"),
        ('    alt: "Diagram of the lower spine from the side before', '    alt: ""\n    x: "', "alt"),
    ],
)
def test_a_case_study_without_consent_condition_or_words_for_its_pictures_is_refused(
    library: Path, right: str, wrong: str, complaint: str
) -> None:
    assert right in KEYHOLE
    (library / "case-studies" / "keyhole-stabilisation.md").write_text(KEYHOLE.replace(right, wrong, 1))

    with pytest.raises(MalformedPage, match=rf"keyhole-stabilisation\.md.*{complaint}"):
        read_case_studies(library, read_conditions(library))


def test_a_tag_in_a_file_is_shown_and_never_run(library: Path) -> None:
    (library / "sciatica.md").write_text(SCIATICA.replace("## Causes\n", "## Causes\n\n<script>alert(1)</script>\n", 1))

    assert "<script" not in read_conditions(library)["sciatica"].causes
