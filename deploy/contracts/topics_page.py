"""contracts/topics.md: the topics as two tables, for people."""

import inspect
from collections.abc import Iterator, Mapping, Sequence

from deploy.contracts.asyncapi import about
from deploy.contracts.schemas import PREFIX
from shared.events.topics import PARTITIONS, PUBLISHED_BY, RETENTION_DAYS, SET_ASIDE
from shared.runtime import topics

HEAD = """\
# Topics

One topic for each publisher. A record's kind stands in its header `kind`, its value is JSON in UTF-8 that keeps to
[events/](events/)`<kind>.json`. No rule relies on order, neither within a topic nor across topics. Records are
published at least once: the same fact has the same natural key, for ever. Beside the kinds below, every topic but the
last holds records of kind `watermark`, whose value is the moment until which the topic is complete. The number of
partitions is that of a topic which Puls makes: one made beforehand may have any number, and may get more while it is
in use.

Made by `make contracts` from `shared/events` and from the services' wiring; not to be edited.
"""


def page(consumers: Mapping[str, Sequence[str]]) -> str:
    return "\n".join([HEAD, *_topics(), "", *_kinds(consumers), ""])


def _topics() -> Iterator[str]:
    yield "| topic | published by | partitions | kept for | compacted | what |"
    yield "|---|---|---|---|---|---|"
    for publisher in PUBLISHED_BY:
        name = topics.address(PREFIX, publisher)
        by = _published_by(publisher)
        yield f"| `{name}` | {by} | {PARTITIONS} | {RETENTION_DAYS} days | no | {about(publisher)} |"


def _kinds(consumers: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield "| kind | published by | consumed by | key | the same fact when equal in | what |"
    yield "|---|---|---|---|---|---|"
    for publisher, events in PUBLISHED_BY.items():
        for event in events:
            consumed = ", ".join(consumers.get(event.__name__, ()))
            equal = ", ".join(f"`{path}`" for path in event.natural_key)
            what = (inspect.getdoc(event) or "").splitlines()[0]
            kind = f"[{event.kind()}](events/{event.kind()}.json)"
            yield f"| {kind} | {_published_by(publisher)} | {consumed} | `{event.keyed_by}` | {equal} | {what} |"


def _published_by(publisher: str) -> str:
    return "any consumer" if publisher == SET_ASIDE else publisher
