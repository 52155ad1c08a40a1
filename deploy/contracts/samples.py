"""The frozen samples: one record for each meaning of each kind, readable for ever.

A sample is a file `contracts/samples/<kind>/<meaning>.json` that holds the fact's id (derived, never sent) and the
record as it was told: headers, key and value. It is made once, from then on only read.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import ValidationError

from deploy.contracts import schemas
from shared.events import Event
from shared.events.topics import EVENT_OF

PARTS = ("id", "headers", "key", "value")


@dataclass(frozen=True)
class Sample:
    path: Path
    record: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def meaning(self) -> str:
        return self.path.stem

    @property
    def event(self) -> Event:
        """As a service reads it. Raises KeyError for a kind that nobody knows, pydantic.ValidationError."""
        return EVENT_OF[self.kind].from_json(json.dumps(self.record["value"]).encode())


def read(folder: Path) -> Sequence[Sample]:
    """All samples below the folder, in the order of their names."""
    return [Sample(path, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*/*.json"))]


def write(folder: Path, meaning: str, event: Event) -> Path | None:
    """Freezes one more sample. One that is there stays as it is: then None is returned."""
    path = folder / event.kind() / f"{meaning}.json"
    if path.exists():
        return None
    record = {
        "id": str(event.id),
        "headers": {"kind": event.kind()},
        "key": event.key,
        "value": json.loads(event.to_json()),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def mistakes(sample: Sample) -> Iterator[str]:
    """Why the sample is no longer readable, if it is not."""
    place = "/".join(sample.path.parts[-2:])
    if tuple(sample.record) != PARTS or sample.record["headers"].get("kind") != sample.kind:
        yield f"{place}: expected {', '.join(PARTS)}, and the folder's name as the kind in the headers"
    elif sample.kind not in EVENT_OF:
        yield f"{place}: no event is of the kind {sample.kind}: a kind that was released keeps its class"
    else:
        yield from (f"{place}: {mistake}" for mistake in _misread(sample))


def _misread(sample: Sample) -> Iterator[str]:
    try:
        event = sample.event
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        return
    if str(event.id) != sample.record["id"]:
        yield f"its id was {sample.record['id']}, is {event.id}: told again, it would be taken for another fact"
    if event.key != sample.record["key"]:
        yield f"its key was {sample.record['key']}, is {event.key}"
    yield from _lost("value", sample.record["value"], json.loads(event.to_json()))
    for broken in Draft202012Validator(schemas.of(type(event))).iter_errors(sample.record["value"]):
        yield f"{broken.json_path}: its schema says: {broken.message}"


def _lost(place: str, told: Any, written_again: Any) -> Iterator[str]:
    """What was told and does not come out when the event is written again. More may come out."""
    if isinstance(told, dict) and isinstance(written_again, dict):
        for name, value in told.items():
            if name in written_again:
                yield from _lost(f"{place}.{name}", value, written_again[name])
            else:
                yield f"{place}.{name}: was told, and is no longer written"
    elif isinstance(told, list) and isinstance(written_again, list) and len(told) == len(written_again):
        for position, (value, again) in enumerate(zip(told, written_again, strict=True)):
            yield from _lost(f"{place}[{position}]", value, again)
    elif told != written_again:
        yield f"{place}: was {told!r}, is written as {written_again!r}"
