"""Takes messages in: judges each, keeps what it accepts, and plans the receipts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from json import dumps

from deploy.sandbox.digital_post import memo
from deploy.sandbox.digital_post.memo import Memo
from deploy.sandbox.digital_post.receipts import COMPLETED, RECEIVED, Receipt, copies, new_id, stamp
from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.store import Store
from deploy.sandbox.faults import Dice, Faults
from deploy.sandbox.person_register.persons import Person, Persons
from shared.runtime.clock import DENMARK

DUPLICATE = "message.uuid.duplicate"
WHY_NOT = {"EXEMPT": "recipient.exempt", "CLOSED": "recipient.closed", "UNKNOWN": "recipient.unknown"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was handed over: under which UUID, and its bytes."""

    message_uuid: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a letter: what was read in it, if it could be read, and why it was refused, if it was."""

    letter: Letter
    memo: Memo | None
    refused: Refused | None = None
    by_fault: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What was decided before about the letters at hand, when they were received, and who the persons are."""

    accepted: dict[str, str]
    refused_by_fault: dict[str, str]
    persons: dict[str, Person]


@dataclass
class PostOffice:
    """Everything needed to judge and keep a message. The faults may be replaced at any time."""

    store: Store
    persons: Persons
    dice: Dice
    faults: Faults

    def take_one(self, letter: Letter, now: datetime) -> Receipt:
        """The technical receipt of an accepted message, whose business receipt follows. Raises Refused."""
        transmission = new_id()
        read = _read(letter, now)
        with self.store.writing():
            judged = self._judge_and_keep([read], now, is_told=lambda _: True)
            if not judged[0].refused:
                self._plan_receipts(judged, transmission, now)
        if judged[0].refused:
            raise judged[0].refused
        return _receipt(judged[0], transmission, RECEIVED, now)

    def take_many(self, letters: Iterable[Letter], now: datetime) -> tuple[Receipt, Counter[str]]:
        """The receipt of the transmission, and how many were accepted or refused by which code.

        Each message's own receipt follows, whether accepted or refused.
        """
        transmission = new_id()
        read = [_read(letter, now) for letter in letters]
        with self.store.writing():
            judged = self._judge_and_keep(read, now, is_told=lambda uuid: self._has_receipt(uuid, now))
            self._plan_receipts(judged, transmission, now)
        counted = Counter(each.refused.code if each.refused else "accepted" for each in judged)
        return Receipt(transmission, RECEIVED, now), counted

    def _has_receipt(self, message_uuid: str, now: datetime) -> bool:
        return bool(copies(message_uuid, now, self.faults.receipts, self.dice))

    def _judge_and_keep(self, read: Sequence[Judged], now: datetime, is_told: Callable[[str], bool]) -> list[Judged]:
        uuids = [each.letter.message_uuid for each in read]
        known = Known(self.store.accepted_among(uuids), self.store.refused_by_fault_among(uuids), self.persons.known())
        judged = [self._judge(each, known, now) for each in read]
        self._keep(judged, now, is_told)
        return judged

    def _judge(self, read: Judged, known: Known, now: datetime) -> Judged:
        """What was decided about a UUID before stands; a repeat within the transmission is a repeat too."""
        uuid = read.letter.message_uuid
        if uuid in known.accepted:
            return replace(read, refused=Refused(DUPLICATE))
        if code := known.refused_by_fault.get(uuid):
            return replace(read, refused=Refused(code))
        if read.refused or read.memo is None:
            return read
        if code := self._refused_by_fault(uuid):
            return replace(read, refused=Refused(code), by_fault=True)
        if code := _not_allowed(read.memo, known.persons.get(read.memo.cpr)):
            return replace(read, refused=Refused(code))
        known.accepted[uuid] = stamp(now)
        return read

    def _refused_by_fault(self, message_uuid: str) -> str | None:
        if not self.dice.hits(self.faults.refused_share, "refused", message_uuid):
            return None
        return self.dice.choose(self.faults.refusal_codes, "refused by", message_uuid)

    def _keep(self, judged: Sequence[Judged], now: datetime, is_told: Callable[[str], bool]) -> None:
        at = stamp(now)
        today = now.astimezone(DENMARK).date()
        accepted = [(each.letter, each.memo) for each in judged if each.memo and not each.refused]
        self.store.add_messages(
            [
                ((read.message_uuid, read.cpr, read.label, at, f"{read.deliver_from or today}"), letter.content)
                for letter, read in accepted
            ]
        )
        refused = [(each, each.refused) for each in judged if each.refused]
        self.store.add_refusals([_refusal(each, why, at, is_told) for each, why in refused])
        self.store.add_refused_by_fault(
            [(each.letter.message_uuid, why.code) for each, why in refused if each.by_fault]
        )
        repeats = [each.letter for each, why in refused if why.code == DUPLICATE]
        self.store.add_duplicates(
            [(letter.message_uuid, at, self.store.message(letter.message_uuid) == letter.content) for letter in repeats]
        )

    def _plan_receipts(self, judged: Sequence[Judged], transmission: str, now: datetime) -> None:
        received_at = self.store.accepted_among(each.letter.message_uuid for each in judged)
        self.store.add_receipts(
            row
            for each in judged
            for row in self._receipts(each, transmission, received_at.get(each.letter.message_uuid), now)
        )

    def _receipts(
        self, judged: Judged, transmission: str, received_at: str | None, now: datetime
    ) -> Iterator[tuple[str, str, str, int, str]]:
        """A repeat's receipt never comes before, or without, the one of the message it repeats."""
        uuid = judged.letter.message_uuid
        first_seen = datetime.fromisoformat(received_at) if received_at else now
        planned = copies(uuid, first_seen, self.faults.receipts, self.dice)
        if judged.refused and judged.refused.code == DUPLICATE:
            planned = planned[:1]
        for copy in planned:
            at = max(now, copy.available_at)
            receipt = _receipt(judged, transmission, RECEIVED if copy.technical else COMPLETED, at)
            yield new_id(), uuid, stamp(at), copy.place, dumps(receipt.as_json(), ensure_ascii=False)


def _read(letter: Letter, now: datetime) -> Judged:
    try:
        read = memo.read(letter.content, now.astimezone(DENMARK).date())
        if read.message_uuid != letter.message_uuid:
            raise Refused("message.uuid.mismatch", "MessageHeader/messageUUID", "another one")
    except Refused as refused:
        return Judged(letter, None, refused)
    return Judged(letter, read)


def _refusal(
    judged: Judged, why: Refused, at: str, is_told: Callable[[str], bool]
) -> tuple[str, str, str, str | None, str | None, bool]:
    uuid, read = judged.letter.message_uuid, judged.memo
    return uuid, why.code, at, read and read.cpr, read and read.label, is_told(uuid)


def _receipt(judged: Judged, transmission: str, status: str, at: datetime) -> Receipt:
    """A refusal's own status stands over COMPLETED, not over the technical RECEIVED."""
    message_id = judged.memo.message_id if judged.memo else None
    refused = judged.refused if status == COMPLETED else None
    status = refused.status if refused else status
    return Receipt(transmission, status, at, judged.letter.message_uuid, message_id, refused)


def _not_allowed(read: Memo, recipient: Person | None) -> str | None:
    if recipient is None:
        return WHY_NOT["UNKNOWN"]
    if recipient.digital_post_status == "EXEMPT" and read.message_type == "NEMSMS" and recipient.nem_sms:
        return None
    if read.message_type == "NEMSMS" and not recipient.nem_sms:
        return "recipient.nem.sms.not.subscribed"
    return WHY_NOT.get(recipient.digital_post_status)
