"""What is asked: questions in groups, each answered on a named scale or in free text."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from shared.surveys.words import Choice, Definition, Name, Number, Text, wrong_at


class Option(Definition):
    name: Name
    text: Text
    score: Annotated[Number, Field(ge=1, le=5)] | None = None
    """None: a non-answer, kept out of means."""


class Question(Definition):
    name: Name
    text: Text
    core: Choice = True
    """One of the national core questions."""
    scale: Name | None = None
    """The name of a scale; none means free text."""
    at_most_characters: Annotated[Number, Field(ge=1, le=10_000)] = 4_000


class QuestionGroup(Definition):
    """What stands together on a page."""

    name: Name
    title: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Questionnaire(Definition):
    version: Annotated[Number, Field(ge=1)]
    title: Text
    introduction: Text
    scales: dict[Name, tuple[Option, ...]]
    groups: Annotated[tuple[QuestionGroup, ...], Field(min_length=1)]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.groups for question in group.questions)

    def _placed(self) -> Iterator[tuple[tuple[str | int, ...], Question]]:
        for nth, group in enumerate(self.groups):
            for number, question in enumerate(group.questions):
                yield ("groups", nth, "questions", number), question

    @model_validator(mode="after")
    def _each_asked_once(self) -> "Questionnaire":
        if len(self.questions) > 25:
            raise wrong_at(("groups",), f"at most 25 questions are asked, but there are {len(self.questions)}")
        seen: set[str] = set()
        for place, question in self._placed():
            if question.name in seen:
                raise wrong_at((*place, "name"), f"a question's name stands once, but {question.name} stands again")
            seen.add(question.name)
        return self

    @model_validator(mode="after")
    def _each_on_a_scale_that_is_there(self) -> "Questionnaire":
        for place, question in self._placed():
            if question.scale and question.scale not in self.scales:
                there = ", ".join(sorted(self.scales))
                raise wrong_at((*place, "scale"), f"there is no scale named {question.scale}, expected one of: {there}")
        return self

    @model_validator(mode="after")
    def _each_option_once(self) -> "Questionnaire":
        for scale, options in self.scales.items():
            names = [option.name for option in options]
            for number, name in enumerate(names):
                if name in names[:number]:
                    why = f"an option's name stands once in a scale, but not in {scale}"
                    raise wrong_at(("scales", scale, number, "name"), why)
        return self
