"""The whole system as one AsyncAPI 3 document: every topic, every kind in it, who tells it and who takes it."""

import inspect
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from deploy.contracts.schemas import PREFIX
from shared.events import Event
from shared.events.topics import EVENT_OF, PARTITIONS, RETENTION_DAYS, SET_ASIDE, TOLD_BY
from shared.runtime import marks, topics

Document = dict[str, Any]
Reads = Mapping[str, Sequence[str]]
"""Service -> the names of the events it takes."""

SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
MARK = f"{marks.KIND}"
DAY = 24 * 60 * 60 * 1000
"""In milliseconds."""


def document(version: str, reads: Reads) -> Document:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Puls",
            "version": version,
            "description": "Asks patients, every month, how it was. One topic for each teller; the kind of a record "
            "stands in its header `kind`, and the rules of change in README.md beside this file.",
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _broker()},
        "channels": {teller: _channel(teller, kinds) for teller, kinds in TOLD_BY.items()},
        "operations": _tells() | _takes(reads),
        "components": {"messages": {kind: _message(event) for kind, event in EVENT_OF.items()} | {MARK: _mark()}},
    }


def _broker() -> Document:
    address = {"description": "host:port, as every installation sets it", "default": "localhost:9092"}
    return {"host": "{address}", "protocol": "kafka", "variables": {"address": address}}


def _channel(teller: str, kinds: Sequence[type[Event]]) -> Document:
    name = topics.address(PREFIX, teller)
    messages = [kind.kind() for kind in kinds] + ([] if teller == SET_ASIDE else [MARK])
    return {
        "address": name,
        "description": about(teller),
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in messages},
        "bindings": {"kafka": _topic(name)},
    }


def _topic(name: str) -> Document:
    lasting = {"cleanup.policy": ["delete"], "retention.ms": RETENTION_DAYS * DAY}
    return {"topic": name, "partitions": PARTITIONS, "topicConfiguration": lasting, "bindingVersion": "0.5.0"}


def about(teller: str) -> str:
    """What the module of the teller's events says of itself."""
    return (import_module(TOLD_BY[teller][0].__module__).__doc__ or "").splitlines()[0]


def _tells() -> Document:
    tellers = [teller for teller in TOLD_BY if teller != SET_ASIDE]
    own = {f"{teller}.tells": _operation("send", teller, [*_kinds(teller), MARK]) for teller in tellers}
    return own | {"any.sets-aside": _operation("send", SET_ASIDE, _kinds(SET_ASIDE))}


def _takes(reads: Reads) -> Document:
    """Without the marks, which the runtime of every taker reads."""
    taken = {}
    for service, names in reads.items():
        for teller in TOLD_BY:
            kinds = [event.kind() for event in TOLD_BY[teller] if event.__name__ in names]
            if kinds:
                taken[f"{service}.takes.{teller}"] = _operation("receive", teller, kinds)
    return taken


def _operation(action: str, teller: str, kinds: Sequence[str]) -> Document:
    channel = f"#/channels/{teller}"
    messages = [{"$ref": f"{channel}/messages/{kind}"} for kind in kinds]
    return {"action": action, "channel": {"$ref": channel}, "messages": messages}


def _kinds(teller: str) -> list[str]:
    return [event.kind() for event in TOLD_BY[teller]]


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


def _mark() -> Document:
    """Not an event: it says how far the topic is complete."""
    return {
        "name": MARK,
        "title": "Complete until",
        "description": "Written to every partition once everything told before a moment has been sent. "
        "The value is that moment, as ISO 8601 text.",
        "contentType": "text/plain",
        "headers": _headers(MARK),
        "payload": {"type": "string", "format": "date-time"},
    }


def _headers(kind: str) -> Document:
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "const": kind}}}
