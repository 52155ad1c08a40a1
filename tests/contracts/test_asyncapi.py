"""The AsyncAPI document holds together: everything it refers to is there, every event is published and consumed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.contracts import asyncapi
from shared.events.topics import EVENT_OF, PUBLISHED_BY, SET_ASIDE

CONTRACTS = Path(__file__).parents[2] / "contracts"
DOCUMENT = yaml.safe_load((CONTRACTS / "asyncapi.yaml").read_text(encoding="utf-8"))


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)


def is_there(reference: str) -> bool:
    if not reference.startswith("#/"):
        return (CONTRACTS / reference).is_file()
    place = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        place = place.get(step, {})
    return place != {}


def operations(action: str, kind: str) -> list[str]:
    """The names of the operations that send or receive the kind."""
    return [
        name
        for name, operation in DOCUMENT["operations"].items()
        if operation["action"] == action
        and any(message["$ref"].endswith(f"/{kind}") for message in operation["messages"])
    ]


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_what_it_refers_to_is_there(reference: str) -> None:
    assert is_there(reference)


@pytest.mark.parametrize("kind", EVENT_OF)
def test_an_event_has_one_publisher(kind: str) -> None:
    assert len(operations("send", kind)) == 1


@pytest.mark.parametrize("name", DOCUMENT["operations"])
def test_an_operation_names_only_messages_of_its_channel(name: str) -> None:
    operation = DOCUMENT["operations"][name]
    assert all(
        message["$ref"].startswith(f"{operation['channel']['$ref']}/messages/") for message in operation["messages"]
    )


@pytest.mark.parametrize("publisher", PUBLISHED_BY)
def test_a_topic_has_the_address_that_the_runtime_gives_it(publisher: str) -> None:
    assert DOCUMENT["channels"][publisher]["address"] == f"puls.{publisher}.v1"


def test_every_topic_but_the_set_aside_records_carries_watermarks() -> None:
    marked = [name for name, channel in DOCUMENT["channels"].items() if "watermark" in channel["messages"]]
    assert marked == [publisher for publisher in PUBLISHED_BY if publisher != SET_ASIDE]


def test_consumers_are_those_that_the_wiring_names() -> None:
    document = asyncapi.document("1", {"karens": ["PatientIncluded", "WaveRequested"]})
    received = {
        name: operation["messages"]
        for name, operation in document["operations"].items()
        if operation["action"] == "receive"
    }
    assert received == {
        "karens.consumes.console": [{"$ref": "#/channels/console/messages/WaveRequested.v1"}],
        "karens.consumes.inclusion": [{"$ref": "#/channels/inclusion/messages/PatientIncluded.v1"}],
    }
