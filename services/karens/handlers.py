"""What karens does about the events it consumes."""

from collections.abc import Sequence

from services.karens import domain, store
from shared.events import (
    Event,
    InvitationUnreached,
    InvitationWithdrawn,
    PatientIncluded,
    PersonOptedOut,
    WaveRequested,
)
from shared.runtime import Transaction
from shared.surveys import Surveys


async def on_patient_included(
    tx: Transaction, included: Sequence[PatientIncluded], *, surveys: Surveys
) -> Sequence[Event]:
    """Decides on whoever is not decided yet. Persons are locked first: two batches never clear the same one."""
    await store.lock_persons(tx, included)
    undecided = await store.undecided(tx, included)
    ledger = await store.ledger(tx, undecided)
    return await store.keep(tx, domain.decide_all(undecided, ledger, surveys))


async def on_invitation_unreached(tx: Transaction, unreached: Sequence[InvitationUnreached]) -> Sequence[Event]:
    """Releases: whoever was never reached was not asked."""
    await store.release(tx, unreached)
    return ()


async def on_person_opted_out(tx: Transaction, opted_out: Sequence[PersonOptedOut]) -> Sequence[Event]:
    await store.opt_out(tx, opted_out)
    return ()


async def on_invitation_withdrawn(tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]) -> Sequence[Event]:
    await store.withdraw(tx, withdrawn)
    return ()


async def on_wave_requested(tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
    """A stopped wave, or unit of it, is not decided on any more. A pause holds letters, not decisions."""
    await store.stop(tx, [request for request in requested if request.wanted == "stopped"])
    return ()
