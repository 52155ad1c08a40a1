"""Deliveries: every register extract that was read, and every one that was not taken, with the reason."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

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
