"""A request of an operator who is logged in, and how its page is made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.console.authentication import Session
from services.console.context import Context
from services.console.domain.problem import Problem
from services.console.domain.service_status import ServiceStatus
from services.console.forms import Fields
from services.console.overview import behind
from services.console.rendering import Renderer
from shared.runtime import now


@dataclass(frozen=True)
class PageRequest:
    http: Request
    session: Session
    context: Context
    renderer: Renderer
    form: Fields
    console: ServiceStatus | None
    """The console's own status; None where it is not monitored."""

    @property
    def operator(self) -> str:
        return self.session.operator

    def query(self, name: str) -> str | None:
        """A value from the address; None where it is not there or empty."""
        return self.http.query_params.get(name) or None

    def field(self, name: str) -> str:
        """The first value of a form's field; empty where it is not there."""
        return next(iter(self.form.get(name, ())), "")

    def render(self, template: str, title: str, /, *, status: int = 200, **names: Any) -> Response:
        frame = {
            "title": title,
            "operator": self.operator,
            "form_token": self.session.form_token,
            "here": self.http.url.path,
            "now": now(),
            "behind": behind(self.console),
        }
        return self.renderer.page(template, status, {**frame, **names})

    def render_problem(self, problem: Problem) -> Response:
        return self.render("problem", "That cannot be done", status=problem.status, problem=problem)


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
