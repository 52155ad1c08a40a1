"""The generated schemas say of a record what a reader may rely on."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.contracts import schemas
from shared.events import Event, InvitationCleared, PatientIncluded
from shared.events.topics import EVENT_OF
from tests.support.builders import cleared, included

EVENTS = pytest.mark.parametrize("event", EVENT_OF.values(), ids=EVENT_OF.keys())


def validates(event: type[Event], value: Any) -> bool:
    return Draft202012Validator(schemas.of(event)).is_valid(value)


def written(event: Event) -> dict[str, Any]:
    return json.loads(event.to_json())


@EVENTS
def test_it_is_a_schema_of_the_dialect_it_names(event: type[Event]) -> None:
    Draft202012Validator.check_schema(schemas.of(event))


@EVENTS
def test_it_says_what_the_fact_is(event: type[Event]) -> None:
    assert schemas.of(event)["description"].endswith(".")


@EVENTS
def test_it_stands_alone(event: type[Event]) -> None:
    text = json.dumps(schemas.of(event))
    assert text.count('"$ref"') == text.count('"$ref": "#/$defs/')


def test_a_written_event_keeps_to_it() -> None:
    assert validates(PatientIncluded, written(included()))


def test_a_field_that_nobody_has_heard_of_is_allowed() -> None:
    value = written(included())
    value["invitation"]["said_by_a_newer_publisher"] = 1
    assert validates(PatientIncluded, value)


def test_an_optional_field_may_be_missing_as_it_is_in_records_from_before_it_came() -> None:
    value = written(included())
    del value["invitation"]["earlier_persons"]
    assert validates(PatientIncluded, value)


def test_a_required_field_may_not_be_missing() -> None:
    value = written(cleared())
    del value["rule"]
    assert not validates(InvitationCleared, value)
