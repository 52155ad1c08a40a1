"""The draw: everybody is accounted for, the same every time, fair, and without regard to the order of rows."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from services.inclusion.domain.wave import Wave
from tests.support.builders import a_unit
from tests.support.deliveries import OTHER_WARD, WARD, Drop, a_contact, a_cpr
from tests.unit.inclusion.extracting import SOMATIC, changed, included, selected, sum_of, waves

VISITS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([WARD, OTHER_WARD])), min_size=1, max_size=30)


def rows_of(visits: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
    """Each visit a contact of a person to a ward."""
    return [a_contact(number, person, kont_ans=ward) for number, (person, ward) in enumerate(visits)]


def the_wave(drop: Drop, rows: Sequence[dict[str, str]], at_most: int, seed: str = "1") -> Wave:
    [wave] = waves(drop, [drop.contacts(rows)], changed(SOMATIC, at_most_per_unit=at_most))
    return wave.model_copy(update={"seed": seed})


@given(VISITS, st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_every_contact_has_one_term_and_nobody_is_asked_twice(visits: list[tuple[int, str]], at_most: int) -> None:
    with TemporaryDirectory() as folder:
        drop = Drop(Path(folder))
        drop.units()
        drop.participation()
        wave = the_wave(drop, rows_of(visits), at_most)
        with selected(drop, wave) as selection:
            asked = selection.patients(selection.counts)
            terms = sum_of(selection)
    persons = {person for person, _ in visits}
    assert sum(terms.values()) == len(visits)
    assert terms["another_contact"] == len(visits) - len(persons)
    assert terms["included"] == len(asked) == len({patient.cpr for patient in asked})
    assert max(Counter(patient.unit for patient in asked).values()) <= at_most
    assert terms["not_sampled"] == len(persons) - len(asked)


def test_the_same_seed_draws_the_same_persons_in_whatever_order_the_rows_stand(drop: Drop) -> None:
    rows = rows_of([(number % 40, (WARD, OTHER_WARD)[number % 3 % 2]) for number in range(120)])
    first = included(drop, the_wave(drop, rows, 5))
    random.Random(1).shuffle(rows)
    assert included(drop, the_wave(drop, rows, 5)) == first


def test_another_seed_draws_others(drop: Drop) -> None:
    rows = rows_of([(number, WARD) for number in range(100)])
    assert included(drop, the_wave(drop, rows, 20, "1")) != included(drop, the_wave(drop, rows, 20, "2"))


def test_the_draw_is_fair_and_several_contacts_are_no_advantage(drop: Drop) -> None:
    """200 wards draw 5 of 20 persons each, of whom the first ten have one contact and the others four.

    A place among the twenty is expected to be drawn 50 times, with a deviation of 6; each ten 500, of 11.
    """
    wards = [a_unit(number).code for number in range(200)]
    drop.units([(ward, "Afsnit", "OE", "", "84", "2012-01-01", "", "") for ward in wards])
    drop.participation([("lup-somatik", ward, "2012-01-01", "") for ward in wards])
    everybody = [(ward * 20 + place, wards[ward]) for ward in range(200) for place in range(20)]
    visits = [visit for visit in everybody for _ in range(1 if visit[0] % 20 < 10 else 4)]
    drawn = included(drop, the_wave(drop, rows_of(visits), 5))

    times = Counter(person % 20 for person, _ in everybody if a_cpr(person) in drawn)
    assert sum(times.values()) == 1000
    assert all(25 <= times[place] <= 75 for place in range(20))
    assert 455 <= sum(times[place] for place in range(10)) <= 545


def test_a_persons_contacts_are_equally_likely(drop: Drop) -> None:
    """200 persons with a visit to one ward and three to another: 50 are expected to be asked about the first."""
    visits = [(person, ward) for person in range(200) for ward in (WARD, OTHER_WARD, OTHER_WARD, OTHER_WARD)]
    with selected(drop, the_wave(drop, rows_of(visits), 1000)) as selection:
        asked = Counter(patient.unit for patient in selection.patients(selection.counts))
    assert asked.total() == 200
    assert 25 <= asked[WARD] <= 75
