"""What becomes of a contact in a survey's wave: exactly one term, the first that holds."""

from datetime import date
from itertools import pairwise

import pytest

from shared.surveys import PatientType, Survey
from shared.surveys.definition import Exclusion
from tests.support.builders import danish
from tests.support.deliveries import OTHER_WARD, WARD, Drop, a_contact
from tests.unit.inclusion.extracting import (
    PSYCHIATRIC,
    SOMATIC,
    changed,
    included,
    selected,
    sum_of,
    terms,
    waves,
)

CHILD = "0511119901"
"""Born on 5 November 2011 by the rules of the century's digit."""


def visit(start: str, end: str, **columns: str) -> dict[str, str]:
    return a_contact(kont_starttidspunkt=start, kont_sluttidspunkt=end, **columns)


def test_an_ordinary_visit_is_asked_about(drop: Drop) -> None:
    assert terms(drop, [a_contact()]) == {"included": 1}


@pytest.mark.parametrize(
    ("columns", "term"),
    [
        ({"kont_ans_hovedspec": "50"}, "other_survey_or_period"),
        ({"kont_ans_hovedspec": ""}, "other_survey_or_period"),
        ({"kont_type": "ALCA03"}, "not_a_visit"),
        ({"kont_type": "død"}, "not_a_visit"),
        ({"kont_type": "diagnoseindberetning"}, "not_a_visit"),
        ({"kont_sluttidspunkt": ""}, "contact_open"),
        ({"borger_doedsdato": "2026-10-20"}, "dead"),
        ({"pnr": "2412481AB6"}, "replacement_cpr"),
        ({"pnr": "2412480AB6"}, "replacement_cpr"),
        ({"pnr": "8412489902"}, "replacement_cpr"),
        ({"pnr": CHILD, "borger_foedselsdato": "2011-11-06"}, "under_age"),
        ({"pnr": CHILD, "borger_foedselsdato": "2011-11-05"}, "included"),
    ],
)
def test_a_term_of_a_single_contact(drop: Drop, columns: dict[str, str], term: str) -> None:
    assert terms(drop, [a_contact(**columns)]) == {term: 1}


def test_the_birthday_in_the_number_counts_where_the_register_names_none(drop: Drop) -> None:
    assert terms(drop, [a_contact(pnr="0611114902"), a_contact(2, pnr="0511114902")]) == {
        "under_age": 1,
        "included": 1,
    }


@pytest.mark.parametrize(
    ("start", "end", "term"),
    [
        ("2026-09-30 23:00:00", "2026-10-01 00:00:00", "included"),
        ("2026-10-31 23:00:00", "2026-10-31 23:59:59", "included"),
        ("2026-10-31 23:00:00", "2026-11-01 00:00:00", "other_survey_or_period"),
        ("2026-09-30 22:00:00", "2026-09-30 23:59:59", "other_survey_or_period"),
        ("2026-09-30 12:00:00", "", "other_survey_or_period"),
        ("2026-10-01 00:00:00", "", "contact_open"),
    ],
)
def test_the_danish_day_of_the_end_decides_the_month(drop: Drop, start: str, end: str, term: str) -> None:
    assert terms(drop, [visit(start, end)]) == {term: 1}


def test_a_month_is_left_when_the_contact_is_too_old_on_the_day_the_wave_starts(drop: Drop) -> None:
    rows = [
        visit("2026-10-14 09:00:00", "2026-10-14 10:00:00"),
        a_contact(2, kont_starttidspunkt="2026-10-15 09:00:00", kont_sluttidspunkt="2026-10-15 10:00:00"),
    ]
    sixty_days_after_the_15th = danish("2026-12-14 00:00")
    assert terms(drop, rows, run=sixty_days_after_the_15th) == {"contact_too_old": 1, "included": 1}


