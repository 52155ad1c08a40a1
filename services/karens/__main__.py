"""Karens: leaves alone whoever was asked too recently.

Consumes PatientIncluded, InvitationUnreached, InvitationWithdrawn, PersonOptedOut, WaveRequested.
Publishes InvitationCleared, InvitationQuarantined, InvitationDropped.
"""

from functools import partial

import uvloop

from services.karens import handlers
from shared import surveys
from shared.events import (
    InvitationUnreached,
    InvitationWithdrawn,
    PatientIncluded,
    PersonOptedOut,
    WaveRequested,
)
from shared.runtime import Settings, serve


async def main() -> None:
    await serve(
        "karens",
        Settings(),  # pyright: ignore[reportCallIssue] - read from the environment
        reads={
            PatientIncluded: partial(handlers.on_patient_included, surveys=surveys.load()),
            InvitationUnreached: handlers.on_invitation_unreached,
            InvitationWithdrawn: handlers.on_invitation_withdrawn,
            PersonOptedOut: handlers.on_person_opted_out,
            WaveRequested: handlers.on_wave_requested,
        },
    )


if __name__ == "__main__":
    uvloop.run(main())
