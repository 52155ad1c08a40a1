"""What Digital Post answers about a message: the receipt, and when and how often it is to be had."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.faults import Dice, ReceiptFaults

RECEIVED = "RECEIVED"
COMPLETED = "COMPLETED"

IN_TURN, OVERTAKES, FALLS_BEHIND, LAST = 0, -1, 1, 2
"""Places in the list of receipts: before those that take their turn, or after them."""


def stamp(moment: datetime) -> str:
    """An instant as it is written everywhere here: UTC, microseconds, Z; the order of the texts is that of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The interface's Receipt. It concerns one message, or without a UUID a whole transmission."""

    transmission_id: str
    status: str
    time_stamp: datetime
    message_uuid: str | None = None
    message_id: str | None = None
    refused: Refused | None = None

    def as_json(self) -> dict[str, str | None]:
        """As the interface writes it."""
        return {
            "transmissionId": self.transmission_id,
            "messageUUID": self.message_uuid,
            "messageId": self.message_id,
            "errorCode": self.refused.code if self.refused else None,
            "errorMessage": self.refused.sentence if self.refused else None,
            "timeStamp": stamp(self.time_stamp),
            "receiptStatus": self.status,
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """One time a receipt is to be had: from when on, and where in the list. A technical one says RECEIVED."""

    available_at: datetime
    place: int = IN_TURN
    technical: bool = False


def copies(message_uuid: str, now: datetime, faults: ReceiptFaults, dice: Dice) -> list[Copy]:
    """When the receipts of a message judged now are to be had; none if its receipt never comes.

    Out of order means: before or after those of other messages that are waiting, and with a technical receipt that
    comes after the business receipt.
    """
    if dice.hits(faults.never, "receipt never", message_uuid):
        return []
    lateness = timedelta(hours=faults.late_up_to_hours)
    first = now
    if dice.hits(faults.late_share, "receipt late", message_uuid):
        first += lateness * dice.draw("how late", message_uuid)
    planned = [Copy(first)]
    if dice.hits(faults.out_of_order, "receipt out of order", message_uuid):
        overtakes = dice.draw("overtakes", message_uuid) < 0.5
        planned = [Copy(first, OVERTAKES if overtakes else FALLS_BEHIND), Copy(first, LAST, technical=True)]
    if dice.hits(faults.twice, "receipt twice", message_uuid):
        planned.append(Copy(first + lateness * dice.draw("how late again", message_uuid)))
    return planned


def new_id() -> str:
    """An id of a receipt or a transmission."""
    return str(uuid4())
