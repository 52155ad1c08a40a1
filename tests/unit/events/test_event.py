"""What holds for every event: derived id, key, closed when written, tolerant when read."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from shared import events
from shared.events import AboutInvitation, AboutWave, Event, InvitationCleared, PatientIncluded
from shared.events.topics import EVENT_OF, TOPIC_OF
from tests.support.builders import (
    a_person,
    an_invitation,
    cleared,
    danish,
    delivered,
    included,
    opted_out,
    quarantined,
    reminder_due,
    set_aside,
    wave_requested,
)


def told(event: Event, **changes: Any) -> bytes:
    """The event as JSON, with fields of its own changed or added."""
    return json.dumps(json.loads(event.to_json()) | changes).encode()


# its id


def test_the_same_fact_told_twice_has_one_id() -> None:
    assert cleared().id == cleared().id


def test_a_fact_told_again_at_another_moment_has_the_same_id() -> None:
    assert cleared(occurred_at=danish("2027-01-01 00:00")).id == cleared().id


def test_another_kind_about_the_same_invitation_has_another_id() -> None:
    assert cleared().id != quarantined().id


def test_another_person_s_fact_has_another_id() -> None:
    assert cleared(person=a_person(2)).id != cleared().id


def test_every_part_of_the_natural_key_makes_another_id() -> None:
    assert reminder_due(number=2).id != reminder_due(number=1).id


def test_a_part_inside_the_event_can_be_its_natural_key() -> None:
    assert delivered(number=1).id != delivered(number=0).id


def test_a_person_can_opt_out_again_later() -> None:
    assert opted_out(occurred_at=danish("2027-01-01 00:00")).id != opted_out().id


def test_an_event_read_back_has_its_id() -> None:
    assert InvitationCleared.from_json(cleared().to_json()).id == cleared().id


# its key


def test_an_event_about_an_invitation_is_keyed_by_the_person() -> None:
    assert cleared(person=a_person(2)).key == a_person(2)


def test_an_event_about_a_wave_is_keyed_by_the_wave() -> None:
    assert wave_requested("lup-psykiatri-2026-10").key == "lup-psykiatri-2026-10"


# its kind


def test_its_kind_is_its_name_with_its_version() -> None:
    assert InvitationCleared.kind() == "InvitationCleared.v1"


def test_a_second_version_is_a_class_beside_the_first() -> None:
    class InvitationClearedV2(InvitationCleared):
        kind_version: ClassVar[int] = 2

    assert InvitationClearedV2.kind() == "InvitationCleared.v2"


def test_every_event_of_the_language_stands_in_a_topic() -> None:
    named = [value for name in events.__all__ if isinstance(value := getattr(events, name), type)]
    kinds = {value for value in named if issubclass(value, Event)} - {Event, AboutInvitation, AboutWave}
    assert kinds == set(TOPIC_OF)


def test_no_event_stands_in_two_topics() -> None:
    assert len(EVENT_OF) == len(TOPIC_OF)


# written closed


def test_an_unknown_field_is_not_written() -> None:
    with pytest.raises(ValidationError, match="why"):
        InvitationCleared.after(included(), rule=cleared().rule, why="because")


def test_an_unknown_field_is_not_written_inside_a_part() -> None:
    with pytest.raises(ValidationError, match="nickname"):
        an_invitation(nickname="somebody")


def test_an_event_is_not_changed_once_it_is_made() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        cleared().occurred_at = danish("2027-01-01 00:00")  # pyright: ignore[reportAttributeAccessIssue] - the point


# read tolerant


def test_an_unknown_field_is_passed_over_when_read() -> None:
    assert PatientIncluded.from_json(told(included(), channel="paper")) == included()


def test_an_unknown_field_inside_a_part_is_passed_over_when_read() -> None:
    invitation = json.loads(included().to_json())["invitation"] | {"nickname": "somebody"}
    assert PatientIncluded.from_json(told(included(), invitation=invitation)) == included()


def test_a_field_from_before_it_came_has_its_default() -> None:
    invitation = json.loads(included().to_json())["invitation"]
    del invitation["earlier_persons"]
    assert PatientIncluded.from_json(told(included(), invitation=invitation)).invitation.earlier_persons == ()


def test_a_required_field_is_missed_when_read() -> None:
    with pytest.raises(ValidationError, match="Field required"):
        InvitationCleared.from_json(included().to_json())


def test_what_cannot_be_read_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as refused:
        PatientIncluded.from_json(told(included(), occurred_at="something secret"))
    assert "secret" not in str(refused.value)


# its moment


def test_a_moment_is_written_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    event = cleared(occurred_at=datetime(2026, 7, 1, 2, 30, tzinfo=east))
    assert json.loads(event.to_json())["occurred_at"] == "2026-07-01T00:30:00Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        cleared(occurred_at=datetime(2026, 7, 1, tzinfo=UTC).replace(tzinfo=None))


# what happens because of it


def test_what_follows_is_about_the_same_invitation() -> None:
    cause = included(age=80)
    assert InvitationCleared.after(cause, rule=cleared().rule).invitation == cause.invitation


def test_what_follows_happens_at_the_same_moment() -> None:
    cause = included(occurred_at=danish("2026-12-05 00:00"))
    assert InvitationCleared.after(cause, rule=cleared().rule).occurred_at == cause.occurred_at


def test_what_follows_may_happen_later() -> None:
    later = danish("2026-12-06 00:00")
    assert InvitationCleared.after(included(), rule=cleared().rule, occurred_at=later).occurred_at == later


# a record set aside


def test_a_record_set_aside_gives_back_its_bytes() -> None:
    assert set_aside().original().value == included().to_json()


def test_a_record_set_aside_gives_back_its_key() -> None:
    assert set_aside().original().key == included().key.encode()
