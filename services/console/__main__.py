"""The console: consumes everything, so that everybody is accounted for, and publishes what operators want of waves.

Consumes DeliveryRead, DeliveryRefused, WaveHeld, WaveStarted, SelectionFinished, PatientIncluded,
InvitationWithdrawn, InvitationCleared, InvitationQuarantined, InvitationDropped, LetterSubmitted, LetterDelivered,
LetterFailed, LetterStopped, InvitationUnreached, ReminderDue, ReminderCancelled, ClosingDue, ResponseReceived,
InvitationDeclined, PersonOptedOut, InvitationClosed, RecordSetAside, WaveRequested.
Publishes WaveRequested, and set-aside records again.
"""

import uvloop
from pydantic import Field
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.console import handlers
from services.console.api.app import api
from services.console.domain.facts import MADE_KNOWN
from services.console.ground import Ground
from services.console.pages.app import pages
from services.console.passwords import Passwords
from services.console.posts import NUL
from services.console.watch import Watch
from shared import surveys
from shared.events import (
    DeliveryRead,
    DeliveryRefused,
    RecordSetAside,
    SelectionFinished,
    WaveHeld,
    WaveRequested,
    WaveStarted,
)
from shared.runtime import Settings, serve

READS = {
    DeliveryRead: handlers.on_delivery_read,
    DeliveryRefused: handlers.on_delivery_refused,
    WaveRequested: handlers.on_wave_requested,
    WaveHeld: handlers.on_wave_held,
    WaveStarted: handlers.on_wave_started,
    SelectionFinished: handlers.on_selection_finished,
    RecordSetAside: handlers.on_record_set_aside,
    **dict.fromkeys(MADE_KNOWN, handlers.on_invitation_fact),
}


class ConsoleSettings(Settings):
    api_key: str = Field(min_length=16, description="What whoever asks the console must carry.")
    internal_urls: dict[str, str] = Field(description="JSON: each service and the address of its internal API.")
    plain_http: bool = Field(default=False, description="Browsers come by http: for a machine of one's own only.")


NO_ADDRESS = "The address holds a character (U+0000) that no name of ours holds: write it anew without.\n"


def console(ground: Ground) -> ASGIApp:
    """The API with its key below /api, and the pages with their log-in everywhere else."""
    for_programs, for_people = api(ground), pages(ground)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked = for_programs if scope["path"].startswith("/api") else for_people
        if NUL in scope["path"] or b"%00" in scope.get("query_string", b""):
            asked = PlainTextResponse(NO_ADDRESS, status_code=400)
        await asked(scope, receive, send)

    return app


async def main() -> None:
    settings = ConsoleSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    urls = settings.internal_urls
    ground = Ground(surveys.load(), urls, settings.api_key, Watch(urls), Passwords(), settings.plain_http)
    await serve("console", settings, reads=READS, pages=console(ground))


if __name__ == "__main__":
    uvloop.run(main())
