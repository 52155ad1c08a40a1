"""A survey is data: loads and validates `contracts/surveys`, and knows when letters may leave."""

from shared.surveys.definition import (
    Eligibility,
    Letters,
    LetterTexts,
    PatientType,
    Reminders,
    SendingHours,
    Survey,
)
from shared.surveys.loading import BadDefinition, Surveys, load
from shared.surveys.questionnaire import Question, QuestionGroup, Questionnaire
from shared.surveys.sending_days import DENMARK, is_sending_day, next_sending_moment
from shared.surveys.words import Language, Text

__all__ = [
    "DENMARK",
    "BadDefinition",
    "Eligibility",
    "Language",
    "LetterTexts",
    "Letters",
    "PatientType",
    "Question",
    "QuestionGroup",
    "Questionnaire",
    "Reminders",
    "SendingHours",
    "Survey",
    "Surveys",
    "Text",
    "is_sending_day",
    "load",
    "next_sending_moment",
]
