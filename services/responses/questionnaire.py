"""The questionnaire as pages: what stands on each, what may be sent from it, and where to go on. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from services.responses import screening
from shared.events import Invitation, Refused
from shared.surveys import Language, Question, QuestionGroup, Questionnaire, Surveys, Text

Answers = Mapping[str, str]


class NotAsked(Exception):
    """A post names a question or an option that the page does not have."""


@dataclass(frozen=True)
class Form:
    """One version of a survey's questionnaire. Pages are numbered from 1; the one after the last is the review."""

    questionnaire: Questionnaire

    @cached_property
    def core(self) -> Collection[str]:
        return frozenset(question.name for question in self.questionnaire.questions if question.core)

    @property
    def groups(self) -> Sequence[QuestionGroup]:
        return self.questionnaire.groups

    @property
    def review(self) -> int:
        return len(self.groups) + 1

    def has(self, number: int) -> bool:
        return 1 <= number < self.review

    def names(self, number: int) -> Sequence[str]:
        return [question.name for question in self.groups[number - 1].questions]

    def read(self, number: int, fields: Answers) -> Answers:
        """The answers in a post from a page; what was left empty is no answer. Raises NotAsked."""
        asked = {question.name: question for question in self.groups[number - 1].questions}
        if not fields.keys() <= asked.keys():
            raise NotAsked
        written = {name: _tidy(value) for name, value in fields.items()}
        answers = {name: value for name, value in written.items() if value}
        if any(not self._may_be(asked[name], value) for name, value in answers.items()):
            raise NotAsked
        return answers

    def too_long(self, number: int, answers: Answers) -> Mapping[str, int]:
        """Question -> the number of characters, where there are more than may be."""
        texts = [question for question in self.groups[number - 1].questions if question.scale is None]
        lengths = {question.name: len(answers.get(question.name, "")) for question in texts}
        return {q.name: lengths[q.name] for q in texts if lengths[q.name] > q.at_most_characters}

    def screened(self, number: int, answers: Answers) -> Answers:
        """The answers as they may be stored."""
        texts = {question.name for question in self.groups[number - 1].questions if question.scale is None}
        return {name: screening.screened(value) if name in texts else value for name, value in answers.items()}

    def go_on_at(self, stands_at: int, answers: Answers) -> int:
        """Where to go on: where the person last stood, or the first page after it with a choice still to make."""
        for number in range(max(stands_at, 1), self.review):
            if any(question.scale and question.name not in answers for question in self.groups[number - 1].questions):
                return number
        return self.review

    def in_words(self, answers: Answers, language: Language) -> Answers:
        """The answers as the person reads them."""
        words = {name: self._options.get((name, answer)) for name, answer in answers.items()}
        return {name: text.in_language(language) if (text := words[name]) else answers[name] for name in answers}

    def _may_be(self, question: Question, value: str) -> bool:
        return question.scale is None or (question.name, value) in self._options

    @cached_property
    def _options(self) -> Mapping[tuple[str, str], Text]:
        """(question, option) -> its words."""
        return {
            (question.name, option.name): option.text
            for question in self.questionnaire.questions
            if question.scale
            for option in self.questionnaire.scales[question.scale]
        }


class Forms:
    """The questionnaires that can be shown, by survey and version."""

    def __init__(self, surveys: Surveys) -> None:
        defined = {name: survey.questionnaire for name, survey in surveys.items()}
        self._forms = {(name, questionnaire.version): Form(questionnaire) for name, questionnaire in defined.items()}

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())

    def of(self, invitation: Invitation) -> Form:
        """Raises Refused where no such questionnaire is defined."""
        return self.version(invitation.survey, invitation.questionnaire_version)

    def version(self, survey: str, version: int) -> Form:
        """Raises Refused where no such questionnaire is defined."""
        form = self._forms.get((survey, version))
        if form is None:
            known = ", ".join(f"{name} version {number}" for name, number in self._forms)
            raise Refused(
                "questionnaire_unknown", f"{survey} version {version} is not defined; expected one of {known}"
            )
        return form


def _tidy(value: str) -> str:
    """Line ends as LF, no other control characters, no blanks around."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in lines if letter == "\n" or category(letter) != "Cc").strip()
