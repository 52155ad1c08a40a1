"""What is asked: questions in groups, each answered on a named scale or in free text."""

from typing import Annotated

from pydantic import Field, model_validator

from shared.surveys.words import Definition, Name, Text


class Option(Definition):
    name: Name
    text: Text
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    """None: a non-answer, kept out of means."""


class Question(Definition):
    name: Name
    text: Text
    core: bool = True
    """One of the national core questions."""
    scale: Name | None = None
    """The name of a scale; none means free text."""
    at_most_characters: Annotated[int, Field(ge=1, le=10_000)] = 4_000


class QuestionGroup(Definition):
    """What stands together on a page."""

    name: Name
    title: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Questionnaire(Definition):
    version: Annotated[int, Field(ge=1)]
    title: Text
    introduction: Text
    scales: dict[Name, tuple[Option, ...]]
    groups: Annotated[tuple[QuestionGroup, ...], Field(min_length=1)]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.groups for question in group.questions)

    @model_validator(mode="after")
    def _whole(self) -> "Questionnaire":
        names = [question.name for question in self.questions]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"a question's name stands once, but {', '.join(sorted(repeated))} stands again")
        if len(names) > 25:
            raise ValueError(f"at most 25 questions are asked, but there are {len(names)}")
        if unknown := {q.scale for q in self.questions if q.scale and q.scale not in self.scales}:
            raise ValueError(f"there is no scale named {', '.join(sorted(unknown))}")
        for scale, options in self.scales.items():
            if len({option.name for option in options}) < len(options):
                raise ValueError(f"an option's name stands once in a scale, but not in {scale}")
        return self
