"""What an operator sees of a set-aside record."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.masking import STRUCK_OUT, masked, without_numbers
from shared.events import Event
from tests.support.builders import a_person, a_sealed_number, included, opted_out, response_received

NUMBERS = ["2512489996", "251248-9996", "251248 9996", "2512480AA6"]
"""Made up, in the style of test numbers."""


@pytest.mark.parametrize("event", [included(), opted_out(), response_received()])
def test_a_person_is_struck_out_wherever_an_event_names_one(event: Event) -> None:
    shown = json.dumps(masked(event.to_json()))
    assert a_person() not in shown
    assert a_sealed_number(a_person()) not in shown
    assert "to_a_high_degree" not in shown


def test_what_helps_to_find_the_mistake_is_shown() -> None:
    shown = masked(included().to_json())
    assert shown["occurred_at"] == "2026-11-04T23:00:00Z"
    assert (shown["invitation"]["wave"], shown["invitation"]["region"]) == ("lup-somatik-2026-10", "84")


def test_which_questionnaire_and_which_unit_it_is_about_is_shown() -> None:
    told = json.loads(included().to_json())["invitation"]
    shown = masked(included().to_json())["invitation"]
    for field in ("questionnaire_version", "unit_path"):
        assert shown[field] == told[field] != STRUCK_OUT


def test_of_an_invitation_whatever_tells_of_its_person_is_struck_out() -> None:
    shown = masked(included().to_json())["invitation"]
    of_a_person = ("person", "sealed_cpr", "contact_date", "sex", "age", "patient_type")
    assert {shown[field] for field in of_a_person} == {STRUCK_OUT}


def test_a_name_beside_a_path_of_units_is_struck_out() -> None:
    told = {"unit_path": [{"code": "1", "name": "Ward", "head": {"name": "Kirsten"}}], "name": "Kirsten"}
    shown = masked(json.dumps(told).encode())
    assert shown == {
        "unit_path": [{"code": "1", "name": "Ward", "head": {"name": STRUCK_OUT}}],
        "name": STRUCK_OUT,
    }


@pytest.mark.parametrize("field", ["cpr", "name", "sex", "age", "answers", "something_new"])
def test_a_field_that_nobody_named_is_struck_out(field: str) -> None:
    assert masked(json.dumps({field: "Kirsten"}).encode()) == {field: STRUCK_OUT}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_a_person_is_struck_out_in_a_field_that_is_shown(number: str) -> None:
    assert number not in json.dumps(masked(json.dumps({"reason": f"saw {number}"}).encode()))


@pytest.mark.parametrize("value", [2512489996, 101701234, 2512489996.0])
def test_a_number_that_may_be_a_persons_is_struck_out(value: float) -> None:
    assert masked(json.dumps({"rows": value}).encode()) == {"rows": STRUCK_OUT}


def test_a_count_is_shown() -> None:
    assert masked(b'{"rows": 60000}') == {"rows": 60000}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_stands_as_a_fields_name_is_struck_out(number: str) -> None:
    assert number not in json.dumps(masked(json.dumps({number: 1}).encode()))


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"2512489996;x", b"[" * 100_000])
def test_what_cannot_be_read_is_not_shown(value: bytes) -> None:
    assert masked(value) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(NUMBERS),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["reason", "cpr", *NUMBERS]), inner),
)


@given(JSON)
def test_no_record_whatever_shows_a_number_of_a_person(value: Any) -> None:
    shown = json.dumps(masked(json.dumps(value).encode()))
    assert not [number for number in NUMBERS if number in shown]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_detail_is_shown_without_numbers_of_persons(number: str) -> None:
    assert without_numbers(f"line 3: {number}, expected a code") == f"line 3: {STRUCK_OUT}, expected a code"


def test_a_units_code_is_no_persons_number() -> None:
    assert without_numbers("unit 130000001016") == "unit 130000001016"
