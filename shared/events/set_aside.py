"""What any consumer tells about a record it could not take."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.event import Event, Reason


@dataclass(frozen=True)
class OriginalRecord:
    """A record as it was, to be published again: to its topic (by its name at the broker), with its key and headers."""

    topic: str
    key: bytes | None
    value: bytes
    kind: str | None
    """From the header of that name; None where the record had none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All of them, the kind too."""


class RecordSetAside(Event):
    """A record that could not be taken, as it was, so that it can be published again."""

    natural_key: ClassVar[Sequence[str]] = (
        "service",
        "cluster",
        "topic",
        "partition",
        "offset",
    )
    keyed_by: ClassVar[str] = "service"

    service: str
    """The one that could not take it."""
    cluster: str
    """The Kafka cluster's id: offsets mean nothing in another one."""
    topic: str
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    record_kind: str
    """From the record's header; empty where it had none."""
    record_key: str | None
    """Base64 of the record's key."""
    record_value: str
    """Base64 of the record's value."""
    record_headers: Mapping[str, str]
    failure: Literal["refused", "unreadable", "failed"]
    """Refused by a rule, unreadable as the kind it claims to be, or failed in a way nobody foresaw."""
    reason: Reason
    """The refusal's reason, or the error's class."""
    detail: str
    """Where and what was expected; never the input itself."""

    def original(self) -> OriginalRecord:
        """The record byte for byte, as it stood in its topic."""
        return OriginalRecord(
            topic=self.topic,
            key=None if self.record_key is None else base64.b64decode(self.record_key),
            value=base64.b64decode(self.record_value),
            kind=self.record_kind or None,
            headers=dict(self.record_headers),
        )


__all__ = ["OriginalRecord", "RecordSetAside"]
