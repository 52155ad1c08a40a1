"""What a person does on the pages, each in one transaction: whether it was accepted, and what is to be published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.responses import domain, store
from services.responses.domain import Happening, State
from services.responses.questionnaire import Answers, Form
from shared.events import Event, PersonOptedOut
from shared.runtime import Transaction


@dataclass(frozen=True)
class ActionResult:
    accepted: bool
    """False: the invitation had already ended in another way, and nothing was kept."""
    events: Sequence[Event] = ()


async def save(tx: Transaction, lookup: str, form: Form, page: int, answers: Answers, then_at: int) -> ActionResult:
    """Keeps one page's answers, screened, and where the person goes on."""
    kept = await store.save(tx, lookup, domain.TAKES_ANSWERS, form.names(page), form.screened(page, answers), then_at)
    return ActionResult(accepted=kept)


async def submit(tx: Transaction, lookup: str, at: datetime) -> ActionResult:
    return await _end(tx, lookup, "submitted", "complete", at)


async def decline(tx: Transaction, lookup: str, at: datetime) -> ActionResult:
    return await _end(tx, lookup, "declined", "declined", at)


async def opt_out(tx: Transaction, lookup: str, at: datetime) -> ActionResult:
    """The person is never asked again, whatever became of this invitation; their other delivered ones end too."""
    theirs = await store.lock_person(tx, lookup)
    own = domain.move(theirs.pop(lookup), "opted_out", at)
    others = [domain.move(held, "person_opted_out", at) for held in theirs.values()]
    invitation = own.held.invitation
    is_new = await store.opt_out(tx, invitation, at)
    await store.move(tx, [own, *others])
    events = [event for moved in (own, *others) for event in domain.events(moved)]
    if is_new or own.changes:
        events.append(PersonOptedOut(invitation=invitation, person=invitation.person, occurred_at=at))
    return ActionResult(accepted=True, events=events)


async def _end(tx: Transaction, lookup: str, happening: Happening, wished: State, at: datetime) -> ActionResult:
    moved = domain.move(await store.lock_one(tx, lookup), happening, at)
    await store.move(tx, [moved])
    return ActionResult(accepted=moved.after == wished, events=domain.events(moved))
