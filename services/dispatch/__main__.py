"""Dispatch: hands letters over to Digital Post, and follows them until they lie in the mailbox.

Consumes InvitationCleared, InvitationClosed, InvitationWithdrawn, PersonOptedOut, ReminderCancelled, ReminderDue,
WaveRequested.
Publishes InvitationUnreached, LetterDelivered, LetterFailed, LetterStopped, LetterSubmitted.
"""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import uvloop
from pydantic import Field

from services.dispatch import memo, rounds, startup
from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPostClient, ErrorCodes, authorization
from services.dispatch.handlers import Handlers
from services.dispatch.http_client import HttpClient
from services.dispatch.letter_pdf import CannotTypeset, LetterPrinter
from services.dispatch.pages import pages
from services.dispatch.person_register import PersonRegister
from services.dispatch.submission import LetterSubmitter
from services.dispatch.throttle import Throttle
from shared import surveys
from shared.events import (
    InvitationCleared,
    InvitationClosed,
    InvitationWithdrawn,
    PersonOptedOut,
    ReminderCancelled,
    ReminderDue,
    WaveRequested,
)
from shared.privacy import LinkCodes, Opener, read_key
from shared.runtime import Settings, copy_id, now, serve
from shared.surveys import Surveys
from shared.surveys.loading import FOLDER


class DispatchSettings(Settings):
    valkey_url: str = Field(description="Where the send throttle is shared: redis://:password@host:port/0.")
    sealing_private_key: str = Field(repr=False, description="Opens sealed CPR numbers.")
    sealing_earlier_private_keys: str = Field(
        default="", repr=False, description="Keys in use before it, divided by blanks; they open what was sealed then."
    )
    code_key: str = Field(repr=False, description="Derives the code in the letter.")
    message_key: str = Field(repr=False, description="Derives the messageUUID of a letter.")
    digital_post_url: str = Field(description="Base of the interface, ending in /apis/v1/.")
    digital_post_key: str = Field(repr=False, description="The sending system's API key.")
    person_register_url: str = Field(description="Base of the register of persons.")
    answer_url: str = Field(default="https://svar.puls.example", description="Base of the link in the letter.")
    memo_version: memo.Version = Field(default="1.2", description="Of the message format: 1.1 or 1.2.")
    letters_at_once: int = Field(default=500, ge=1, description="Letters in one transmission. An assumption.")
    letters_per_second: float = Field(default=1000, gt=0, description="Over all replicas. An assumption.")
    letters_per_second_alone: float = Field(default=50, gt=0, description="Of a replica while Valkey is away.")
    receipts_every_seconds: float = Field(default=60, gt=0, description="Between looks for receipts.")


class Parts(NamedTuple):
    """What is made of settings and definitions before anything is started."""

    surveys: Surveys
    codes: ErrorCodes
    handlers: Handlers
    composer: Composer
    opener: Opener


def load(settings: DispatchSettings, definitions: Path = FOLDER) -> Parts:
    """Raises SystemExit that names every definition file, or the key, with which dispatch cannot run."""
    try:
        all_surveys = surveys.load(definitions)
        link_codes = LinkCodes(read_key(settings.code_key, "PULS_CODE_KEY"))
        printer = LetterPrinter(settings.answer_url)
        return Parts(
            all_surveys,
            ErrorCodes.load(),
            Handlers(all_surveys, read_key(settings.message_key, "PULS_MESSAGE_KEY")),
            Composer(all_surveys, link_codes, printer, settings.answer_url, settings.memo_version),
            _opener(settings),
        )
    except (surveys.BadDefinition, CannotTypeset, ValueError) as error:
        raise SystemExit(f"dispatch cannot start:\n{error}\nMend this and start dispatch again.") from None


def _opener(settings: DispatchSettings) -> Opener:
    earlier = settings.sealing_earlier_private_keys.split()
    return Opener(
        read_key(settings.sealing_private_key, "PULS_SEALING_PRIVATE_KEY"),
        *(read_key(key, "PULS_SEALING_EARLIER_PRIVATE_KEYS") for key in earlier),
    )


async def main() -> None:
    settings = DispatchSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    all_surveys, codes, handlers, composer, opener = load(settings)
    checks = startup.check(composer, opener)
    every = timedelta(seconds=settings.receipts_every_seconds)
    async with (
        HttpClient("Digital Post", settings.digital_post_url, authorization(settings.digital_post_key)) as digital_post,
        HttpClient("Register of persons", settings.person_register_url) as register,
        Throttle(settings.valkey_url, settings.letters_per_second, settings.letters_per_second_alone) as throttle,
    ):
        post = DigitalPostClient(digital_post, codes)
        submitter = LetterSubmitter(post, PersonRegister(register), throttle, composer, opener, codes, now)
        hand_over = partial(
            rounds.hand_over,
            submitter=submitter,
            surveys=all_surveys,
            at_once=settings.letters_at_once,
            copy=copy_id(),
        )
        await serve(
            "dispatch",
            settings,
            reads={
                InvitationCleared: handlers.on_invitation_cleared,
                InvitationClosed: handlers.on_invitation_closed,
                InvitationWithdrawn: handlers.on_invitation_withdrawn,
                PersonOptedOut: handlers.on_person_opted_out,
                ReminderCancelled: handlers.on_reminder_cancelled,
                ReminderDue: handlers.on_reminder_due,
                WaveRequested: handlers.on_wave_requested,
            },
            rounds=[
                checks.guard(hand_over("invitation")),
                checks.guard(hand_over("reminder", heard=["responses"])),
                rounds.end_letters(all_surveys),
                rounds.pull_receipts(post, codes, all_surveys, every=every),
            ],
            pages=pages(settings.api_key),
        )


if __name__ == "__main__":
    uvloop.run(main())
