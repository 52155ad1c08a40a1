"""Responses: the pages on which people answer, and how every invitation ended.

Consumes InvitationCleared, InvitationWithdrawn, LetterDelivered, ClosingDue.
Publishes ResponseReceived, InvitationDeclined, PersonOptedOut, InvitationClosed.
"""

import uvloop
from pydantic import Field, SecretStr
from redis.asyncio import Redis

from services.responses.handlers import Handlers
from services.responses.pages import Pages
from services.responses.questionnaire import Forms
from services.responses.rate_limit import UnknownCodeLimit
from shared import surveys
from shared.events import ClosingDue, InvitationCleared, InvitationWithdrawn, LetterDelivered
from shared.privacy import LinkCodes, read_key
from shared.runtime import Settings, serve


class ResponsesSettings(Settings):
    valkey_url: str = Field(description="Where unknown codes are counted: redis://host:port/number.")
    code_key: SecretStr = Field(description="From which the links' codes are derived; the same as dispatch's.")
    unknown_codes_at_most: int = Field(
        default=60, ge=1, description="Unknown codes from one client address before it is refused for a while."
    )
    unknown_codes_seconds: int = Field(default=600, ge=1, description="The time over which unknown codes are counted.")


async def main() -> None:
    settings = ResponsesSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    codes = LinkCodes(read_key(settings.code_key.get_secret_value(), "PULS_CODE_KEY"))
    forms = Forms(surveys.load())
    handlers = Handlers(forms, codes)
    async with Redis.from_url(settings.valkey_url, socket_timeout=0.5, socket_connect_timeout=0.5) as valkey:
        unknown_codes = UnknownCodeLimit(
            valkey, at_most=settings.unknown_codes_at_most, seconds=settings.unknown_codes_seconds
        )
        await serve(
            "responses",
            settings,
            reads={
                InvitationCleared: handlers.on_invitation_cleared,
                InvitationWithdrawn: handlers.on_invitation_withdrawn,
                LetterDelivered: handlers.on_letter_delivered,
                ClosingDue: handlers.on_closing_due,
            },
            pages=Pages(forms, codes, unknown_codes).app(),
        )


if __name__ == "__main__":
    uvloop.run(main())
