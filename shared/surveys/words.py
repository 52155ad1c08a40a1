"""What every part of a survey's definition is made of: closed values, names, and words in every language."""

import re
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints
from pydantic_core import PydanticCustomError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Language = Literal["da", "en"]
Number = Annotated[int, Strict()]
"""A whole number, and nothing that could be read as one: YAML's `yes` is not 1."""
Choice = Annotated[bool, Strict()]


def _quoted(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError('expected a time in quotes, "08:00": without them YAML reads a number')
    return value


TimeOfDay = Annotated[time, BeforeValidator(_quoted)]


def _about_nobody(text: str) -> str:
    if re.search(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)", text):
        raise ValueError("expected words without a number of ten digits, which may be a person's: leave it out")
    return text


Label = Annotated[str, AfterValidator(_about_nobody)]
"""Words that are shown outside the mailbox."""


def wrong_at(place: tuple[str | int, ...], why: str) -> PydanticCustomError:
    """To be raised where fields do not fit each other. `place` is the one to change, seen from the validated value."""
    return PydanticCustomError("fields_differ", "{why}", {"why": why, "place": place})


class Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Definition):
    """The same words in every language the survey speaks."""

    da: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]

    def in_language(self, language: Language) -> str:
        return self.da if language == "da" else self.en
