"""Whether all is well: what the overview says."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.console.api.dependencies import CurrentContext
from services.console.domain.alert import Severity
from services.console.domain.alerts import headline
from services.console.overview import behind, overview
from shared.runtime import now

router = APIRouter(prefix="/api/status", tags=["status"])


class Shown(BaseModel):
    """Something for a person to see to."""

    severity: Severity = Field(description="Critical: it stays so. Warning: it waits for a decision.")
    what: str
    mend: str = Field(description="What to do; commands stand between backticks.")
    page: str = Field(description="The path of the console's page about it.")
    since: datetime | None
    seconds: float | None = Field(description="For how long, where that is known instead of since when.")


class UnderWay(BaseModel):
    """A wave that has not ended."""

    wave: str
    status: str
    included: int
    delivered: int
    complete: int
    in_flight: int
    ends: datetime | None = Field(description="About when.")


class Status(BaseModel):
    well: bool
    word: str
    sentence: str
    now: datetime
    behind: str | None = Field(description="How far the console itself is behind, so that what it says may be old.")
    alerts: list[Shown] = Field(description="Causes before their symptoms.")
    waves: list[UnderWay]


@router.get("")
async def status(context: CurrentContext) -> Status:
    """Whether all is well, and what needs a person: the causes before their symptoms."""
    found = await overview(context)
    word, sentence = headline(found.alerts)
    return Status(
        well=not found.alerts,
        word=word,
        sentence=sentence,
        now=now(),
        behind=behind(await context.monitor.console()),
        alerts=[Shown.model_validate(alert, from_attributes=True) for alert in found.alerts],
        waves=[UnderWay(**progress.wave.model_dump(include=COUNTED), ends=progress.ends) for progress in found.running],
    )


COUNTED = {"wave", "status", "included", "delivered", "complete", "in_flight"}
