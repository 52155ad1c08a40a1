"""What dispatch needs from a delivery channel, and the answers it gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message that is ready to be submitted."""

    uuid: UUID
    xml: bytes = field(repr=False)


class SubmitStatus(StrEnum):
    ACCEPTED = "accepted"
    """Taken for delivery; the receipt says what became of it."""
    REFUSED = "refused"
    """This message was refused; the code says why."""
    UNKNOWN = "unknown"
    """It may have been taken: its receipt says so, or it is submitted again under the same UUID."""
    NOT_TAKEN = "not_taken"
    """It was not taken: it is submitted again."""


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What became of one message when it was submitted."""

    uuid: UUID
    status: SubmitStatus
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
    """Our own status: the receipt lacks what it must say. A human is asked."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message after it was submitted. May come late, twice, out of order, or never."""

    id: str
    message: UUID | None
    """None: the receipt is about a whole transmission, or cannot be read."""
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
    """All four raise `Misconfigured` when the fault is ours; all but `submit` raise the other errors of `http_client`
    too."""

    async def submit(self, messages: Sequence[OutgoingMessage]) -> Sequence[SubmitResult]:
        """Submits the messages; one result each. The same UUID again never makes a second letter."""
        ...

    async def receipts(self) -> Sequence[Receipt]:
        """The receipts that wait, the same ones again until they are deleted. Empty when there are none."""
        ...

    async def delete_receipts(self, receipts: Sequence[str]) -> Sequence[str]:
        """Deletes receipts by their ids, once they are stored here; perhaps not all at once. Returns those that need
        not be named again."""
        ...

    async def lookup(self, numbers: Sequence[str]) -> Mapping[str, Registration]:
        """Who can receive letters, by CPR number; every number asked about is in the answer."""
        ...