class TestPatientType:
    ONLY_ADMISSIONS = changed(SOMATIC, patient_types=(PatientType(name="planned_inpatient", setting="inpatient"),))

    @pytest.mark.parametrize(
        ("start", "end", "is_admission"),
        [
            ("2026-10-14 07:00:00", "2026-10-14 19:00:00", True),
            ("2026-10-14 07:00:00", "2026-10-14 18:59:59", False),
            ("2026-10-14 23:50:00", "2026-10-15 00:10:00", True),
            ("2026-10-14 00:00:00", "2026-10-14 11:00:00", False),
            ("2026-10-25 00:30:00", "2026-10-25 11:40:00", True),  # the clock was set back: 12 hours and 10 minutes
            ("2026-10-25 03:30:00", "2026-10-25 14:40:00", False),
        ],
    )
    def test_twelve_hours_or_a_midnight_is_an_admission(
        self, drop: Drop, start: str, end: str, is_admission: bool
    ) -> None:
        expected = "included" if is_admission else "other_survey_or_period"
        assert terms(drop, [visit(start, end)], self.ONLY_ADMISSIONS) == {expected: 1}

    def test_in_spring_the_clock_takes_an_hour(self, drop: Drop) -> None:
        row = visit("2026-03-29 01:00:00", "2026-03-29 13:30:00")
        fifth = danish("2026-04-05 00:00")
        [wave] = waves(drop, [drop.contacts([row])], self.ONLY_ADMISSIONS, month="2026-03", run=fifth)
        with selected(drop, wave) as selection:
            assert sum_of(selection) == {"other_survey_or_period": 1}

    def test_contacts_of_one_stay_are_judged_together(self, drop: Drop) -> None:
        first = visit("2026-10-14 09:00:00", "2026-10-14 13:00:00", dw_sk_sygehusophold="S1")
        then = a_contact(
            2,
            kont_starttidspunkt="2026-10-14 13:00:00",
            kont_sluttidspunkt="2026-10-14 21:00:00",
            dw_sk_sygehusophold="S1",
        )
        assert terms(drop, [first, then], self.ONLY_ADMISSIONS) == {"included": 2}
        assert terms(drop, [first], self.ONLY_ADMISSIONS) == {"other_survey_or_period": 1}

    @pytest.mark.parametrize(
        ("priority", "end", "patient_type"),
        [
            ("ATA3", "2026-10-14 10:00:00", "planned_outpatient"),
            ("ATA3B", "2026-10-15 10:00:00", "planned_inpatient"),
            ("ATA1", "2026-10-15 10:00:00", "acute_inpatient"),
        ],
    )
    def test_it_is_told_by_setting_and_priority(self, drop: Drop, priority: str, end: str, patient_type: str) -> None:
        [wave] = waves(drop, [drop.contacts([visit("2026-10-14 09:00:00", end, prioritet=priority)])], SOMATIC)
        with selected(drop, wave) as selection:
            assert [one.patient_type for one in selection.patients(selection.counts)] == [patient_type]

    @pytest.mark.parametrize("priority", ["ATA1", "ATA2", ""])
    def test_what_the_survey_does_not_name_is_not_its_patient(self, drop: Drop, priority: str) -> None:
        assert terms(drop, [a_contact(prioritet=priority)]) == {"other_survey_or_period": 1}


class TestUnits:
    def test_participation_counts_on_the_day_of_the_contact(self, drop: Drop) -> None:
        drop.participation(
            [("lup-somatik", WARD, "2026-10-01", "2026-10-13"), ("lup-psykiatri", WARD, "2020-01-01", "")]
        )
        assert terms(drop, [a_contact()]) == {"unit_not_taking_part": 1}
        drop.participation([("lup-somatik", WARD, "2026-10-14", "2026-10-14")])
        assert terms(drop, [a_contact()]) == {"included": 1}

    def test_an_excluded_unit_is_left_out_while_the_exclusion_is_in_force(self, drop: Drop) -> None:
        exclusion = Exclusion(codes=(WARD,), valid_from=date(2026, 10, 14), valid_to=date(2026, 10, 14))
        rows = [
            a_contact(),
            a_contact(2, kont_starttidspunkt="2026-10-15 09:00:00", kont_sluttidspunkt="2026-10-15 10:00:00"),
        ]
        assert terms(drop, rows, changed(SOMATIC, excluded_units=(exclusion,))) == {"unit_excluded": 1, "included": 1}

    def test_a_unit_with_too_few_persons_is_not_surveyed(self, drop: Drop) -> None:
        rows = [
            a_contact(1),
            a_contact(2, 1),
            a_contact(3, kont_ans=OTHER_WARD),
            a_contact(4, kont_ans=OTHER_WARD),
        ]
        assert terms(drop, rows, changed(SOMATIC, at_least_eligible=2)) == {"too_few_eligible": 2, "included": 2}


