"""The events as JSON Schema: what holds for every record of a kind that was ever told, and will be under this version.

They describe what may be read, not what is written today: a field that came later is optional, and a field nobody has
heard of is allowed, for a newer publisher may say more.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.events import Event
from shared.events.topics import TOPIC_OF
from shared.runtime import topics

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PREFIX = "puls"
"""What every topic's name begins with, where nobody sets it otherwise."""


class _WithoutEchoes(GenerateJsonSchema):
    """Titles stand on types only: a field's title would repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def of(event: type[Event]) -> Schema:
    """The schema of one kind, whole: it refers to no other file."""
    described = _tolerant(event.model_json_schema(schema_generator=_WithoutEchoes))
    head = {
        "$schema": DIALECT,
        "$id": f"urn:puls:{event.kind()}",
        "title": event.kind(),
        "description": described.pop("description"),
        "x-topic": topics.address(PREFIX, TOPIC_OF[event]),
        "x-key": event.keyed_by,
        "x-natural-key": list(event.natural_key),
    }
    described.pop("title")
    return head | {"type": described.pop("type")} | _in_reading_order(described)


def _in_reading_order(described: Schema) -> Schema:
    order = ("properties", "required", "$defs")
    return {name: described[name] for name in order if name in described}


def _tolerant(schema: Any) -> Any:
    """Without the prohibition of unknown fields, which holds for writing alone."""
    if isinstance(schema, dict):
        closed = ("additionalProperties", False)
        return {name: _tolerant(value) for name, value in schema.items() if (name, value) != closed}
    if isinstance(schema, list):
        return [_tolerant(value) for value in schema]
    return schema
