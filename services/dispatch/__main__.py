"""Dispatch: hands letters over to Digital Post, and follows them until they lie in the mailbox.

Consumes InvitationCleared, InvitationClosed, InvitationWithdrawn, PersonOptedOut, ReminderCancelled, ReminderDue,
WaveRequested.
Publishes InvitationUnreached, LetterDelivered, LetterFailed, LetterStopped, LetterSubmitted.
"""

from datetime import timedelta
from functools import partial

import uvloop
from pydantic import Field

from services.dispatch import memo, rounds
from services.dispatch.composing import Composer
from services.dispatch.digital_post import DigitalPostClient, ErrorCodes, authorization
from services.dispatch.handing_over import Carrier
from services.dispatch.handlers import Handlers
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.outside import Outside
from services.dispatch.pages import pages
from services.dispatch.person_register import PersonRegister
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
from shared.runtime import Settings, now, serve


class DispatchSettings(Settings):
    valkey_url: str = Field(description="Where the send throttle is shared: redis://:password@host:port/0.")
    sealing_private_key: str = Field(repr=False, description="Opens sealed CPR numbers.")
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


async def main() -> None:
    settings = DispatchSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    known, codes = surveys.load(), ErrorCodes.load()
    hear = Handlers(known, read_key(settings.message_key, "PULS_MESSAGE_KEY"))
    every = timedelta(seconds=settings.receipts_every_seconds)
    async with (
        Outside("Digital Post", settings.digital_post_url, authorization(settings.digital_post_key)) as digital_post,
        Outside("Register of persons", settings.person_register_url) as register,
        Throttle(settings.valkey_url, settings.letters_per_second, settings.letters_per_second_alone) as throttle,
    ):
        post = DigitalPostClient(digital_post, codes)
        composer = Composer(
            known,
            LinkCodes(read_key(settings.code_key, "PULS_CODE_KEY")),
            LetterPrinter(settings.answer_url),
            settings.answer_url,
            settings.memo_version,
        )
        opener = Opener(read_key(settings.sealing_private_key, "PULS_SEALING_PRIVATE_KEY"))
        carrier = Carrier(post, PersonRegister(register), throttle, composer, opener, codes, now)
        hand_over = partial(
            rounds.hand_over,
            carrier=carrier,
            surveys=known,
            at_once=settings.letters_at_once,
            replica=settings.replica,
        )
        await serve(
            "dispatch",
            settings,
            reads={
                InvitationCleared: hear.on_invitation_cleared,
                InvitationClosed: hear.on_invitation_closed,
                InvitationWithdrawn: hear.on_invitation_withdrawn,
                PersonOptedOut: hear.on_person_opted_out,
                ReminderCancelled: hear.on_reminder_cancelled,
                ReminderDue: hear.on_reminder_due,
                WaveRequested: hear.on_wave_requested,
            },
            rounds=[
                hand_over("invitation"),
                hand_over("reminder", heard=["responses"]),
                rounds.pull_receipts(post, codes, known, every=every),
            ],
            pages=pages(settings.api_key),
        )


if __name__ == "__main__":
    uvloop.run(main())
