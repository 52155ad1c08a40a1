"""What dispatch asks of whoever delivers letters, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be handed over."""

    uuid: UUID
    xml: bytes = field(repr=False)


class Handed(StrEnum):
    ACCEPTED = "accepted"
    """Taken for delivery; the receipt tells what came of it."""
    REFUSED = "refused"
    """This message is bad; the code says why."""
    UNKNOWN = "unknown"
    """It may have been taken: its receipt tells, or it is handed over again under the same UUID."""
    LATER = "later"
    """Nothing was taken: it is handed over again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message when it was handed over."""

    uuid: UUID
    handed: Handed
    code: str | None = None


class ReceiptStatus(StrEnum):
    RECEIVED = "RECEIVED"
    """Technical: the message has arrived. [Assumed]"""
    COMPLETED = "COMPLETED"
    """Delivered. [Assumed]"""
    INVALID = "INVALID"
    """Rejected: the message breaks a rule. [Assumed]"""
    NOT_ALLOWED = "NOT_ALLOWED"
    """Rejected: this recipient cannot get it. [Assumed]"""
    UNREADABLE = "UNREADABLE"
    """Ours: the receipt does not say what it must. A human is asked."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message after it was handed over. May come late, twice, out of order, or never."""

    id: str
    message: UUID | None
    """None: it concerns a whole transmission, or is unreadable."""
    status: ReceiptStatus
    code: str | None
    at: datetime | None


class Registration(StrEnum):
    """What the contact register says of a person."""

    REGISTERED = "REGISTERED"
    EXEMPT = "EXEMPT"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


class DigitalPost(Protocol):
    """All four raise `outside.Mistaken` when we are wrong, and all but `submit` `Away` or `Unsettled`."""

    async def submit(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hands the messages over; one outcome each. The same UUID again never makes a second letter."""
        ...

    async def receipts(self) -> Sequence[Receipt]:
        """Receipts that wait for us, the same ones again until they are forgotten. Empty when there are none."""
        ...

    async def forget(self, receipts: Sequence[str]) -> None:
        """Deletes receipts by their ids, after what they say was kept."""
        ...

    async def lookup(self, numbers: Sequence[str]) -> Mapping[str, Registration]:
        """Who can receive, by CPR number; every number asked about is in the answer."""
        ...
