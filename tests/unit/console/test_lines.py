"""The lines of the identity, and what is said of one that does not hold."""

from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.account import Account, Delivery, Wave, account, size
from services.console.domain.lines import LINES


def a_wave(**terms: object) -> Wave:
    header = {"wave": "lup-somatik-2026-10", "survey": "lup-somatik", "month": "2026-10", "wanted": "running"}
    return Wave.model_validate({**header, "started_at": None, "selected": True, "deliveries": [], **terms})


def test_every_term_stands_in_a_line() -> None:
    terms = {term for term in Account.model_fields if term != "reminders"}
    terms |= {f"reminders.{term}" for term in ("due", "waiting", "submitted", "delivered", "failed", "stopped")}
    assert terms == {*LINES, *(part for parts in LINES.values() for part in parts)}


def test_whoever_is_in_flight_is_a_part_of_a_line() -> None:
    parts = {part for term, parts in LINES.items() if term != "in_flight" for part in parts}
    assert set(LINES["in_flight"]) <= parts


def test_terms_with_reasons_become_objects() -> None:
    terms = [
        {"term": "dropped", "reason": "opted_out", "number": 2},
        {"term": "cleared", "reason": None, "number": 5},
        {"term": "reminders.failed", "reason": "dead", "number": 1},
        {"term": "reminders.due", "reason": None, "number": 4},
    ]
    assert account(terms) == {
        "dropped": {"opted_out": 2},
        "cleared": 5,
        "reminders": {"failed": {"dead": 1}, "due": 4},
    }


def test_a_term_is_as_large_as_all_its_reasons() -> None:
    wave = a_wave(dropped={"opted_out": 2, "withdrawn": 3}, reminders={"stopped": {"answered": 4}})
    assert (size(wave, "dropped"), size(wave, "reminders.stopped")) == (5, 4)


def test_nobody_at_all_adds_up() -> None:
    assert a_wave().does_not_add_up == []


@given(st.sampled_from(sorted(LINES)), st.integers(1, 1000))
def test_whoever_is_missing_from_a_line_is_noticed(term: str, many: int) -> None:
    name, _, inner = term.partition(".")
    wave = a_wave(**{name: {inner: many} if inner else many})
    assert any(line.startswith(f"{term} {many} is not ") for line in wave.does_not_add_up)


def test_a_delivery_that_loses_rows_is_noticed() -> None:
    delivery = Delivery(delivery="lpr-2026-10", rows=10, rejected={"cpr_malformed": 1}, superseded=2, contacts=6)
    assert a_wave(deliveries=[delivery]).does_not_add_up == ["rows of lpr-2026-10 10 is not 1 + 2 + 6"]


def test_whoever_was_drawn_may_be_on_the_way_while_the_wave_is_in_flight() -> None:
    contacts = {"contacts": 3, "included": 3}
    on_the_way = {"invitations": 1, "undecided": 1, "in_flight": 1}
    assert a_wave(**contacts, **on_the_way).does_not_add_up == []
    assert a_wave(**contacts, selected=False).does_not_add_up == []
    assert a_wave(**contacts).does_not_add_up == ["included 3 is not 0"]
