"""What any consumer tells about a record it could not take."""

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.event import Event, Reason


class RecordSetAside(Event):
    """A record that could not be taken, as it was, so that it can be published again."""

    natural_key: ClassVar[Sequence[str]] = (
        "service",
        "cluster",
        "topic",
        "partition",
        "offset",
    )

    service: str
    cluster: str
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

    @property
    def key(self) -> str:
        return self.service

    def bytes_of_value(self) -> bytes:
        return base64.b64decode(self.record_value)

    def bytes_of_key(self) -> bytes | None:
        return None if self.record_key is None else base64.b64decode(self.record_key)


__all__ = ["RecordSetAside"]
