"""What a person does on the pages, each in one transaction. Each says whether it took, and what is to be told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.responses import domain, store
from services.responses.domain import Happening, State
from services.responses.questionnaire import Answers, Form
from shared.events import Event, PersonOptedOut
from shared.runtime import Transaction


@dataclass(frozen=True)
class Act:
    took: bool
    """False: the invitation had already ended in another way, and nothing was kept."""
    told: Sequence[Event] = ()


async def save(tx: Transaction, lookup: str, form: Form, page: int, answers: Answers, then_at: int) -> Act:
    """Keeps one page's answers, screened, and where the person goes on."""
    kept = await store.save(tx, lookup, domain.TAKES_ANSWERS, form.names(page), form.screened(page, answers), then_at)
    return Act(took=kept)


async def submit(tx: Transaction, lookup: str, at: datetime) -> Act:
    return await _end(tx, lookup, "submitted", "complete", at)


async def decline(tx: Transaction, lookup: str, at: datetime) -> Act:
    return await _end(tx, lookup, "declined", "declined", at)


async def opt_out(tx: Transaction, lookup: str, at: datetime) -> Act:
    """The person is never asked again, whatever became of this invitation; their other delivered ones end too."""
    theirs = await store.lock_person(tx, lookup)
    own = domain.move(theirs.pop(lookup), "opted_out", at)
    others = [domain.move(held, "person_opted_out", at) for held in theirs.values()]
    invitation = own.held.invitation
    is_new = await store.opt_out(tx, invitation, at)
    await store.move(tx, [own, *others])
    told = [event for one in (own, *others) for event in domain.told(one)]
    if is_new or own.changes:
        told.append(PersonOptedOut(invitation=invitation, person=invitation.person, occurred_at=at))
    return Act(took=True, told=told)


async def _end(tx: Transaction, lookup: str, happening: Happening, wished: State, at: datetime) -> Act:
    moved = domain.move(await store.lock_one(tx, lookup), happening, at)
    await store.move(tx, [moved])
    return Act(took=moved.after == wished, told=domain.told(moved))