def test_a_diagnosis_is_excluded_by_prefix_while_in_force(drop: Drop) -> None:
    lists = (
        Exclusion(codes=("DG3",), valid_from=date(2026, 10, 14), valid_to=date(2026, 10, 14)),
        Exclusion(codes=("DZ",), valid_from=date(2026, 11, 1)),
    )
    rows = [a_contact(), a_contact(2, adiag="DZ038"), a_contact(3, adiag=""), a_contact(4, adiag="DG40")]
    assert terms(drop, rows, changed(SOMATIC, excluded_diagnoses=lists)) == {"diagnosis_excluded": 1, "included": 3}


class TestCourse:
    @staticmethod
    def outpatient(number: int, course: str, **columns: str) -> dict[str, str]:
        return a_contact(number, 1, dw_ek_forloeb=course, kont_ans_hovedspec="50", **columns)

    def test_two_visits_are_too_few_in_psychiatry(self, drop: Drop) -> None:
        rows = [self.outpatient(number, "C1") for number in (1, 2)]
        assert terms(drop, rows, PSYCHIATRIC) == {"too_few_contacts_in_course": 2}

    def test_three_visits_are_enough_and_one_of_them_is_drawn(self, drop: Drop) -> None:
        rows = [self.outpatient(number, "C1") for number in (1, 2, 3)]
        assert terms(drop, rows, PSYCHIATRIC) == {"included": 1, "another_contact": 2}

    def test_what_is_no_visit_does_not_make_a_course_longer(self, drop: Drop) -> None:
        rows = [self.outpatient(1, "C1"), self.outpatient(2, "C1"), self.outpatient(3, "C1", kont_type="ALCA03")]
        assert terms(drop, rows, PSYCHIATRIC) == {"too_few_contacts_in_course": 2, "not_a_visit": 1}

    def test_visits_of_another_month_count_when_they_were_delivered(self, drop: Drop) -> None:
        before = {"kont_starttidspunkt": "2026-09-14 09:00:00", "kont_sluttidspunkt": "2026-09-14 10:00:00"}
        rows = [self.outpatient(1, "C1"), self.outpatient(2, "C1", **before), self.outpatient(3, "C1", **before)]
        assert terms(drop, rows, PSYCHIATRIC) == {"included": 1, "other_survey_or_period": 2}

    def test_inpatients_need_no_course(self, drop: Drop) -> None:
        row = self.outpatient(1, "C1", kont_sluttidspunkt="2026-10-15 10:00:00")
        assert terms(drop, [row], PSYCHIATRIC) == {"included": 1}

    def test_a_contact_without_course_is_a_course_of_its_own(self, drop: Drop) -> None:
        rows = [self.outpatient(number, "") for number in (1, 2, 3)]
        assert terms(drop, rows, PSYCHIATRIC) == {"too_few_contacts_in_course": 3}


