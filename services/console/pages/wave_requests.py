"""Requesting something of a wave: each with a page that says what it comes to before it is done."""

import re

from starlette.responses import Response

from services.console.commands.wave_requests import not_ended, request_wave, startable, unknown_wave, wanted_after
from services.console.domain.account import Wave
from services.console.domain.problem import Problem
from services.console.domain.waves import WaveAction, month_before
from services.console.page_request import PageRequest
from services.console.rendering import redirect
from services.console.store import accounts, requests
from shared.runtime import now, reading
from shared.surveys import DENMARK

ACTIONS: dict[str, WaveAction] = {"pause": "pause", "resume": "resume", "stop": "stop"}
COMES_TO = {
    "start": "It starts now instead of by its survey's schedule. One that runs already goes on as it is.",
    "pause": "No letter leaves until it is resumed; those that come to wait for longer than the survey allows expire. "
    "What was handed over stays, and its pages stay open.",
    "resume": "Its letters leave again, in sending hours. Those that have waited for longer than the survey allows do "
    "not: they are ended as expired, and the patients count as undeliverable.",
    "stop": "Its unsent letters are ended for good: a stopped wave never resumes. What was handed over stays, and its "
    "pages stay open.",
}
HELD_COMES_TO: dict[tuple[str, WaveAction], str] = {
    ("start", "pause"): "It does not start, whatever is delivered, until it is resumed.",
    ("start", "resume"): "It starts now, with what was delivered, and is not started again with anything better.",
    ("start", "stop"): "It never starts, whatever is delivered.",
    ("selection", "resume"): "Its selection is tried again.",
}
"""(what is held, what is requested of it) -> what that comes to."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


async def form(request: PageRequest) -> Response:
    month = request.query("month") or month_before(now().astimezone(DENMARK).date())
    return request.render("request", "Request a wave", surveys=request.context.surveys, month=month)


async def confirm_start(request: PageRequest) -> Response:
    survey, month = request.query("survey") or "", request.query("month") or ""
    wave = _startable(request, survey, month)
    async with reading() as tx:
        wanted_after(wave, (await requests.wanted(tx, wave)), "start")
    return _confirm(request, "start", wave, {"survey": survey, "month": month})


async def start(request: PageRequest) -> Response:
    wave = _startable(request, request.field("survey"), request.field("month"))
    await request_wave(wave, "start", request.operator)
    return redirect(f"/waves/{wave}")


async def confirm(request: PageRequest) -> Response:
    wave, action = request.http.path_params["wave"], _action(request)
    async with reading() as tx:
        found = await accounts.waves(tx, wave)
    if not found:
        raise unknown_wave(wave)
    wanted_after(wave, found[0].wanted, action)
    not_ended(found[0])
    return _confirm(request, action, wave, {}, found[0])


async def submit(request: PageRequest) -> Response:
    wave = request.http.path_params["wave"]
    await request_wave(wave, _action(request), request.operator)
    return redirect(f"/waves/{wave}")


def _confirm(
    request: PageRequest, action: WaveAction, wave: str, fields: dict[str, str], found: Wave | None = None
) -> Response:
    said = f"{found.in_flight:,} invitations of it are in flight. " if found and found.in_flight else ""
    held = found.held.holds if found and found.held and found.status == "held" else ""
    return request.render(
        "confirm",
        f"{action.capitalize()} {wave}?",
        text=f"{said}{HELD_COMES_TO.get((held, action)) or COMES_TO[action]}",
        button=f"{action.capitalize()} the wave",
        fields=fields.items(),
        back=f"/waves/{wave}" if found else "/waves/request",
        grave=action == "stop",
    )


def _startable(request: PageRequest, survey: str, month: str) -> str:
    if not MONTH.fullmatch(month):
        raise Problem(
            422,
            "that is no month",
            expected="a year and a month, for instance 2026-10",
            what_to_do="go back and mend it",
        )
    return startable(survey, month, request.context.surveys)


def _action(request: PageRequest) -> WaveAction:
    action = ACTIONS.get(request.http.path_params["action"])
    if action is None:
        expected = ", ".join(ACTIONS)
        raise Problem(
            404, "nothing of that name is asked of a wave", expected=expected, what_to_do="go back to the wave"
        )
    return action
