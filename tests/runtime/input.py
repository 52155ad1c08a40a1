"""What karens is given in every trial: cleared, quarantined, dropped and released, some of it twice."""

from collections.abc import Sequence
from datetime import timedelta

from shared.events import Event
from tests.support.builders import STARTED_AT, included, invitations, opted_out, unreached, wave_requested

PERSONS = 1200


def months(persons: int = PERSONS) -> tuple[Sequence[Event], ...]:
    """Three parts, each of which rests on what was decided before it."""
    first = [included(one) for one in invitations(persons)]
    ended = [unreached(one.invitation) for one in first[::10]]
    out = [opted_out(person=one.invitation.person) for one in first[5::50]]
    stop = [wave_requested(wave="lup-psykiatri-2026-11", survey="lup-psykiatri", wanted="stopped")]
    later = STARTED_AT + timedelta(days=20)
    second = [included(one, occurred_at=later) for one in invitations(persons // 2, wave="lup-somatik-2026-11")]
    third = [included(one, occurred_at=later) for one in invitations(persons // 4, wave="lup-psykiatri-2026-11")]
    return first, [*ended, *out, *stop], [*second, *third]
