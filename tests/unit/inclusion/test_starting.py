"""When waves start, and what they pin."""

from dataclasses import replace

import pytest

from services.inclusion.domain.starting import Delivered, Extract, Request, begin, scheduled_at, starts
from services.inclusion.domain.wave import PinnedContacts, PinnedFile
from shared.events import Wanted
from tests.support.builders import danish
from tests.unit.inclusion.extracting import PROFILES, PSYCHIATRIC, SOMATIC, changed

BOTH = {"lup-somatik": SOMATIC, "lup-psykiatri": PSYCHIATRIC}
NOW = danish("2026-11-05 00:00")


def a_file(name: str, profile: str, sha256: str = "00" * 32) -> PinnedFile:
    return PinnedFile(
        delivery=name,
        sha256=sha256,
        file=f"{name}.csv",
        manifest=f"{name}.manifest.json",
        manifest_sha256="11" * 32,
        profile=PROFILES[profile],
    )


UNITS, PARTICIPATION = a_file("sor", "sor"), a_file("participation", "participation")


def an_extract(name: str, sha256: str = "00" * 32, /, rows: int = 100, rejected: int = 0) -> Extract:
    pinned = PinnedContacts(**dict(a_file(name, "lpr_a", sha256)), units=UNITS)
    return Extract(pinned, rows, rejected, rows - rejected, danish("2026-11-02 00:00"))


def delivered(*months: str, sha256: str = "00" * 32) -> Delivered:
    return Delivered({month: [an_extract(f"lpr-{month}", sha256)] for month in months}, UNITS, PARTICIPATION)


def requested(wanted: Wanted) -> Request:
    return Request("lup-somatik-2026-10", "lup-somatik", "2026-10", wanted, danish("2026-11-02 12:00"))


@pytest.mark.parametrize(
    ("month", "moment"),
    [
        ("2026-10", "2026-11-05 00:00"),
        ("2026-12", "2027-01-05 00:00"),
        ("2027-02", "2027-03-05 00:00"),
        ("2026-06", "2026-07-05 00:00"),
    ],
)
def test_a_wave_is_scheduled_for_midnight_of_the_surveys_day_in_denmark(month: str, moment: str) -> None:
    assert scheduled_at(SOMATIC, month) == danish(moment)


def test_each_survey_has_a_wave_for_each_month_delivered() -> None:
    found = starts(BOTH, delivered("2026-10", "2026-11"), [], [])
    assert {(one.survey, one.month): one.at for one in found} == {
        ("lup-somatik", "2026-10"): danish("2026-11-05 00:00"),
        ("lup-psykiatri", "2026-10"): danish("2026-11-15 00:00"),
        ("lup-somatik", "2026-11"): danish("2026-12-05 00:00"),
        ("lup-psykiatri", "2026-11"): danish("2026-12-15 00:00"),
    }


def test_a_wave_starts_once() -> None:
    assert starts({"lup-somatik": SOMATIC}, delivered("2026-10"), [], ["lup-somatik-2026-10"]) == []


@pytest.mark.parametrize("missing", ["units", "participation"])
def test_without_units_or_participation_it_waits(missing: str) -> None:
    assert starts(BOTH, replace(delivered("2026-10"), **{missing: None}), [], []) == []


def test_a_request_starts_it_at_once() -> None:
    [start] = starts({"lup-somatik": SOMATIC}, delivered("2026-10"), [requested("running")], [])
    assert (start.started_by, start.at) == ("request", danish("2026-11-02 12:00"))


@pytest.mark.parametrize("wanted", ["paused", "stopped"])
def test_paused_or_stopped_before_it_began_it_does_not_start(wanted: Wanted) -> None:
    assert starts({"lup-somatik": SOMATIC}, delivered("2026-10"), [requested(wanted)], []) == []


def test_a_request_for_a_month_that_was_not_delivered_waits() -> None:
    assert starts({"lup-somatik": SOMATIC}, delivered("2026-11"), [requested("running")], [])[0].month == "2026-11"


class TestRun:
    @staticmethod
    def begun(**precedence: int) -> dict[str, tuple[str, ...]]:
        """Wave -> those it yields to, of surveys with these precedences that start together."""
        surveys = {
            name: changed(SOMATIC, precedence=order).model_copy(update={"name": name})
            for name, order in precedence.items()
        }
        starting = starts(surveys, delivered("2026-10"), [], [])
        return {wave.survey: wave.yields_to for wave in begin(starting, surveys, delivered("2026-10"), [], NOW)}

    def test_the_lowest_precedence_asks_first(self) -> None:
        assert self.begun(somatik=2, psykiatri=1, akut=3) == {
            "psykiatri": (),
            "somatik": ("psykiatri-2026-10",),
            "akut": ("psykiatri-2026-10", "somatik-2026-10"),
        }

    def test_of_equals_the_first_by_name(self) -> None:
        assert self.begun(somatik=1, akut=1) == {"akut": (), "somatik": ("akut-2026-10",)}

    def test_a_wave_that_begins_later_in_the_slot_takes_nothing_from_one_that_has_begun(self) -> None:
        now = delivered("2026-10")
        [first] = begin(starts({"lup-somatik": SOMATIC}, now, [], []), BOTH, now, [], NOW)
        [later] = begin(starts({"lup-psykiatri": PSYCHIATRIC}, now, [], []), BOTH, now, [first], NOW)
        assert (first.yields_to, later.yields_to) == ((), ())


class TestPins:
    def test_what_was_read_by_now_is_pinned_and_told(self) -> None:
        now = delivered("2026-10")
        [wave] = begin(starts({"lup-somatik": SOMATIC}, now, [], []), BOTH, now, [], NOW)
        told = wave.started(12)
        assert (told.run, told.occurred_at, told.definition, told.parts) == (NOW, NOW, SOMATIC.fingerprint, 12)
        assert [one.delivery for one in (*told.deliveries, told.units, told.participation)] == [
            "lpr-2026-10",
            "sor",
            "participation",
        ]

    def test_the_seed_follows_from_wave_and_deliveries(self) -> None:
        seeds = {
            wave.seed
            for checksum in ("00" * 32, "22" * 32)
            for now in [delivered("2026-10", sha256=checksum)]
            for wave in begin(starts(BOTH, now, [], []), BOTH, now, [], NOW)
        }
        assert len(seeds) == 4

    def test_what_is_pinned_can_be_kept_and_read_again(self) -> None:
        now = delivered("2026-10")
        for wave in begin(starts(BOTH, now, [], []), BOTH, now, [], NOW):
            assert type(wave).model_validate(wave.model_dump(mode="json")) == wave
