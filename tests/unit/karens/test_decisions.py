"""Who may be asked."""

from datetime import timedelta

import pytest

from services.karens.domain import Asked, Ledger, decide_all
from shared import surveys
from shared.events import InvitationCleared, InvitationDropped, InvitationQuarantined, PatientIncluded, Refused
from tests.support.builders import a_person, an_invitation, danish, included

SURVEYS = surveys.load()
DAYS = timedelta(days=SURVEYS["lup-somatik"].karens.days)
NOBODY = Ledger({}, {})
FIRST = danish("2026-11-05 00:00")


def asked_at(moment, person=None) -> Ledger:
    return Ledger({person or a_person(): Asked(an_invitation(wave="lup-somatik-2026-01").id, moment)}, {})


def test_whoever_was_never_asked_is_cleared() -> None:
    [decision] = decide_all([included()], NOBODY, SURVEYS)
    assert isinstance(decision, InvitationCleared)
    assert decision.rule.days == DAYS.days


def test_a_person_asked_a_moment_less_than_the_rule_says_is_quarantined_until_then() -> None:
    last = FIRST - DAYS + timedelta(seconds=1)
    [decision] = decide_all([included(occurred_at=FIRST)], asked_at(last), SURVEYS)
    assert isinstance(decision, InvitationQuarantined)
    assert decision.until == last + DAYS
    assert decision.because_of == an_invitation(wave="lup-somatik-2026-01").id


def test_a_person_asked_exactly_as_long_ago_as_the_rule_says_is_cleared() -> None:
    [decision] = decide_all([included(occurred_at=FIRST)], asked_at(FIRST - DAYS), SURVEYS)
    assert isinstance(decision, InvitationCleared)


def test_whoever_is_cleared_counts_as_asked_for_the_next_in_the_same_batch() -> None:
    somatic = included(an_invitation(wave="lup-somatik-2026-10"), occurred_at=FIRST)
    psychiatric = included(
        an_invitation(wave="lup-psykiatri-2026-10", survey="lup-psykiatri"), occurred_at=FIRST + timedelta(days=10)
    )
    later, earlier = decide_all([psychiatric, somatic], NOBODY, SURVEYS)[::-1]
    assert isinstance(earlier, InvitationCleared)
    assert isinstance(later, InvitationQuarantined)
    assert later.because_of == somatic.invitation.id


def test_a_person_asked_under_an_earlier_number_is_quarantined() -> None:
    [decision] = decide_all(
        [included(an_invitation(person=a_person(2), earlier_persons=(a_person(1),)), occurred_at=FIRST)],
        asked_at(FIRST - timedelta(days=1), a_person(1)),
        SURVEYS,
    )
    assert isinstance(decision, InvitationQuarantined)


def test_an_invitation_that_has_ended_is_dropped_and_does_not_count() -> None:
    first, second = included(occurred_at=FIRST), included(wave="lup-somatik-2026-11", occurred_at=FIRST)
    ledger = Ledger({}, {first.invitation.id: "opted_out"})
    decisions = {decision.invitation.id: decision for decision in decide_all([first, second], ledger, SURVEYS)}
    dropped = decisions[first.invitation.id]
    assert isinstance(dropped, InvitationDropped)
    assert dropped.reason == "opted_out"
    assert isinstance(decisions[second.invitation.id], InvitationCleared)


def test_an_invitation_to_a_survey_nobody_defined_is_refused() -> None:
    unknown: PatientIncluded = included(an_invitation(survey="lup-ukendt"))
    with pytest.raises(Refused, match="survey_unknown"):
        decide_all([unknown], NOBODY, SURVEYS)
