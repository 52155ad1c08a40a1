"""The whole system as one AsyncAPI 3 document: every topic, every kind in it, who publishes it and who consumes it."""

import inspect
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from deploy.contracts.schemas import PREFIX
from shared.events import Event
from shared.events.topics import EVENT_OF, PARTITIONS, PUBLISHED_BY, RETENTION_DAYS, SET_ASIDE
from shared.runtime import topics, watermarks

Document = dict[str, Any]
Reads = Mapping[str, Sequence[str]]
"""Service -> the names of the events it consumes."""

SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
WATERMARK = watermarks.KIND
DAY = 24 * 60 * 60 * 1000
"""In milliseconds."""


def document(version: str, reads: Reads) -> Document:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Puls",
            "version": version,
            "description": "Asks patients, every month, how it was. One topic for each publisher; the kind of a record "
            "stands in its header `kind`, and the rules of change in README.md beside this file.",
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _broker()},
        "channels": {publisher: _channel(publisher, kinds) for publisher, kinds in PUBLISHED_BY.items()},
        "operations": _publishes() | _consumes(reads),
        "components": {
            "messages": {kind: _message(event) for kind, event in EVENT_OF.items()} | {WATERMARK: _watermark()}
        },
    }


def _broker() -> Document:
    address = {"description": "host:port, as every installation sets it", "default": "localhost:9092"}
    return {"host": "{address}", "protocol": "kafka", "variables": {"address": address}}


def _channel(publisher: str, kinds: Sequence[type[Event]]) -> Document:
    name = topics.address(PREFIX, publisher)
    messages = [kind.kind() for kind in kinds] + ([] if publisher == SET_ASIDE else [WATERMARK])
    return {
        "address": name,
        "description": about(publisher),
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in messages},
        "bindings": {"kafka": _topic(name)},
    }


def _topic(name: str) -> Document:
    lasting = {"cleanup.policy": ["delete"], "retention.ms": RETENTION_DAYS * DAY}
    return {"topic": name, "partitions": PARTITIONS, "topicConfiguration": lasting, "bindingVersion": "0.5.0"}


def about(publisher: str) -> str:
    """What the module of the publisher's events says of itself."""
    return (import_module(PUBLISHED_BY[publisher][0].__module__).__doc__ or "").splitlines()[0]


def _publishes() -> Document:
    publishers = [publisher for publisher in PUBLISHED_BY if publisher != SET_ASIDE]
    own = {
        f"{publisher}.publishes": _operation("send", publisher, [*_kinds(publisher), WATERMARK])
        for publisher in publishers
    }
    return own | {"any.sets-aside": _operation("send", SET_ASIDE, _kinds(SET_ASIDE))}


def _consumes(reads: Reads) -> Document:
    """Without the watermarks, which the runtime of every consumer reads."""
    consumed = {}
    for service, names in reads.items():
        for publisher in PUBLISHED_BY:
            kinds = [event.kind() for event in PUBLISHED_BY[publisher] if event.__name__ in names]
            if kinds:
                consumed[f"{service}.consumes.{publisher}"] = _operation("receive", publisher, kinds)
    return consumed


def _operation(action: str, publisher: str, kinds: Sequence[str]) -> Document:
    channel = f"#/channels/{publisher}"
    messages = [{"$ref": f"{channel}/messages/{kind}"} for kind in kinds]
    return {"action": action, "channel": {"$ref": channel}, "messages": messages}


def _kinds(publisher: str) -> list[str]:
    return [event.kind() for event in PUBLISHED_BY[publisher]]


def _message(event: type[Event]) -> Document:
    return {
        "name": event.kind(),
        "title": event.__name__,
        "description": inspect.getdoc(event),
        "contentType": "application/json",
        "headers": _headers(event.kind()),
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./events/{event.kind()}.json"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": event.keyed_by}, "bindingVersion": "0.5.0"}},
    }


def _watermark() -> Document:
    """Not an event: it says how far the topic is complete."""
    return {
        "name": WATERMARK,
        "title": "Complete until",
        "description": "Written to every partition once everything published before a moment has been sent. "
        "The value is that moment, as ISO 8601 text. Complete is the topic once as many partitions have said so as the "
        f"header `{watermarks.PARTITIONS}` names.",
        "contentType": "text/plain",
        "headers": _headers(WATERMARK, **{watermarks.PARTITIONS: {"type": "string", "pattern": "^[0-9]+$"}}),
        "payload": {"type": "string", "format": "date-time"},
    }


def _headers(kind: str, **others: Document) -> Document:
    """The others may be missing."""
    own = {"kind": {"type": "string", "const": kind}}
    return {"type": "object", "required": ["kind"], "properties": own | others}
