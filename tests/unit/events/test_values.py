"""Values inside events: names that have a form, and ids that are derived."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.events import Invitation, Letter, WaveRequested, invitation_id, letter_id
from tests.support.builders import a_person, an_invitation, failed, wave_requested


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person", "A" * 32),
        ("person", "a" * 31),
        ("month", "2026-13"),
        ("month", "2026-1"),
        ("unit", "1234567890"),
        ("unit", "12345678901x"),
        ("unit_path", ()),
        ("sealed_cpr", "0101010000"),
        ("age", -1),
        ("sex", "unknown"),
    ],
)
def test_an_invitation_does_not_hold(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        Invitation.model_validate(an_invitation().model_dump() | {field: value})


@pytest.mark.parametrize("name", ["lup-somatik", "lup-somatik-2026-13", "Lup-2026-10", "-2026-10"])
def test_a_wave_is_not_named(name: str) -> None:
    with pytest.raises(ValidationError, match="wave"):
        WaveRequested.model_validate(wave_requested().model_dump() | {"wave": name})


@pytest.mark.parametrize("reason", ["", "Exempt", "not exempt", "9th", "x" * 81])
def test_a_reason_is_not_called(reason: str) -> None:
    with pytest.raises(ValidationError, match="reason"):
        failed(reason=reason)


def test_a_reason_may_hold_the_dotted_code_of_a_refusal() -> None:
    assert failed(reason="refused.memo.invalid").reason == "refused.memo.invalid"


def test_a_person_is_invited_once_a_wave() -> None:
    assert invitation_id("lup-somatik-2026-10", a_person()) == an_invitation().id


def test_a_person_is_invited_anew_in_another_wave() -> None:
    assert invitation_id("lup-somatik-2026-11", a_person()) != an_invitation().id


def test_the_letter_with_number_0_is_the_invitation_s() -> None:
    assert Letter.of(an_invitation(), 0).kind == "invitation"


def test_a_letter_with_a_higher_number_is_a_reminder() -> None:
    assert Letter.of(an_invitation(), 2).kind == "reminder"


def test_each_letter_of_an_invitation_has_its_own_id() -> None:
    assert len({letter_id(an_invitation().id, number) for number in range(3)}) == 3


def test_a_letter_knows_its_id_by_its_invitation_and_number() -> None:
    assert Letter.of(an_invitation(), 1).id == letter_id(an_invitation().id, 1)
