"""A request that holds a known code: what it opened, what it sent, and where it leads."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from services.responses import domain
from services.responses.actions import ActionResult
from services.responses.questionnaire import Form, NotAsked
from services.responses.rendering import PageUrls, go_to
from services.responses.store import Found
from shared.runtime import Transaction, now, publish

Ending = Callable[[Transaction, str, datetime], Awaitable[ActionResult]]


@dataclass(frozen=True)
class Visit:
    """Lasts as long as the request's transaction."""

    found: Found
    form: Form
    lookup: str
    urls: PageUrls
    page: int
    """The number of the questionnaire's page, where the address names one."""
    fields: Mapping[str, str]

    @property
    def takes_answers(self) -> bool:
        return self.found.state in domain.TAKES_ANSWERS

    def pressed(self, *buttons: str) -> str:
        """The button, on a page that sends nothing else. Raises NotAsked for any other."""
        if self.fields.keys() != {"action"} or self.fields["action"] not in buttons:
            raise NotAsked
        return self.fields["action"]

    def to_page(self, number: int) -> Response:
        if number < 1:
            return go_to(self.urls.start)
        return go_to(self.urls.group(number) if self.form.has(number) else self.urls.review)

    async def end(self, tx: Transaction, ending: Ending) -> Response:
        result = await ending(tx, self.lookup, now())
        await publish(tx, *result.events)
        return go_to(self.urls.start if result.accepted else self.urls.late)
