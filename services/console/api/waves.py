"""Waves: everybody in them accounted for, and what an operator wants of them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from services.console.api.dependencies import Caller, CurrentContext
from services.console.commands.wave_requests import Requested, request_wave, startable, unknown_wave
from services.console.domain.account import Wave
from services.console.store import accounts
from shared.events.event import Month, WaveName
from shared.runtime import reading

router = APIRouter(prefix="/api/waves", tags=["waves"])
Name = Annotated[WaveName, Path(description="A survey and a month: `lup-somatik-2026-10`.")]


class Start(BaseModel, extra="forbid"):
    """A wave to start now instead of by its survey's schedule."""

    survey: str
    month: Month = Field(
        description="The month of the contacts: `2026-10`. It is over, and not too long ago to ask about."
    )


@router.get("")
async def all_waves() -> list[Wave]:
    """Every wave that was heard of, the latest month first."""
    async with reading() as tx:
        return await accounts.waves(tx)


@router.get("/{wave}")
async def one_wave(wave: Name, by: Literal["region", "unit"] | None = None) -> Wave:
    """One wave; with `by` also each region's or unit's share of it."""
    async with reading() as tx:
        found = await accounts.waves(tx, wave)
        if not found:
            raise unknown_wave(wave)
        shares = await accounts.shares(tx, wave, by) if by else []
    return found[0].model_copy(update={"parts": shares})


@router.post("", status_code=202)
async def start(wanted: Start, context: CurrentContext, by: Caller) -> Requested:
    """Starts a wave; one that runs already goes on as it is."""
    wave = startable(wanted.survey, wanted.month, context.surveys)
    return await request_wave(wave, "start", by)


@router.post("/{wave}/{action}", status_code=202)
async def request(wave: Name, action: Literal["pause", "resume", "stop"], by: Caller) -> Requested:
    """Paused: no letter leaves. Stopped: for good. What was handed over stays as it is, and its page stays open."""
    return await request_wave(wave, action, by)
