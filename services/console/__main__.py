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
from services.console.context import Context
from services.console.domain.invitation_updates import COLUMNS_OF
from services.console.forms import NUL
from services.console.monitor import Monitor
from services.console.pages.app import pages
from services.console.passwords import Passwords
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
    **dict.fromkeys(COLUMNS_OF, handlers.on_invitation_event),
}


class ConsoleSettings(Settings):
    api_key: str = Field(min_length=16, description="What callers of the console's API must carry.")
    internal_urls: dict[str, str] = Field(description="JSON: each service and the address of its internal API.")
    plain_http: bool = Field(default=False, description="Browsers come by http: for a machine of one's own only.")


NO_ADDRESS = "The address holds a character (U+0000) that no name of ours holds: write it anew without.\n"


def console(context: Context) -> ASGIApp:
    """The API with its key below /api, and the pages with their log-in everywhere else."""
    for_programs, for_people = api(context), pages(context)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = for_programs if scope["path"].startswith("/api") else for_people
        if NUL in scope["path"] or b"%00" in scope.get("query_string", b""):
            chosen = PlainTextResponse(NO_ADDRESS, status_code=400)
        await chosen(scope, receive, send)

    return app


async def main() -> None:
    settings = ConsoleSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    urls = settings.internal_urls
    context = Context(surveys.load(), urls, settings.api_key, Monitor(urls), Passwords(), settings.plain_http)
    await serve("console", settings, reads=READS, pages=console(context))


if __name__ == "__main__":
    uvloop.run(main())
