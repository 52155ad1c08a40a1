"""Reminders: reminds those who have not answered, and says when an invitation's time is up.

Consumes InvitationClosed, InvitationUnreached, InvitationWithdrawn, LetterDelivered, LetterSubmitted, WaveRequested.
Publishes ClosingDue, ReminderCancelled, ReminderDue.
"""

from functools import partial

import uvloop

from services.reminders import handlers, rounds
from shared import surveys
from shared.events import (
    InvitationClosed,
    InvitationUnreached,
    InvitationWithdrawn,
    LetterDelivered,
    LetterSubmitted,
    WaveRequested,
)
from shared.runtime import Settings, serve


async def main() -> None:
    known = surveys.load()
    await serve(
        "reminders",
        Settings(),  # pyright: ignore[reportCallIssue] - read from the environment
        reads={
            LetterSubmitted: partial(handlers.on_letter, surveys=known),
            LetterDelivered: partial(handlers.on_letter, surveys=known),
            InvitationClosed: handlers.on_invitation_closed,
            InvitationUnreached: handlers.on_invitation_unreached,
            InvitationWithdrawn: handlers.on_invitation_withdrawn,
            WaveRequested: handlers.on_wave_requested,
        },
        rounds=[rounds.remind(known), rounds.close()],
    )


if __name__ == "__main__":
    uvloop.run(main())
