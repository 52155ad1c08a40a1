"""What a refusal is about: only one that is about the person may end the letter."""

from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from deploy.sandbox.digital_post.refusals import NOT_ALLOWED, SENTENCES
from services.dispatch.answers import of_receipt, of_submission
from services.dispatch.digital_post import ErrorCodes, Receipt, ReceiptStatus, SubmitResult, SubmitStatus
from services.dispatch.domain import LetterUpdate, RefusalCause
from tests.support.builders import danish

CODES = ErrorCodes.load()
LETTER = UUID(int=1)
NOW = danish("2026-11-05 12:00")
PUBLIC = {
    "memo.invalid",
    "contact.point.id.format.not.allowed",
    "do.not.deliver.until.date.too.early",
    "do.not.deliver.until.date.too.late",
    "empty.notification.not.allowed",
    "file.empty.not.allowed",
    "file.extension.not.allowed",
}
"""The codes that a public source names."""


def submitted(code: str | None) -> LetterUpdate:
    return of_submission(LETTER, SubmitResult(LETTER, SubmitStatus.REFUSED, code), CODES)


def told(code: str | None) -> LetterUpdate:
    update = of_receipt(LETTER, Receipt("r", LETTER, ReceiptStatus.INVALID, code, NOW), CODES)
    assert update
    return update


@pytest.mark.parametrize("code", sorted(SENTENCES.keys() | PUBLIC))
def test_every_code_that_may_be_answered_is_listed_with_its_meaning(code: str) -> None:
    assert CODES[code].means


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_is_about_the_person_is_about_the_recipient_and_nothing_else_is(code: str) -> None:
    assert (CODES[code].about is RefusalCause.PERSON) == code.startswith("recipient.")


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_whoever_may_not_receive_a_letter_is_not_taken_for_our_mistake(code: str) -> None:
    if SENTENCES[code][0] == NOT_ALLOWED and code != "unauthorized":
        assert CODES[code].about is RefusalCause.PERSON


@pytest.mark.parametrize("code", sorted(CODES))
def test_only_a_mistake_of_ours_stops_everything(code: str) -> None:
    assert not CODES[code].stops or CODES[code].about is RefusalCause.OURS


@pytest.mark.parametrize("answered", [submitted, told])
@pytest.mark.parametrize("code", ["sender.id.format.not.allowed", "something.new", "http_400", None])
def test_a_refusal_that_is_not_about_the_person_makes_the_letter_stuck(answered, code: str | None) -> None:
    assert answered(code) == LetterUpdate(LETTER, "stuck", f"refused.{code or 'without_code'}", answered(code).at)


def test_a_refusal_that_is_about_the_person_ends_the_letter() -> None:
    assert submitted("recipient.closed").happening == "refused"
    assert told("recipient.closed").happening == "rejected"


@pytest.mark.parametrize(("code", "lines"), [("recipient.closed", 0), ("memo.invalid", 1), ("something.new", 1)])
def test_operators_are_told_of_every_refusal_but_those_about_the_person(code: str, lines: int) -> None:
    with capture_logs() as logged:
        submitted(code)
    assert len(logged) == lines


def test_a_letter_that_was_taken_before_is_accepted() -> None:
    assert submitted("message.uuid.duplicate") == told("message.uuid.duplicate") == LetterUpdate(LETTER, "accepted")


def test_a_refusal_at_the_hand_over_that_passes_is_tried_again() -> None:
    assert submitted("service.unavailable") == LetterUpdate(LETTER, "later")


def test_a_refusal_that_passes_but_comes_by_a_receipt_makes_the_letter_stuck() -> None:
    assert told("do.not.deliver.until.date.too.early").happening == "stuck"


@pytest.mark.parametrize(
    "text",
    [
        "]",
        "- a list",
        "memo.invalid: {about: nobody, means: so}",
        "memo.invalid: {about: unlisted, means: so}",
        "memo.invalid: {about: ours}",
        "memo.invalid: {about: ours, means: so, notify: true}",
    ],
)
def test_a_broken_table_is_named_with_the_code(text: str, tmp_path: Path) -> None:
    (tmp_path / "codes.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"codes\.yaml: (memo\.invalid: )?expected"):
        ErrorCodes.load(tmp_path / "codes.yaml")
