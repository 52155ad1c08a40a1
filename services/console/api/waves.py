"""Waves: everybody in them accounted for, and what an operator wants of them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from services.console.api.ground import Ground, Grounded
from services.console.api.problems import Problem
from services.console.domain.account import Wave
from services.console.domain.waves import WAVE_LIFE, Asked, month_of, wave_name
from services.console.store import accounts, requests, waves
from shared.events import Wanted, WaveRequested
from shared.events.event import Month, WaveName
from shared.runtime import now, reading, tell, transaction
from shared.surveys import DENMARK

OPERATOR = "operator"
"""Who asks: everybody has the same key."""

router = APIRouter(prefix="/api/waves", tags=["waves"])
Named = Annotated[WaveName, Path(description="A survey and a month: `lup-somatik-2026-10`.")]


class Start(BaseModel):
    """A wave to start now instead of by its survey's schedule."""

    survey: str
    month: Month = Field(description="The month of the contacts: `2026-10`.")


class Wish(BaseModel):
    """What is wanted of a wave from now on."""

    wave: str
    wanted: Wanted
    revision: int = Field(description="Which request it was, counted from 1; 0: the wave runs by its schedule.")


@router.get("")
async def all_waves() -> list[Wave]:
    """Every wave that was heard of, the latest month first."""
    async with reading() as tx:
        return await accounts.waves(tx)


@router.get("/{wave}")
async def one_wave(wave: Named, by: Literal["region", "unit"] | None = None) -> Wave:
    """One wave; with `by` also each region's or unit's share of it."""
    async with reading() as tx:
        found = await accounts.waves(tx, wave)
        if not found:
            raise _unknown(wave)
        parts = await accounts.parts(tx, wave, by) if by else []
    return found[0].model_copy(update={"parts": parts})


@router.post("", status_code=202)
async def start(wanted: Start, stands: Grounded) -> Wish:
    """Starts a wave; one that runs already goes on as it is."""
    _known(wanted.survey, stands)
    this_month = month_of(now().astimezone(DENMARK).date())
    if wanted.month > this_month:
        raise Problem(
            422,
            f"{wanted.month} has not come yet",
            expected=f"a month up to {this_month}",
            what_to_do="choose a month whose contacts were delivered",
        )
    return await _ask(wave_name(wanted.survey, wanted.month), "start")


@router.post("/{wave}/{asked}", status_code=202)
async def ask(wave: Named, asked: Literal["pause", "resume", "stop"]) -> Wish:
    """Paused: no letter leaves. Stopped: for good. What was handed over stays as it is, and its page stays open."""
    return await _ask(wave, asked)


async def _ask(wave: str, asked: Asked) -> Wish:
    async with transaction() as tx:
        latest = await requests.latest(tx, wave)
        if latest.wanted is None and asked != "start":
            raise _unknown(wave)
        wanted = WAVE_LIFE.get((latest.wanted, asked))
        if wanted is None:
            raise _refused(wave, latest.wanted, asked)
        if wanted == latest.wanted:
            return Wish(wave=wave, wanted=wanted, revision=latest.revision)
        request = _request(wave, latest.revision + 1, wanted)
        await waves.add(tx, [wave])
        await requests.add(tx, [request])
        await tell(tx, request)
    return Wish(wave=wave, wanted=wanted, revision=request.revision)


def _request(wave: str, revision: int, wanted: Wanted) -> WaveRequested:
    survey, year, month = wave.rsplit("-", 2)
    return WaveRequested(
        wave=wave,
        survey=survey,
        month=f"{year}-{month}",
        revision=revision,
        wanted=wanted,
        requested_by=OPERATOR,
        occurred_at=now(),
    )


def _known(survey: str, stands: Ground) -> None:
    if survey not in stands.surveys:
        raise Problem(
            422,
            "no survey of that name is defined",
            expected=f"one of: {', '.join(stands.surveys)}",
            what_to_do="choose one of them, or define the survey in contracts/surveys",
        )


def _unknown(wave: str) -> Problem:
    return Problem(
        404,
        f"no wave called {wave} has started or was requested",
        expected="a wave that GET /api/waves lists",
        what_to_do="look at the list, or start the wave by POST /api/waves",
    )


def _refused(wave: str, wanted: Wanted | None, asked: Asked) -> Problem:
    if wanted == "stopped":
        expected = "a wave that runs or is paused: a stopped one never resumes, for its unsent letters were ended"
        return Problem(
            409, f"the wave {wave} was stopped", expected=expected, what_to_do="ask these patients in a later wave"
        )
    return Problem(
        409,
        f"the wave {wave} is {wanted}, so `{asked}` does not apply",
        expected="a wave that runs or was never started",
        what_to_do="resume it",
    )
