"""Submits claimed letters: asks both registers, writes the messages, hands them over. No transaction is open."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from services.dispatch.answers import of_submission
from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPost, ErrorCodes, OutgoingMessage
from services.dispatch.domain import Happening, LetterUpdate, QueuedLetter, RefusalCause, why_unreachable
from services.dispatch.http_client import Misconfigured, OutcomeUnknown, Unavailable
from services.dispatch.letter_pdf import CannotTypeset
from services.dispatch.memo import NotSendable
from services.dispatch.person_register import PersonRegister
from services.dispatch.throttle import Throttle
from shared.privacy import AnotherKey, CannotOpen, Opener

log = structlog.get_logger()

_WHICH_KEY = "look at PULS_SEALING_PRIVATE_KEY of dispatch and PULS_SEALING_PUBLIC_KEY of inclusion"


class AddressedLetter(NamedTuple):
    """A letter and the CPR number it goes to. Never logged, never stored."""

    cpr: str
    queued: QueuedLetter

    @property
    def id(self) -> UUID:
        return self.queued.letter.id


@dataclass(frozen=True)
class SubmissionResult:
    """What became of the claimed letters, one update each."""

    updates: Sequence[LetterUpdate]
    misconfigured: str | None = None
    """The fault is ours, and this is why nothing more may be submitted until a human has looked."""


@dataclass(frozen=True)
class LetterSubmitter:
    """Submits letters to Digital Post."""

    post: DigitalPost
    register: PersonRegister
    throttle: Throttle
    composer: Composer
    opener: Opener
    codes: ErrorCodes
    now: Callable[[], datetime]

    async def submit(self, letters: Sequence[QueuedLetter]) -> SubmissionResult:
        """One update for each letter; a letter that was ended while it waited is not sent."""
        ended = [_ended(queued) for queued in letters if queued.ended_because]
        addressed, unopened, wrong_key = self._opened([queued for queued in letters if not queued.ended_because])
        updates = [*ended, *unopened]
        if wrong_key:
            return SubmissionResult(updates, wrong_key)
        try:
            reachable, unreachable = await self._judged(addressed)
        except (Unavailable, OutcomeUnknown) as error:
            log.warning("waiting", where="registers", error=type(error).__name__)
            return SubmissionResult([*updates, *_later(addressed)])
        except Misconfigured as error:
            return SubmissionResult([*updates, *_later(addressed)], str(error))
        messages, unwritten = await asyncio.to_thread(self._written, reachable)
        updates += [*unreachable, *unwritten]
        try:
            return SubmissionResult([*updates, *await self._submitted(messages)])
        except Misconfigured as error:
            return SubmissionResult([*updates, *(LetterUpdate(letter, "unknown") for letter in messages)], str(error))

    def _opened(self, letters: Sequence[QueuedLetter]) -> tuple[list[AddressedLetter], list[LetterUpdate], str | None]:
        """Each letter with its CPR number, which goes from here to the registers and the mailbox alone; those that
        cannot be opened; and why we have the wrong key, if all are sealed for another."""
        addressed: list[AddressedLetter] = []
        unopened: list[LetterUpdate] = []
        wrong_key: AnotherKey | None = None
        for queued in letters:
            try:
                addressed.append(AddressedLetter(self.opener.open(queued.invitation.sealed_cpr), queued))
            except AnotherKey as error:
                wrong_key = error
                unopened.append(LetterUpdate(queued.letter.id, "later"))
            except CannotOpen as error:
                unopened.append(_ours(queued.letter.id, error.reason))
        if wrong_key:
            log.error("letters are sealed for another key", because=str(wrong_key))
        return addressed, unopened, None if addressed or not wrong_key else f"{wrong_key}: {_WHICH_KEY}"

    async def _judged(self, addressed: Sequence[AddressedLetter]) -> tuple[list[AddressedLetter], list[LetterUpdate]]:
        """Who can be written to, by both registers now. Raises Unavailable, OutcomeUnknown or Misconfigured."""
        numbers = sorted({letter.cpr for letter in addressed})
        if not numbers:
            return [], []
        statuses, contacts = await asyncio.gather(self.register.statuses(numbers), self.post.lookup(numbers))
        reasons = {cpr: why_unreachable(statuses.get(cpr), contacts[cpr]) for cpr in numbers}
        reachable = [letter for letter in addressed if reasons[letter.cpr] is None]
        unreachable = [
            LetterUpdate(letter.id, "unreachable", reasons[letter.cpr]) for letter in addressed if reasons[letter.cpr]
        ]
        return reachable, unreachable

    def _written(self, reachable: Sequence[AddressedLetter]) -> tuple[dict[UUID, OutgoingMessage], list[LetterUpdate]]:
        """The message of each letter, by the letter's id; and the letters that cannot be written."""
        now = self.now()
        messages: dict[UUID, OutgoingMessage] = {}
        failed: list[LetterUpdate] = []
        for letter in reachable:
            try:
                messages[letter.id] = self.composer.message(letter.queued, letter.cpr, now)
            except (NotSendable, CannotTypeset) as error:
                log.error("a letter cannot be written", letter=str(letter.id), error=str(error))
                failed.append(_ours(letter.id, error.reason))
        return messages, failed

    async def _submitted(self, messages: Mapping[UUID, OutgoingMessage]) -> list[LetterUpdate]:
        """Raises Misconfigured."""
        if not messages:
            return []
        await self.throttle.wait_for(len(messages))
        letters = {message.uuid: letter for letter, message in messages.items()}
        results = await self.post.submit(list(messages.values()))
        return [of_submission(letters[result.uuid], result, self.codes) for result in results]


def _ended(queued: QueuedLetter) -> LetterUpdate:
    happening: Happening = "expired" if queued.ended_because == "expired" else "stopped"
    return LetterUpdate(queued.letter.id, happening, queued.ended_because)


def _ours(letter: UUID, reason: str) -> LetterUpdate:
    return LetterUpdate(letter, "refused", reason, cause=RefusalCause.OURS)


def _later(addressed: Sequence[AddressedLetter]) -> list[LetterUpdate]:
    return [LetterUpdate(letter.id, "later") for letter in addressed]
