"""The questionnaire as pages."""

import pytest

from services.responses.questionnaire import Form, Forms, NotAsked
from shared import surveys
from shared.events import Refused
from tests.support.builders import an_invitation

FORM = Forms(surveys.load()).of(an_invitation())
ALL_OF_PAGE_1 = {
    "friendly_staff": "not_at_all",
    "responsible_doctor": "not_at_all",
    "own_experience": "not_relevant",
}


def test_what_was_left_empty_is_no_answer() -> None:
    assert FORM.read(3, {"comment": "  \r\n ", "pain_relief": ""}) == {}


def test_line_ends_and_control_characters_are_tidied() -> None:
    assert FORM.read(3, {"comment": "Godt\r\n\x00personale\x07\u00a0her\n"}) == {"comment": "Godt\npersonale\u00a0her"}


def test_an_option_that_the_scale_does_not_have_is_not_asked() -> None:
    with pytest.raises(NotAsked):
        FORM.read(1, {"friendly_staff": "best_ever"})


def test_a_question_of_another_page_is_not_asked() -> None:
    with pytest.raises(NotAsked):
        FORM.read(1, {"pain_relief": "not_at_all"})


def test_a_text_that_is_too_long_is_named_with_its_length() -> None:
    assert FORM.too_long(3, {"comment": "x" * 4001}) == {"comment": 4001}


def test_a_text_of_just_the_length_is_not_too_long() -> None:
    assert FORM.too_long(3, {"comment": "x" * 4000}) == {}


def test_free_texts_are_screened_and_choices_stay() -> None:
    answers = {"comment": "Ring 12345678", "pain_relief": "not_at_all"}
    assert FORM.screened(3, answers) == {"comment": "Ring [tlf.]", "pain_relief": "not_at_all"}


def test_a_person_goes_on_where_they_stood() -> None:
    assert FORM.go_on_at(2, {"friendly_staff": "not_at_all"}) == 2


def test_a_page_that_is_wholly_answered_is_passed_over() -> None:
    assert FORM.go_on_at(1, ALL_OF_PAGE_1) == 2


def test_after_the_last_page_stands_the_review() -> None:
    assert FORM.go_on_at(FORM.review, {}) == FORM.review


def test_answers_are_read_in_the_language_of_the_page() -> None:
    answers = {"friendly_staff": "not_at_all", "comment": "not_at_all"}
    assert FORM.in_words(answers, "da") == {"friendly_staff": "Slet ikke", "comment": "not_at_all"}


def test_a_questionnaire_that_is_not_defined_is_refused() -> None:
    with pytest.raises(Refused, match="questionnaire_unknown"):
        Forms(surveys.load()).of(an_invitation(questionnaire_version=99))


def test_core_questions_are_those_of_the_definition() -> None:
    assert isinstance(FORM, Form)
    assert "friendly_staff" in FORM.core
    assert "comment" not in FORM.core
