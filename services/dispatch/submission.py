"""Submits claimed letters: asks both registers, writes the messages, hands them over. No transaction is open."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from services.dispatch.answers import of_submission
from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPost, ErrorCodes, OutgoingMessage, SubmitStatus
from services.dispatch.domain import Happening, LetterUpdate, QueuedLetter, why_unreachable
from services.dispatch.http_client import Misconfigured, Rejected, Unavailable
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

    def outcomes(self) -> Counter[str]:
        """How many letters came to what; those that are tried again later came to nothing."""
        return Counter(update.happening for update in self.updates if update.happening != "later")

    def why(self, outcome: str) -> str | None:
        """The reason of the last letter that came to it."""
        return next((update.reason for update in reversed(self.updates) if update.happening == outcome), None)

    def without(self, outcomes: Collection[str]) -> "SubmissionResult":
        """Where these outcomes are not believed, their letters are tried again later."""
        updates = [
            LetterUpdate(update.letter, "later") if update.happening in outcomes else update for update in self.updates
        ]
        return SubmissionResult(updates, self.misconfigured)


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
        """One update for each letter; a letter that was ended while it waited is not sent.

        Raises Unavailable, OutcomeUnknown or Rejected, and has done nothing, where a register or Digital Post is away,
        or a register refuses to be asked about several: fewer are tried.
        """
        ended = [_ended(queued) for queued in letters if queued.ended_because]
        addressed, unopened, wrong_key = self._opened([queued for queued in letters if not queued.ended_because])
        updates = [*ended, *unopened]
        if wrong_key:
            return SubmissionResult(updates, wrong_key)
        try:
            reachable, unreachable = await self._judged(addressed)
        except Misconfigured as error:
            return SubmissionResult([*updates, *_later(addressed)], str(error))
        except Rejected as rejected:
            if len(addressed) > 1:
                raise
            return SubmissionResult([*updates, *(_stuck(letter.id, rejected.reason) for letter in addressed)])
        return await self._hand_over(reachable, [*updates, *unreachable])

    async def _hand_over(self, reachable: Sequence[AddressedLetter], updates: list[LetterUpdate]) -> SubmissionResult:
        """Writes and submits the letters; `updates` are about others."""
        messages, unwritten = await asyncio.to_thread(self._written, reachable)
        updates += unwritten
        try:
            return SubmissionResult([*updates, *await self._submitted(messages)])
        except Misconfigured as error:
            return SubmissionResult([*updates, *(LetterUpdate(letter, "unknown") for letter in messages)], str(error))

    def _opened(self, letters: Sequence[QueuedLetter]) -> tuple[list[AddressedLetter], list[LetterUpdate], str | None]:
        """Each letter with its CPR number, which goes from here to the registers and the mailbox alone; those that
        cannot be opened; and why we have the wrong key, if all are sealed for another."""
        addressed: list[AddressedLetter] = []
        failed: list[tuple[UUID, CannotOpen | AnotherKey]] = []
        for queued in letters:
            try:
                addressed.append(AddressedLetter(self.opener.open(queued.invitation.sealed_cpr), queued))
            except (CannotOpen, AnotherKey) as error:
                failed.append((queued.letter.id, error))
        keys = [error for _, error in failed if isinstance(error, AnotherKey)]
        if keys and not addressed:
            log.error("letters are sealed for another key", because=str(keys[-1]))
            return [], [LetterUpdate(letter, "later") for letter, _ in failed], f"{keys[-1]}: {_WHICH_KEY}"
        return addressed, [_stuck(letter, error.reason) for letter, error in failed], None

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
                failed.append(_stuck(letter.id, error.reason))
        return messages, failed

    async def _submitted(self, messages: Mapping[UUID, OutgoingMessage]) -> list[LetterUpdate]:
        """Raises Unavailable or Misconfigured."""
        if not messages:
            return []
        await self.throttle.wait_for(len(messages))
        letters = {message.uuid: letter for letter, message in messages.items()}
        results = await self.post.submit(list(messages.values()))
        if all(result.status is SubmitStatus.NOT_TAKEN for result in results):
            raise Unavailable("Digital Post: POST memos/ was not taken: away, or overloaded")
        return [of_submission(letters[result.uuid], result, self.codes) for result in results]


def _ended(queued: QueuedLetter) -> LetterUpdate:
    happening: Happening = "expired" if queued.ended_because == "expired" else "stopped"
    return LetterUpdate(queued.letter.id, happening, queued.ended_because)


def _stuck(letter: UUID, reason: str) -> LetterUpdate:
    return LetterUpdate(letter, "stuck", reason)


def _later(addressed: Sequence[AddressedLetter]) -> list[LetterUpdate]:
    return [LetterUpdate(letter.id, "later") for letter in addressed]
