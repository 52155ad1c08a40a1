"""What each fact makes known of an invitation."""

import pytest

from services.console.__main__ import READS
from services.console.domain.invitation_updates import COLUMNS_OF, update_of
from shared.events import AboutInvitation
from shared.events.topics import EVENT_OF
from tests.support.builders import (
    cleared,
    delivered,
    included,
    quarantined,
    reminder_due,
    response_received,
    unreached,
)


def test_every_fact_about_an_invitation_makes_something_known() -> None:
    assert set(COLUMNS_OF) == {event for event in EVENT_OF.values() if issubclass(event, AboutInvitation)}


def test_the_console_hears_everything() -> None:
    assert set(READS) == set(EVENT_OF.values())


@pytest.mark.parametrize("event", COLUMNS_OF)
def test_every_column_comes_from_a_field_of_its_fact(event: type[AboutInvitation]) -> None:
    fields = {path.split(".")[0] for path in COLUMNS_OF[event].values()}
    assert fields <= set(event.model_fields)


def test_the_first_fact_tells_whose_invitation_it_is() -> None:
    fact = delivered()
    update = update_of(fact)
    assert update.invitation == fact.invitation.id
    assert {"wave", "unit", "region"} <= update.columns.keys()


def test_a_letter_says_whether_it_is_the_invitation_or_which_reminder() -> None:
    assert [
        update_of(fact).number for fact in (delivered(), delivered(number=2), reminder_due(number=1), included())
    ] == [
        0,
        2,
        1,
        0,
    ]


def test_a_decision_is_kept_with_its_rule_and_because_of_what() -> None:
    columns = update_of(quarantined()).columns
    assert (columns["rule"], columns["rule_version"]) == ("person_across_surveys", 1)
    assert columns["because_of"]
    assert columns["quarantined_until"]


def test_who_was_never_reached_is_kept_with_the_reason_and_whether_on_purpose() -> None:
    columns = update_of(unreached(reason="wave_stopped", stopped=True)).columns
    assert (columns["unreached_reason"], columns["unreached_stopped"]) == ("wave_stopped", True)


@pytest.mark.parametrize("fact", [included(), cleared(), response_received()])
def test_nobody_is_named_in_a_row(fact: AboutInvitation) -> None:
    values = {str(value) for value in update_of(fact).columns.values()}
    invitation = fact.invitation
    assert not values & {invitation.person, invitation.sealed_cpr, invitation.sex, str(invitation.age)}
