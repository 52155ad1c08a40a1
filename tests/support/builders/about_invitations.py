"""Events about an invitation.

Each builder takes an invitation, or an event to follow, by position; else it makes an invitation up from whatever
of an invitation's fields stand among its arguments.
"""

from typing import Any, TypeVar

from shared.events import (
    AboutInvitation,
    ClosingDue,
    Invitation,
    InvitationCleared,
    InvitationClosed,
    InvitationDeclined,
    InvitationDropped,
    InvitationQuarantined,
    InvitationUnreached,
    InvitationWithdrawn,
    Letter,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
    PatientIncluded,
    PersonOptedOut,
    ReminderCancelled,
    ReminderDue,
    ResponseReceived,
    invitation_id,
)
from tests.support.builders.things import STARTED_AT, a_person, a_rule, an_invitation, danish

About = Invitation | AboutInvitation | None
E = TypeVar("E", bound=AboutInvitation)


def included(about: About = None, **fields: Any) -> PatientIncluded:
    return _build(PatientIncluded, about, fields)


def withdrawn(about: About = None, **fields: Any) -> InvitationWithdrawn:
    return _build(InvitationWithdrawn, about, fields, reason="contact_nullified")


def cleared(about: About = None, **fields: Any) -> InvitationCleared:
    return _build(InvitationCleared, about, fields, rule=a_rule())


def quarantined(about: About = None, **fields: Any) -> InvitationQuarantined:
    earlier = invitation_id("lup-psykiatri-2026-09", a_person())
    until = danish("2027-04-10 00:00")
    return _build(InvitationQuarantined, about, fields, rule=a_rule(), until=until, because_of=earlier)


def dropped(about: About = None, **fields: Any) -> InvitationDropped:
    return _build(InvitationDropped, about, fields, reason="opted_out")


def submitted(about: About = None, number: int = 0, **fields: Any) -> LetterSubmitted:
    return _build_letter(LetterSubmitted, about, number, fields)


def delivered(about: About = None, number: int = 0, **fields: Any) -> LetterDelivered:
    return _build_letter(LetterDelivered, about, number, fields)


def failed(about: About = None, number: int = 0, **fields: Any) -> LetterFailed:
    return _build_letter(LetterFailed, about, number, fields, reason="exempt")


def stopped(about: About = None, number: int = 0, **fields: Any) -> LetterStopped:
    return _build_letter(LetterStopped, about, number, fields, reason="wave_stopped")


def unreached(about: About = None, **fields: Any) -> InvitationUnreached:
    return _build(InvitationUnreached, about, fields, reason="exempt", stopped=False)


def reminder_due(about: About = None, **fields: Any) -> ReminderDue:
    not_after = danish("2026-11-19 18:00")
    return _build(ReminderDue, about, fields, number=1, channel="digital_post", not_after=not_after)


def reminder_cancelled(about: About = None, **fields: Any) -> ReminderCancelled:
    return _build(ReminderCancelled, about, fields, number=1, reason="answered")


def closing_due(about: About = None, **fields: Any) -> ClosingDue:
    return _build(ClosingDue, about, fields)


def response_received(about: About = None, **fields: Any) -> ResponseReceived:
    answers = {"friendly_staff": "to_a_high_degree", "satisfied_visit": "to_a_very_high_degree"}
    version = _invitation(about, fields).questionnaire_version
    made_up = {"version": 1, "completeness": "complete", "questionnaire_version": version, "answers": answers}
    return _build(ResponseReceived, about, fields, **made_up)


def declined(about: About = None, **fields: Any) -> InvitationDeclined:
    return _build(InvitationDeclined, about, fields)


def opted_out(about: About = None, **fields: Any) -> PersonOptedOut:
    return _build(PersonOptedOut, about, fields, person=_invitation(about, fields).person)


def closed(about: About = None, **fields: Any) -> InvitationClosed:
    return _build(InvitationClosed, about, fields, outcome="complete")


def _build_letter(event: type[E], about: About, number: int, fields: dict[str, Any], **made_up: Any) -> E:
    return _build(event, about, fields, letter=Letter.of(_invitation(about, fields), number), **made_up)


def _build(event: type[E], about: About, fields: dict[str, Any], **made_up: Any) -> E:
    """At the moment of the event it follows, else at `STARTED_AT`."""
    moment = about.occurred_at if isinstance(about, AboutInvitation) else STARTED_AT
    own = {
        name: value
        for name, value in fields.items()
        if about or name in event.model_fields or not _is_of_invitation(name)
    }
    return event(**{"invitation": _invitation(about, fields), "occurred_at": moment, **made_up, **own})


def _invitation(about: About, fields: dict[str, Any]) -> Invitation:
    if isinstance(about, AboutInvitation):
        return about.invitation
    if isinstance(about, Invitation):
        return about
    return an_invitation(**{name: value for name, value in fields.items() if _is_of_invitation(name)})


def _is_of_invitation(name: str) -> bool:
    return name in Invitation.model_fields
