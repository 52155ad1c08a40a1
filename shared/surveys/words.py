"""What every part of a survey's definition is made of: closed values, names, and words in every language."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Language = Literal["da", "en"]


class Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Definition):
    """The same words in every language the survey speaks."""

    da: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]

    def in_language(self, language: Language) -> str:
        return self.da if language == "da" else self.en
