"""Who may be asked. A person is left alone for as long as the survey that now asks says, across all surveys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal
from uuid import UUID

from shared.events import (
    Decision,
    InvitationCleared,
    InvitationDropped,
    InvitationQuarantined,
    PatientIncluded,
    Refused,
    Rule,
)
from shared.surveys import Surveys

Ended = Literal["withdrawn", "wave_stopped", "opted_out"]


@dataclass(frozen=True)
class Asked:
    """An invitation that counts: cleared, and not known to have failed to reach its person."""

    invitation: UUID
    cleared_at: datetime


@dataclass(frozen=True)
class Ledger:
    """What the ledger says, before a batch is decided, of those it is about."""

    asked: Mapping[str, Asked]
    """Person, by any of their pseudonyms -> the latest invitation that counts."""
    ended: Mapping[UUID, Ended]
    """Invitations that are not to be decided on any more."""


def decide_all(included: Sequence[PatientIncluded], ledger: Ledger, surveys: Surveys) -> list[Decision]:
    """Decides in the order of time, so that whoever is cleared counts as asked for the next.

    Raises Refused("survey_unknown") for an invitation to a survey that is not defined.
    """
    asked = dict(ledger.asked)
    decisions: list[Decision] = []
    for event in sorted(included, key=attrgetter("occurred_at", "invitation.wave", "invitation.id")):
        decision = decide(event, latest(asked, persons(event)), ledger.ended.get(event.invitation.id), surveys)
        if isinstance(decision, InvitationCleared):
            asked[event.invitation.person] = Asked(event.invitation.id, event.occurred_at)
        decisions.append(decision)
    return decisions


def decide(included: PatientIncluded, asked: Asked | None, ended: Ended | None, surveys: Surveys) -> Decision:
    """Cleared, quarantined until a day because of an earlier invitation, or dropped undecided."""
    if ended:
        return InvitationDropped.after(included, reason=ended)
    rule = rule_of(included.invitation.survey, surveys)
    if asked and included.occurred_at < (until := asked.cleared_at + timedelta(days=rule.days)):
        return InvitationQuarantined.after(included, rule=rule, until=until, because_of=asked.invitation)
    return InvitationCleared.after(included, rule=rule)


def rule_of(survey: str, surveys: Surveys) -> Rule:
    """The rule of the survey that now asks. Raises Refused."""
    if survey not in surveys:
        raise Refused("survey_unknown", f"expected one of {', '.join(sorted(surveys))}")
    karens = surveys[survey].karens
    return Rule(name=karens.name, version=karens.version, days=karens.days)


def persons(included: PatientIncluded) -> tuple[str, ...]:
    """All pseudonyms of the person, those of earlier CPR numbers too."""
    return (included.invitation.person, *included.invitation.earlier_persons)


def latest(asked: Mapping[str, Asked], of: Iterable[str]) -> Asked | None:
    found = [asked[person] for person in of if person in asked]
    return max(found, key=attrgetter("cleared_at", "invitation"), default=None)
