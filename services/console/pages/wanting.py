"""Asking something of a wave: each with a page that says what it comes to before it is done."""

import re

from starlette.responses import Response

from services.console import acts
from services.console.domain.account import Wave
from services.console.domain.problem import Problem
from services.console.domain.waves import Asked, month_before
from services.console.rendering import go_to
from services.console.store import accounts, requests
from services.console.visits import Visit
from shared.runtime import now, reading
from shared.surveys import DENMARK

ASKED: dict[str, Asked] = {"pause": "pause", "resume": "resume", "stop": "stop"}
COMES_TO = {
    "start": "It starts now instead of by its survey's schedule. One that runs already goes on as it is.",
    "pause": "No letter leaves until it is resumed; those that come to wait for longer than the survey allows expire. "
    "What was handed over stays, and its pages stay open.",
    "resume": "Its letters leave again, in sending hours. Those that have waited for longer than the survey allows do "
    "not: they are ended as expired, and the patients count as undeliverable.",
    "stop": "Its unsent letters are ended for good: a stopped wave never resumes. What was handed over stays, and its "
    "pages stay open.",
}
HELD_COMES_TO: dict[tuple[str, Asked], str] = {
    ("start", "pause"): "It does not start, whatever is delivered, until it is resumed.",
    ("start", "resume"): "It starts now, with what was delivered, and is not started again with anything better.",
    ("start", "stop"): "It never starts, whatever is delivered.",
    ("selection", "resume"): "Its selection is tried again.",
}
"""(what is held, what is asked of it) -> what that comes to."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


async def form(visit: Visit) -> Response:
    month = visit.asked("month") or month_before(now().astimezone(DENMARK).date())
    return visit.page("request", "Request a wave", surveys=visit.ground.surveys, month=month)


async def confirm_start(visit: Visit) -> Response:
    survey, month = visit.asked("survey") or "", visit.asked("month") or ""
    wave = _startable(visit, survey, month)
    async with reading() as tx:
        acts.allowed(wave, (await requests.wanted(tx, wave)), "start")
    return _confirm(visit, "start", wave, {"survey": survey, "month": month})


async def start(visit: Visit) -> Response:
    wave = _startable(visit, visit.sent("survey"), visit.sent("month"))
    await acts.ask(wave, "start", visit.operator)
    return go_to(f"/waves/{wave}")


async def confirm(visit: Visit) -> Response:
    wave, asked = visit.request.path_params["wave"], _asked(visit)
    async with reading() as tx:
        found = await accounts.waves(tx, wave)
    if not found:
        raise acts.unknown_wave(wave)
    acts.allowed(wave, found[0].wanted, asked)
    acts.not_ended(found[0])
    return _confirm(visit, asked, wave, {}, found[0])


async def ask(visit: Visit) -> Response:
    wave = visit.request.path_params["wave"]
    await acts.ask(wave, _asked(visit), visit.operator)
    return go_to(f"/waves/{wave}")


def _confirm(visit: Visit, asked: Asked, wave: str, fields: dict[str, str], found: Wave | None = None) -> Response:
    said = f"{found.in_flight:,} invitations of it are in flight. " if found and found.in_flight else ""
    held = found.held.holds if found and found.held and found.standing == "held" else ""
    return visit.page(
        "confirm",
        f"{asked.capitalize()} {wave}?",
        text=f"{said}{HELD_COMES_TO.get((held, asked)) or COMES_TO[asked]}",
        button=f"{asked.capitalize()} the wave",
        fields=fields.items(),
        back=f"/waves/{wave}" if found else "/waves/request",
        grave=asked == "stop",
    )


def _startable(visit: Visit, survey: str, month: str) -> str:
    if not MONTH.fullmatch(month):
        raise Problem(
            422,
            "that is no month",
            expected="a year and a month, for instance 2026-10",
            what_to_do="go back and mend it",
        )
    return acts.startable(survey, month, visit.ground.surveys)


def _asked(visit: Visit) -> Asked:
    asked = ASKED.get(visit.request.path_params["asked"])
    if asked is None:
        raise Problem(
            404, "nothing of that name is asked of a wave", expected=", ".join(ASKED), what_to_do="go back to the wave"
        )
    return asked
