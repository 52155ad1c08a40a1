"""What any consumer publishes about a record it could not process."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from shared.events.event import Event, Reason, ValueObject


class Header(ValueObject):
    """A record's header byte for byte: it may be repeated, hold no text, or nothing at all."""

    name: str
    """Base64 of the name."""
    value: str | None
    """Base64 of the value."""

    @classmethod
    def of(cls, name: str, value: bytes | None) -> Self:
        """Of a name that is no UTF-8 the bytes are kept; `surrogateescape` is how they came as text."""
        return cls(name=_base64(name.encode(errors="surrogateescape")), value=None if value is None else _base64(value))

    def plain(self) -> tuple[str, bytes | None]:
        """As whoever speaks to the broker has it. A name that is no UTF-8 is sent so that it can be read."""
        name = base64.b64decode(self.name).decode(errors="replace")
        return name, None if self.value is None else base64.b64decode(self.value)


@dataclass(frozen=True)
class OriginalRecord:
    """A record as it was, to be published again: to its topic (by its name at the broker), with its key and headers."""

    topic: str
    key: bytes | None
    value: bytes
    kind: str | None
    """From the header of that name; None where the record had none."""
    headers: Sequence[Header] = ()
    """All of them in their order, the kind too."""


class RecordSetAside(Event):
    """A record that could not be processed, as it was, so that it can be published again."""

    natural_key: ClassVar[Sequence[str]] = (
        "service",
        "cluster",
        "topic",
        "partition",
        "offset",
    )
    keyed_by: ClassVar[str] = "service"

    service: str
    """The service that could not process it."""
    cluster: str
    """The Kafka cluster's id: offsets mean nothing in another one."""
    topic: str
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    record_kind: str
    """From the record's header; empty where it had none, or none that can be read."""
    record_key: str | None
    """Base64 of the record's key."""
    record_value: str
    """Base64 of the record's value."""
    record_headers: Mapping[str, str]
    """For people: each name once, and what is no text replaced."""
    failure: Literal["refused", "unreadable", "failed"]
    """Refused by a rule, unreadable as the kind it claims to be, or failed in a way nobody foresaw."""
    reason: Reason
    """The refusal's reason, or the error's class."""
    detail: str
    """Where and what was expected; never the input itself."""
    exact_headers: tuple[Header, ...] | None = None
    """Byte for byte and in their order; null in records from before it came."""

    def original(self) -> OriginalRecord:
        """The record byte for byte, as it stood in its topic."""
        return OriginalRecord(
            topic=self.topic,
            key=None if self.record_key is None else base64.b64decode(self.record_key),
            value=base64.b64decode(self.record_value),
            kind=self.record_kind or None,
            headers=self.exact_headers or from_texts(self.record_headers.items()),
        )


def from_texts(headers: Iterable[tuple[str, str]]) -> tuple[Header, ...]:
    """The headers of a record set aside before they were kept byte for byte."""
    return tuple(Header.of(name, value.encode()) for name, value in headers)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


__all__ = ["Header", "OriginalRecord", "RecordSetAside", "from_texts"]
