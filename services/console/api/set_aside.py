"""Records that a service could not take: to be looked at, and to be published again."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, model_validator

from services.console.api.dependencies import Caller
from services.console.commands import set_aside_records as commands
from services.console.commands.reasons import LONGEST_REASON
from services.console.commands.set_aside_records import RecordFilter, Redriven
from services.console.domain.masking import masked, without_numbers
from services.console.store import set_aside
from shared.runtime import reading

router = APIRouter(prefix="/api/set-aside", tags=["set-aside"])


class SetAside(BaseModel):
    """A record, where it was, and why it was not taken. Nothing in it names a person."""

    id: UUID
    service: str = Field(description="Which could not take it.")
    topic: str
    partition: int
    offset: int
    kind: str
    failure: Literal["refused", "unreadable", "failed"]
    reason: str
    detail: str
    set_aside_at: datetime
    redriven_at: datetime | None
    left_at: datetime | None = Field(description="When an operator put it aside as seen.")
    record: Any = Field(description="Its fields, personal ones struck out; null where it cannot be read.")


NAME = r"^[A-Za-z0-9._-]{1,100}$"


class FilterQuery(RecordFilter):
    """Records alike in what is given, as it comes from outside."""

    service: str | None = Field(None, pattern=NAME)
    topic: str | None = Field(None, pattern=NAME)
    reason: str | None = Field(None, pattern=NAME)


class Filter(FilterQuery, extra="forbid"):
    """A misspelt word in it would mean all."""


class Selection(BaseModel, extra="forbid"):
    """Which records: those of the ids, or those of the filter that wait."""

    ids: list[UUID] | None = None
    filter: Filter | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError('either "ids" or "filter" is expected; {"filter": {}} means all')
        return self


class ToRedrive(Selection):
    """Which records to publish again."""

    at_most: int = Field(1000, ge=1, le=5000)


class ToLeave(Selection):
    """Which records to put aside as seen."""

    because: str = Field(
        min_length=1, max_length=LONGEST_REASON, pattern=r"^[^\p{Cc}]*$", description="Why, in a sentence."
    )


class Left(BaseModel):
    left: int = Field(description="How many are put aside as seen.")


@router.get("")
async def browse(
    response: Response, matching: Annotated[FilterQuery, Query()], at_most: Annotated[int, Query(ge=1, le=5000)] = 500
) -> list[SetAside]:
    """Those that wait first, and of them the latest. The header X-Total-Count counts them all, beyond `at_most` too."""
    async with reading() as tx:
        found = await set_aside.browse(tx, matching.service, matching.topic, matching.reason, at_most)
    response.headers["X-Total-Count"] = str(found[0]["found"] if found else 0)
    return [_shown(row) for row in found]


@router.post("/redrive", status_code=202)
async def redrive(chosen: ToRedrive, by: Caller) -> Redriven:
    """Publishes records again, byte for byte, to their topics. Harmless where they were taken meanwhile."""
    if chosen.filter is not None:
        return await commands.redrive_matching(chosen.filter, chosen.at_most, by)
    ids = chosen.ids or []
    result = await commands.redrive(ids[: chosen.at_most], by)
    return result.model_copy(update={"left": len(ids[chosen.at_most :])})


@router.post("/leave", status_code=202)
async def leave(chosen: ToLeave, by: Caller) -> Left:
    """Puts records aside as seen: they are kept, and need nobody any more. They can still be published again."""
    if chosen.filter is not None:
        return Left(left=await commands.leave_matching(chosen.filter, chosen.because, by))
    return Left(left=await commands.leave(chosen.ids or [], chosen.because, by))


def _shown(row: dict[str, Any]) -> SetAside:
    hidden = {"detail": without_numbers(row["detail"]), "record": masked(row["record_value"])}
    return SetAside.model_validate(row | hidden)
