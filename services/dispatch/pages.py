"""Dispatch's API for operators: the red switch, and letters whose receipt is missing. Works without Kafka."""

import hmac
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from services.dispatch.store import endings, letters
from shared.privacy import may_hold_cpr
from shared.runtime import now, reading, transaction

SHOWN = 1000
REASON_HOLDS_NUMBER = (
    "the switch was not turned: `because` holds what may be a CPR number, and it is kept for all on duty to read; "
    "expected a reason without any person's number: write it so, and turn the switch again"
)

log = structlog.get_logger()


class Switch(BaseModel):
    is_on: bool
    because: str | None = None


class SwitchState(Switch):
    changed_at: datetime


class Overdue(BaseModel):
    """A letter that was handed over, and whose receipt is missing for longer than its survey allows."""

    id: UUID
    invitation: UUID
    wave: str
    unit: str
    kind: str
    number: int
    handed_over_at: datetime
    overdue_at: datetime


def pages(api_key: str) -> FastAPI:
    """Every route asks for `Authorization: Bearer <PULS_API_KEY>`."""

    def authorized(authorization: Annotated[str, Header()] = "") -> None:
        if not api_key or not hmac.compare_digest(authorization.encode(), f"Bearer {api_key}".encode()):
            raise HTTPException(401, "expected the header Authorization: Bearer <PULS_API_KEY>")

    app = FastAPI(title="Puls: dispatch", docs_url=None, redoc_url=None, dependencies=[Depends(authorized)])

    @app.get("/switch")
    async def switch() -> SwitchState:
        """Whether the switch is red, why, and since when."""
        async with reading() as tx:
            return SwitchState.model_validate(await endings.switch(tx))

    @app.put("/switch")
    async def turn(wanted: Switch) -> SwitchState:
        """While it is on, nothing is handed over. A transmission that is under way still arrives."""
        return await _turn(wanted)

    @app.get("/overdue")
    async def overdue() -> list[dict[str, Any]]:
        """Letters that need a human: they are never sent again by themselves."""
        async with reading() as tx:
            found = await letters.overdue(tx, now(), SHOWN)
        return [Overdue.model_validate(letter).model_dump(mode="json") for letter in found]

    return app


async def _turn(wanted: Switch) -> SwitchState:
    if may_hold_cpr(wanted.because or ""):
        raise HTTPException(422, REASON_HOLDS_NUMBER)
    async with transaction() as tx:
        if wanted.is_on:
            await endings.turn_on(tx, wanted.because or "turned by hand")
        else:
            await endings.turn_off(tx)
        turned = SwitchState.model_validate(await endings.switch(tx))
    if turned.is_on:
        log.warning("the red switch is on by hand", because=turned.because)
    else:
        log.info("the red switch is off by hand", because=wanted.because)
    return turned