def test_the_first_reason_holds(drop: Drop) -> None:
    """Each row has one flaw fewer than the one before it; the reasons come in their order."""
    exclusions = {
        "excluded_units": (Exclusion(codes=(WARD,), valid_from=date(2026, 1, 1)),),
        "excluded_diagnoses": (Exclusion(codes=("DZ",), valid_from=date(2026, 1, 1)),),
        "contacts_in_course": 2,
        "at_least_eligible": 5,
    }
    survey = changed(SOMATIC, patient_types=(PatientType(name="any", setting="outpatient"),), **exclusions)
    flaws: list[tuple[str, dict[str, str]]] = [
        ("other_survey_or_period", {"kont_ans_hovedspec": "50"}),
        ("unit_not_taking_part", {"kont_ans": OTHER_WARD}),
        ("not_a_visit", {"kont_type": "ALCA03"}),
        ("contact_open", {"kont_sluttidspunkt": ""}),
        ("dead", {"borger_doedsdato": "2026-10-20"}),
        ("replacement_cpr", {"pnr": "8412489902"}),
        ("under_age", {"borger_foedselsdato": "2020-01-01"}),
        ("diagnosis_excluded", {"adiag": "DZ038"}),
        ("unit_excluded", {}),
    ]
    drop.participation([("lup-somatik", WARD, "2020-01-01", "")])
    rows = []
    for place in range(len(flaws)):
        columns: dict[str, str] = {}
        for _, more in flaws[place:]:
            columns |= more
        rows.append(a_contact(place + 1, **columns))
    assert terms(drop, rows, survey) == {reason: 1 for reason, _ in flaws}
    drop.units()
    later = changed(survey, excluded_units=())
    assert terms(drop, [a_contact()], later) == {"too_few_contacts_in_course": 1}
    assert terms(drop, [a_contact()], changed(later, contacts_in_course=1)) == {"too_few_eligible": 1}


class TestPrecedence:
    @staticmethod
    def both(drop: Drop) -> list[Survey]:
        """Two surveys about the same contacts; psychiatry asks first."""
        return [SOMATIC, changed(PSYCHIATRIC, **dict(SOMATIC.eligibility))]

    def test_within_a_run_who_is_asked_by_one_survey_is_not_asked_by_the_next(self, drop: Drop) -> None:
        first, second = waves(drop, [drop.contacts([a_contact(1), a_contact(2)])], *self.both(drop))
        assert (first.survey, second.yields_to) == ("lup-psykiatri", (first.wave,))
        with selected(drop, second, [first, second]) as selection:
            assert sum_of(selection) == {"other_survey_first": 2}

    def test_who_is_not_drawn_by_the_first_may_be_asked_by_the_next(self, drop: Drop) -> None:
        somatic, psychiatric = self.both(drop)
        file = drop.contacts([a_contact(1), a_contact(2)])
        first, second = waves(drop, [file], somatic, changed(psychiatric, at_most_per_unit=1))
        run = [first, second]
        assert included(drop, first, run).isdisjoint(included(drop, second, run))
        assert len(included(drop, second, run)) == 1

    def test_it_holds_along_a_chain(self, drop: Drop) -> None:
        somatic, psychiatric = self.both(drop)
        third = changed(somatic, precedence=3).model_copy(update={"name": "lup-radiologi"})
        both = ("lup-somatik", "lup-psykiatri", "lup-radiologi")
        drop.participation([(survey, WARD, "2020-01-01", "") for survey in both])
        file = drop.contacts([a_contact(number) for number in range(1, 21)])
        run = waves(drop, [file], third, changed(somatic, at_most_per_unit=6), changed(psychiatric, at_most_per_unit=8))
        asked = [included(drop, wave, run) for wave in run]
        assert [len(one) for one in asked] == [8, 6, 6]
        assert all(one.isdisjoint(next_one) for one, next_one in pairwise(asked))
        assert asked[0].isdisjoint(asked[2])


def test_a_contact_of_two_deliveries_counts_as_it_was_reported_last(drop: Drop) -> None:
    first = drop.contacts([a_contact(1), a_contact(2)])
    corrected = a_contact(1, kont_indb_tidspunkt="2026-11-01 12:00:00", borger_doedsdato="2026-10-30")
    second = drop.contacts([corrected], delivery="lpr-2026-10-b")
    [wave] = waves(drop, [first, second], SOMATIC)
    with selected(drop, wave) as selection:
        assert sum_of(selection) == {"reported_again": 1, "dead": 1, "included": 1}
