"""Every meaning that an event can have, one example each: what the frozen samples in contracts/samples were made from.

`python -m tests.support.meanings` freezes those that are not frozen yet, and leaves the others as they are.
"""

from collections.abc import Mapping
from pathlib import Path

from deploy.contracts import samples
from shared.events import Event, Header
from tests.support import builders as b

FOLDER = Path(__file__).parents[2] / "contracts" / "samples"

ANOTHER = b.an_invitation(person=b.a_person(2), sex="male", age=34, patient_type="acute_inpatient")
OUTPATIENT = b.an_invitation(wave="lup-psykiatri-2026-10", person=b.a_person(3), patient_type="planned_outpatient")
HELD, BROUGHT = f"sha256 {b.a_checksum('held')}", f"sha256 {b.a_checksum('brought')}"
NOT_TAKING_PART = {"excluded": {"unit_not_taking_part": 53}, "not_sampled": 0, "another_contact": 0, "included": 0}
NOBODY = {"expected": "somebody to ask", "found": "53 contacts, and none of them is included"}
ALTERED = {"expected": f"lpr-2026-10.csv with {HELD}", "found": "no file"}
NAMELESS = {
    "record_kind": "",
    "record_headers": {},
    "record_key": None,
    "record_value": "",
    "detail": "expected a header `kind` that names the event",
}
NO_TEXT = {
    "record_kind": "",
    "record_headers": {"kind": "\ufffd\ufffd", "trace": ""},
    "exact_headers": (Header.of("kind", b"\xff\xfe"), Header.of("trace", None)),
    "detail": "expected a header `kind` that names the event, in printable ASCII",
}

WAVES: list[tuple[str, Event]] = [
    ("running", b.wave_requested()),
    ("paused", b.wave_requested(revision=2, wanted="paused")),
    ("stopped", b.wave_requested(revision=3, wanted="stopped")),
    ("units", b.wave_requested(revision=4, wanted="stopped", units=(b.a_unit(1).code, b.a_unit(2).code))),
    ("clean", b.delivery_read(delivery="lpr-2026-11", rejected={}, superseded=0, contacts=100)),
    ("rejected", b.delivery_read()),
    (
        "altered",
        b.delivery_refused(reason="checksum_differs", expected=f"sha256 {'0' * 64}", found=f"sha256 {'f' * 64}"),
    ),
    ("missing", b.delivery_refused(reason="file_missing", expected="lpr-2026-10.csv", found="no such file")),
    ("repeated", b.delivery_refused(reason="delivery_repeated_with_other_content", expected=HELD, found=BROUGHT)),
    ("incomplete", b.delivery_refused(reason="rows_differ")),
    ("schedule", b.wave_started()),
    ("request", b.wave_started(wave="lup-psykiatri-2026-10", started_by="request")),
    ("empty", b.wave_started(wave="lup-somatik-2026-09", parts=0)),
    ("rejects_unlikely", b.wave_held()),
    ("nobody_to_ask", b.wave_held(reason="nobody_to_ask", **NOBODY)),
    ("selection", b.wave_held(wave="lup-psykiatri-2026-10", holds="selection", reason="altered_since_read", **ALTERED)),
    ("drawn", b.selection_finished()),
    ("not_taking_part", b.selection_finished(unit=b.a_unit(2).code, **NOT_TAKING_PART)),
]
CHOSEN: list[tuple[str, Event]] = [
    ("included", b.included()),
    ("man", b.included(ANOTHER)),
    ("outpatient", b.included(OUTPATIENT)),
    ("earlier_numbers", b.included(person=b.a_person(4), earlier_persons=(b.a_person(5), b.a_person(6)))),
    ("contact_nullified", b.withdrawn()),
    ("cleared", b.cleared()),
    ("quarantined", b.quarantined()),
    *((reason, b.dropped(reason=reason)) for reason in ("withdrawn", "wave_stopped", "opted_out")),
]
LETTERS: list[tuple[str, Event]] = [
    ("invitation", b.submitted()),
    ("reminder", b.submitted(number=1)),
    ("invitation", b.delivered()),
    ("reminder", b.delivered(number=2)),
    ("invitation", b.failed()),
    ("reminder", b.failed(number=1, reason="refused.memo.invalid")),
    ("invitation", b.stopped()),
    ("reminder", b.stopped(number=1, reason="answered")),
    *((reason, b.unreached(reason=reason)) for reason in ("dead", "emigrated", "disappeared", "number_changed")),
    *((reason, b.unreached(reason=reason)) for reason in ("annulled", "not_resident", "unknown", "exempt", "closed")),
    ("refused", b.unreached(reason="refused.contact.point.id.format.not.allowed")),
    ("expired", b.unreached(reason="expired")),
    *((reason, b.unreached(reason=reason, stopped=True)) for reason in ("wave_stopped", "withdrawn", "opted_out")),
    ("first", b.reminder_due()),
    ("second", b.reminder_due(number=2, not_after=b.danish("2026-12-03 18:00"))),
    ("answered", b.reminder_cancelled()),
    ("second", b.reminder_cancelled(number=2, reason="declined")),
    ("closing", b.closing_due()),
]
ANSWERS: list[tuple[str, Event]] = [
    ("complete", b.response_received()),
    ("partial", b.response_received(ANOTHER, completeness="partial", answers={"friendly_staff": "do_not_know"})),
    (
        "screened",
        b.response_received(OUTPATIENT, answers={"comment": "Ring til […]"}, screened=("comment",)),
    ),
    ("again", b.response_received(version=2)),
    ("declined", b.declined()),
    ("opted_out", b.opted_out()),
    *((outcome, b.closed(outcome=outcome)) for outcome in ("complete", "partial", "declined")),
    *((outcome, b.closed(outcome=outcome)) for outcome in ("opted_out", "withdrawn", "unanswered")),
]
SET_ASIDE: list[tuple[str, Event]] = [
    ("refused", b.set_aside()),
    ("failed", b.set_aside(offset=1, failure="failed", reason="keyerror", detail="services/karens/handlers.py:40")),
    ("unreadable", b.set_aside(offset=2, failure="unreadable", reason="unreadable", detail="rule: Field required")),
    ("without_kind", b.set_aside(offset=3, failure="unreadable", reason="unreadable", **NAMELESS)),
    ("kind_is_no_text", b.set_aside(offset=4, failure="unreadable", reason="unreadable", **NO_TEXT)),
]

MEANINGS: Mapping[str, Event] = {
    f"{event.kind()}/{meaning}": event for meaning, event in [*WAVES, *CHOSEN, *LETTERS, *ANSWERS, *SET_ASIDE]
}
"""`<kind>/<meaning>` -> the event."""


def freeze(folder: Path) -> list[Path]:
    """Returns what was not frozen before."""
    written = [samples.write(folder, name.split("/")[1], event) for name, event in MEANINGS.items()]
    return [path for path in written if path is not None]


if __name__ == "__main__":
    for path in freeze(FOLDER):
        print(f"froze {path.parent.name}/{path.stem}")
