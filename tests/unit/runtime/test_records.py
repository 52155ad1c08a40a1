"""What may be written down of a record that could not be taken."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from shared.events import PatientIncluded, Refused
from shared.runtime import records
from shared.runtime.watermarks import Watermark
from tests.support.builders import included

SECRET = "2512489996"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Letter(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    number: int
    answers: dict[str, int] = {}

    @field_validator("number")
    @classmethod
    def not_too_large(cls, number: int) -> int:
        if number > 9:
            raise ValueError(f"{number} is too large")
        return number


def wrong(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Letter.model_validate_json(text)
    return records.what_is_wrong(caught.value)


def a_record(**fields: Any) -> Any:
    return SimpleNamespace(**{"headers": (), "key": None, "value": None} | fields)


def test_the_field_and_what_was_expected_are_named() -> None:
    assert wrong('{"number": "x"}') == "number: Input should be a valid integer, unable to parse string as an integer"


@pytest.mark.parametrize(
    "text", [f'{{"number": "{SECRET} "}}', f'{{"number": {SECRET}}}', f'{{"number": 1, "answers": {{"{SECRET}": ""}}}}']
)
def test_the_input_is_not(text: str) -> None:
    assert SECRET not in wrong(text)


def test_a_record_without_a_kind_is_told_what_was_expected() -> None:
    with pytest.raises(records.NoKind) as caught:
        records.check(a_record(), NOW)
    assert records.what_is_wrong(caught.value) == "expected a header `kind` that names the event, in printable ASCII"


def test_headers_without_a_value_do_no_harm() -> None:
    record = a_record(headers=(("kind", None), ("other", b"\xff")))
    assert records.kind_of(record) == ""
    assert records.as_it_was(record)["record_headers"] == {"kind": "", "other": "�"}


@pytest.mark.parametrize("kind", [b"\xff\xfe", "Påmindelse.v1".encode(), b"Kind\0.v1", b"Kind.v1\n", None])
def test_a_kind_that_is_no_name_is_none(kind: bytes | None) -> None:
    assert records.kind_of(a_record(headers=(("kind", kind),))) == ""


def test_headers_are_kept_byte_for_byte_and_shown_as_text_that_a_database_takes() -> None:
    headers = (("trace", b"\xff\0"), ("trace", None), ("n\0", b""), ("kind", "æ".encode()))
    kept = records.as_it_was(a_record(headers=headers))
    assert tuple(one.plain() for one in kept["exact_headers"]) == headers
    assert "\0" not in str(kept["record_headers"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [("PatientIncluded.v2", "PatientIncluded.v2"), (SECRET, "unnamed"), (f"Person{SECRET}.v1", "unnamed")],
)
def test_a_kind_is_written_down_only_if_it_is_formed_like_one(text: str, kind: str) -> None:
    assert records.as_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "reason"), [("KeyError", "keyerror"), ("_Hidden2", "hidden2"), ("Fejl Ø!", "fejl"), ("__", "unnamed")]
)
def test_any_error_can_be_a_reason(text: str, reason: str) -> None:
    assert records.as_reason(text) == reason


def test_a_record_that_is_wrong_as_a_whole_has_no_field_named() -> None:
    assert wrong("{not json").startswith("Invalid JSON: ")


@pytest.mark.parametrize("ahead", [timedelta(days=-400), timedelta(0), timedelta(days=1)])
def test_an_event_up_to_a_day_ahead_of_the_clock_is_read(ahead: timedelta) -> None:
    event = included(occurred_at=NOW + ahead)
    assert records.event(PatientIncluded, a_record(value=event.to_json()), NOW) == event


def test_an_event_more_than_a_day_ahead_of_the_clock_is_refused() -> None:
    event = included(occurred_at=NOW + timedelta(days=1, seconds=1))
    with pytest.raises(Refused) as refused:
        records.event(PatientIncluded, a_record(value=event.to_json()), NOW)
    assert refused.value.reason == "from_the_future"


def test_the_last_watermark_that_can_be_believed_counts() -> None:
    moments = (NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=61))
    marks = [a_record(headers=(("kind", b"watermark"),), value=moment.isoformat().encode()) for moment in moments]
    assert records.watermark(marks, NOW) == Watermark(NOW)
    assert records.watermark(marks[2:], NOW) is None
