"""Deliveries: every register extract that was read, and every one that was not taken, with the reason."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.console.api.dependencies import Caller
from services.console.commands.refused_deliveries import leave_delivery
from services.console.domain.account import Delivery
from services.console.store import accounts
from shared.runtime import reading

router = APIRouter(prefix="/api/deliveries", tags=["deliveries"])


class Read(Delivery):
    period: str
    profile: str
    read_at: datetime


class Refused(BaseModel):
    manifest: str
    reason: str
    expected: str
    found: str
    refused_at: datetime
    read_since: bool = Field(description="Whether what it holds is read: mended since, or before.")
    left_at: datetime | None = Field(description="When an operator put it aside as seen.")
    left_by: str | None


class Left(BaseModel, extra="forbid"):
    manifest: str = Field(pattern=r"^[^\p{Cc}]+$")


class Deliveries(BaseModel):
    read: list[Read]
    refused: list[Refused]


@router.get("")
async def all_deliveries() -> Deliveries:
    """The latest first."""
    async with reading() as tx:
        read = await accounts.read_deliveries(tx)
        refused = await accounts.refused_deliveries(tx)
    return Deliveries.model_validate({"read": read, "refused": refused})


@router.post("/leave", status_code=202)
async def leave(wanted: Left, by: Caller) -> Left:
    """Puts a delivery that was not taken aside as seen: it stays on the list, and needs nobody any more."""
    await leave_delivery(wanted.manifest, by)
    return wanted
