"""The question what an enquiry is about: one of the library's conditions, or something else."""

from typing import Any

from flask import current_app
from wtforms import Field, SelectChoice, SelectField

from enquiry.web.forms import Offered, PageForm, Required

NOT_SURE = "not-sure"


class SubjectForm(PageForm):
    """What it is about."""

    about = SelectField("What is it about?", [Required("Select", "what it is about")], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = current_app.extensions["condition_titles"]
        self.about.choices = [
            SelectChoice("", "Choose from the list"),
            *(SelectChoice(slug, title) for slug, title in titles.items()),
            SelectChoice(NOT_SURE, "Something else, or I am not sure"),
        ]

    def validate_about(self, field: Field) -> None:
        """Only what is on the list."""
        Offered("what it is about")(self, field)
