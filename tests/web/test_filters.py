"""Labels of ours keep their sense when they stand within a sentence."""

import pytest

from enquiry.rules.answers import Letter
from enquiry.rules.status import Outcome
from enquiry.web.filters import in_sentence


@pytest.mark.parametrize(
    "label, within",
    [
        (Letter.ASKED.label, "I have asked for one"),
        (Outcome.SENT_BACK_TO_GP.label, "sent back to the GP"),
        ("GP’s turn", "GP’s turn"),
        ("Waiting for patient", "waiting for patient"),
        ("", ""),
    ],
)
def test_a_label_within_a_sentence_keeps_its_names(label: str, within: str) -> None:
    assert in_sentence(label) == within
