"""What every fact has: a type with a version, a derived id, a key, and the moment it became true.

Written closed (an unknown field is a mistake of ours), read tolerant (a newer publisher may say more than we know).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
)

NAMESPACE = UUID("6e0f8f3e-5c1b-5a6e-9d50-3f6f1b6a7c11")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""An instant, written in UTC."""

Pseudonym = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A person, without the CPR number: 128 bits of a keyed hash, as lower-case hex."""

Reason = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=80)]
"""A named reason: lower-case words joined by underscores."""

SorCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{11,20}$")]
"""A unit in the register of health care organisations. Text, for it is a name and not a number."""

WaveName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*-[0-9]{4}-(0[1-9]|1[0-2])$", max_length=60),
]
"""A survey's round over one month of contacts: `lup-somatik-2026-10`."""

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


CLOSED = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class ValueObject(BaseModel):
    """A value inside an event."""

    model_config = CLOSED


class Event(BaseModel):
    """A fact. Its id is derived from its type and natural key, so publishing it twice states it once."""

    model_config = CLOSED

    kind_version: ClassVar[int] = 1
    natural_key: ClassVar[Sequence[str]]
    """Dotted names of the fields that make this fact this fact."""
    keyed_by: ClassVar[str]
    """Dotted name of the field by which the topic is partitioned: the person's pseudonym wherever there is one."""

    occurred_at: Moment
    """When it became true, in UTC."""

    @property
    def id(self) -> UUID:
        """uuid5 of the kind and the natural key."""
        return uuid5(NAMESPACE, "\x1f".join([self.kind(), *map(_text, self.identity())]))

    def identity(self) -> tuple[Any, ...]:
        """The values of the natural key: of one kind, the same identity is the same fact."""
        return tuple(attrgetter(path)(self) for path in self.natural_key)

    @property
    def key(self) -> str:
        """The record's key: the person's pseudonym, or the name of what the event is about."""
        return attrgetter(self.keyed_by)(self)

    @classmethod
    @cache
    def kind(cls) -> str:
        """The type's name with its version, as it stands in the record's header: `InvitationCleared.v1`.

        Version 2 is a class beside the first one, named `InvitationClearedV2`: both are read for as long as records
        of both lie in the topic.
        """
        return f"{cls.__name__.removesuffix(f'V{cls.kind_version}')}.v{cls.kind_version}"

    def to_json(self) -> bytes:
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Reads an event as published by this or a newer version of its publisher.

        Raises pydantic.ValidationError, whose text never holds the input.
        """
        return cls.model_validate_json(value, extra="ignore")


def derived_id(*parts: object) -> UUID:
    """The id of a thing that is named by its parts: the same parts give the same id, for ever."""
    return uuid5(NAMESPACE, "\x1f".join(map(_text, parts)))


def _text(value: object) -> str:
    return "" if value is None else str(value)
