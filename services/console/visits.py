"""A request of an operator who is logged in: what it asks, and how its page is made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.console.domain.problem import Problem
from services.console.domain.service import Service
from services.console.ground import Ground
from services.console.log_in import Session
from services.console.posts import Fields
from services.console.rendering import Renderer, age
from shared.runtime import now

LONG_BEHIND = 60.0
"""Seconds: what the console has not heard for so long is missing in what it shows."""


@dataclass(frozen=True)
class Visit:
    request: Request
    session: Session
    ground: Ground
    renderer: Renderer
    fields: Fields
    console: Service | None
    """How the console itself stands."""

    @property
    def operator(self) -> str:
        return self.session.operator

    def asked(self, name: str) -> str | None:
        """A value from the address; None where it is not there or empty."""
        return self.request.query_params.get(name) or None

    def sent(self, name: str) -> str:
        """The first value of a form's field; empty where it is not there."""
        return next(iter(self.fields.get(name, ())), "")

    def page(self, template: str, title: str, /, *, status: int = 200, **names: Any) -> Response:
        frame = {
            "title": title,
            "operator": self.operator,
            "form_token": self.session.form_token,
            "here": self.request.url.path,
            "now": now(),
            "behind": behind(self.console),
        }
        return self.renderer.page(template, status, {**frame, **names})

    def problem(self, problem: Problem) -> Response:
        return self.page("problem", "That cannot be done", status=problem.status, problem=problem)


def behind(console: Service | None) -> str | None:
    """In words how the console itself lags; None where it does not."""
    if console is None:
        return None
    if console.away:
        return "The console cannot see how far it is behind itself: what is shown may be old."
    if console.halted:
        return f"The console has stopped listening ({console.halted}): what is shown stays as it was then."
    if console.waiting_for:
        return f"The console waits for {console.waiting_for}: what is shown stays as it was."
    oldest = console.oldest_seconds or 0.0
    if oldest <= LONG_BEHIND:
        return None
    return (
        f"The console itself is behind: {console.waiting:,} records are not counted yet, "
        f"the oldest for up to {age(oldest)}."
    )


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
