"""What lies in the drop folder is read once, recognized, or refused once with its reason."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.inclusion import rounds
from services.inclusion.domain.profile import Profile
from services.inclusion.extract.database import Engine
from services.inclusion.extract.folder import READING, DropFolder
from shared.events import DeliveryRead, DeliveryRefused, Event, WaveStarted
from tests.service.inclusion.conftest import PROFILES, Inclusion
from tests.support.builders import danish
from tests.support.copies import COPIES, falls_silent
from tests.support.deliveries import CONTACT, WARD, Drop, a_contact

SECOND = danish("2026-11-02 00:00")
LATER = danish("2026-11-03 00:00")
FIFTH = danish("2026-11-05 00:00")
DAY = timedelta(days=1)
ROWS = [a_contact(1), a_contact(2, kont_ans="?"), a_contact(1, borger_doedsdato="2026-10-20"), *map(a_contact, (8, 9))]
"""One in five is rejected: no wave is held for that."""
MANIFEST = "lpr-2026-10.manifest.json"


@pytest.fixture(autouse=True)
def units(drop: Drop) -> None:
    drop.units()
    drop.participation()


def reasons(told: list[Event]) -> list[tuple[str, str]]:
    return [(one.manifest, one.reason) for one in told if isinstance(one, DeliveryRefused)]


async def test_a_delivery_is_read_and_counted(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS)
    [read] = await inclusion.act(SECOND)
    assert isinstance(read, DeliveryRead)
    assert (read.delivery, read.period, read.profile, read.occurred_at) == ("lpr-2026-10", "2026-10", "lpr_a", SECOND)
    assert (read.rows, read.rejected, read.superseded, read.contacts) == (5, {"unit_unknown": 1}, 1, 3)


async def test_it_is_read_once(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS)
    await inclusion.act(SECOND)
    assert (await inclusion.due())["read_deliveries"] is None


@pytest.mark.parametrize(("written", "due"), [(SECOND - DAY, SECOND - DAY), (LATER, SECOND)])
async def test_a_delivery_is_due_since_it_was_written_or_first_seen_whichever_came_first(
    inclusion: Inclusion, drop: Drop, written: datetime, due: datetime
) -> None:
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    os.utime(drop.path / MANIFEST, (written.timestamp(), written.timestamp()))
    assert (await inclusion.due())["read_deliveries"] == due
    inclusion.now = SECOND + DAY / 2
    assert (await inclusion.due())["read_deliveries"] == due


async def test_the_same_delivery_under_another_manifest_is_recognized(inclusion: Inclusion, drop: Drop) -> None:
    file = drop.contacts(ROWS)
    await inclusion.act(SECOND)
    drop.manifest("lpr-again", file.with_name(MANIFEST).read_text())
    with capture_logs() as said:
        assert await inclusion.act(LATER) == []
    assert [(one["manifest"], one["because"]) for one in said] == [
        ("lpr-again.manifest.json", "its name and content were read before")
    ]


async def test_the_same_content_under_another_name_is_refused(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS)
    await inclusion.act(SECOND)
    drop.contacts(ROWS, "lpr-again")
    with capture_logs() as said:
        [refused] = await inclusion.act(LATER)
    assert isinstance(refused, DeliveryRefused)
    assert (refused.manifest, refused.reason) == ("lpr-again.manifest.json", "repeated")
    assert refused.found == "the same content as delivery lpr-2026-10"
    assert [(one["event"], one["log_level"], one["manifest"], one["reason"]) for one in said] == [
        ("a delivery is not taken", "warning", "lpr-again.manifest.json", "repeated")
    ]


async def test_the_same_content_that_two_copies_read_at_once_counts_once(inclusion: Inclusion, drop: Drop) -> None:
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    drop.contacts(ROWS, "lpr-again")
    other = Inclusion(inclusion.rows, drop.path, inclusion.surveys, copy=COPIES[1])
    async with inclusion.rows.transaction() as tx:
        claimed = await inclusion.reading.claim(tx, SECOND, 1)
    came_of_it = await inclusion.reading.do(claimed)
    [read] = await other.once(other.reading, SECOND)
    async with inclusion.rows.transaction() as tx:
        [refused] = await inclusion.reading.record(tx, came_of_it, SECOND)
    assert isinstance(refused, Event)
    assert isinstance(read, DeliveryRead)
    assert reasons([refused]) == [(f"{claimed[0].unread.found.name}", "repeated")]


async def test_a_reading_that_is_recorded_again_counts_once(inclusion: Inclusion, drop: Drop) -> None:
    """As by a copy that had lost its lease while it read."""
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    async with inclusion.rows.transaction() as tx:
        came_of_it = await inclusion.reading.do(await inclusion.reading.claim(tx, SECOND, 1))
    recorded: list[list[str]] = []
    for _ in range(2):
        async with inclusion.rows.transaction() as tx:
            told = await inclusion.reading.record(tx, came_of_it, SECOND)
        recorded.append([said.kind() for said in told if isinstance(said, Event)])
    assert recorded == [["DeliveryRead.v1"], []]


async def test_months_without_contacts_are_no_repetition(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts([], "lpr-2026-09", "2026-09")
    drop.contacts([])
    assert reasons(await inclusion.act(SECOND)) == []


async def test_units_that_were_in_force_before_may_come_again(inclusion: Inclusion, drop: Drop) -> None:
    await inclusion.act(SECOND)
    drop.units([(WARD, "Afsnit", "OE", "", "84", "2012-01-01", "", "")], "sor-2026-12-01")
    await inclusion.act(SECOND)
    drop.units(delivery="sor-2026-12-02")
    assert await inclusion.act(LATER) == []
    drop.units(delivery="sor-2026-12-03")
    assert reasons(await inclusion.act(LATER)) == [("sor-2026-12-03.manifest.json", "repeated")]


async def test_other_content_under_the_same_name_is_refused(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS)
    await inclusion.act(SECOND)
    drop.contacts([*ROWS, a_contact(4)])
    assert reasons(await inclusion.act(LATER)) == [(MANIFEST, "delivery_repeated_with_other_content")]


def half_written(drop: Drop) -> None:
    file = drop.contacts(ROWS)
    file.write_bytes(file.read_bytes()[:-20])


def absent(drop: Drop) -> None:
    drop.contacts(ROWS).unlink()


def miscounted(drop: Drop) -> None:
    drop.contacts(ROWS, rows=4)


def without_a_column(drop: Drop) -> None:
    drop.put("lpr-2026-10", "contacts", "lpr_a", ["pnr;adiag", "1;2"], period="2026-10")


def with_a_column_twice(drop: Drop) -> None:
    header = drop.line_of([*CONTACT, "PNR"])
    lines = [drop.line_of([*row.values(), ""]) for row in ROWS]
    drop.put("lpr-2026-10", "contacts", "lpr_a", [header, *lines], period="2026-10")


def with_a_bad_manifest(drop: Drop) -> None:
    drop.contacts(ROWS)
    drop.manifest("lpr-2026-10", "{")


def of_no_month(drop: Drop) -> None:
    drop.contacts(ROWS, period="2026-00")


def of_another_generation(drop: Drop) -> None:
    drop.contacts(ROWS, profile="lpr_z")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (half_written, "checksum_differs"),
        (absent, "file_missing"),
        (miscounted, "rows_differ"),
        (without_a_column, "column_missing"),
        (with_a_column_twice, "column_repeated"),
        (with_a_bad_manifest, "manifest_malformed"),
        (of_no_month, "period_malformed"),
        (of_another_generation, "profile_unknown"),
    ],
)
async def test_a_delivery_that_is_not_as_promised_is_refused_once(
    inclusion: Inclusion, drop: Drop, spoil: Any, reason: str
) -> None:
    spoil(drop)
    assert reasons(await inclusion.act(SECOND)) == [(MANIFEST, reason)]
    assert await inclusion.act(LATER) == []


async def test_a_refused_delivery_is_read_when_its_file_is_there_after_all(inclusion: Inclusion, drop: Drop) -> None:
    file = drop.contacts(ROWS)
    content = file.read_bytes()
    file.unlink()
    await inclusion.act(SECOND)
    file.write_bytes(content)
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)


async def test_a_file_that_changes_and_is_still_not_as_promised_is_not_refused_again(
    inclusion: Inclusion, drop: Drop
) -> None:
    file = drop.contacts(ROWS)
    file.write_bytes(file.read_bytes()[:-20])
    await inclusion.act(SECOND)
    file.write_bytes(file.read_bytes()[:-20])
    assert await inclusion.act(LATER) == []
    assert (await inclusion.due())["read_deliveries"] is None


async def test_a_mended_manifest_is_another_one(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS, rows=4)
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_link(file: Path) -> None:
    outside = file.parent.parent / "outside.csv"
    outside.write_bytes(b"1;2")
    file.symlink_to(outside)


@pytest.mark.parametrize("put", [a_folder, a_pipe, a_link])
async def test_what_is_no_file_is_refused_and_the_next_is_read_and_it_too_once_it_is_one(
    inclusion: Inclusion, drop: Drop, put: Callable[[Path], None]
) -> None:
    file = drop.contacts(ROWS, "lpr-2026-10-a")
    drop.contacts([*ROWS, a_contact(4)])
    aside = file.rename(drop.path / "aside")
    put(file)
    told = await inclusion.act(SECOND)
    assert reasons(told) == [("lpr-2026-10-a.manifest.json", "cannot_be_opened")]
    assert [one.delivery for one in told if isinstance(one, DeliveryRead)] == ["lpr-2026-10"]
    file.rename(drop.path / "put away")
    aside.rename(file)
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)
    assert read.delivery == "lpr-2026-10-a"


@pytest.mark.parametrize("put", [a_folder, a_pipe, a_link])
async def test_a_manifest_that_is_no_file_is_refused_once_and_the_next_is_read(
    inclusion: Inclusion, drop: Drop, put: Callable[[Path], None]
) -> None:
    put(drop.path / "lpr-2026-10-a.manifest.json")
    drop.contacts(ROWS)
    told = await inclusion.act(SECOND)
    assert reasons(told) == [("lpr-2026-10-a.manifest.json", "cannot_be_opened")]
    assert len(told) == 2
    assert await inclusion.act(LATER) == []


def with_a_malformed_code(drop: Drop) -> None:
    drop.units([("123", "Afsnit", "OE", "", "84", "2012-01-01", "", "")], "sor-2026-12-01")


def with_a_malformed_day(drop: Drop) -> None:
    drop.participation([("lup-somatik", "12345678901", "i går", "")], "participation-2026-12-01")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(with_a_malformed_code, "units_malformed"), (with_a_malformed_day, "participation_malformed")],
)
async def test_a_reference_file_is_taken_whole_or_not_at_all(
    inclusion: Inclusion, drop: Drop, spoil: Any, reason: str
) -> None:
    spoil(drop)
    [refused] = await inclusion.act(SECOND)
    assert isinstance(refused, DeliveryRefused)
    assert (refused.reason, refused.found[:7]) == (reason, "line 2:")


class Swept(DropFolder):
    """A folder whose workplaces are removed at once, by whatever mistake."""

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        with super().workplace() as place:
            rmtree(place)
            yield place


async def test_a_workplace_that_is_gone_says_nothing_of_the_delivery(inclusion: Inclusion, drop: Drop) -> None:
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    swept = rounds.read_deliveries(Swept(drop.path), PROFILES, Engine("200MB"), COPIES[0], lambda: SECOND)
    with pytest.raises(FileNotFoundError):
        await inclusion.once(swept, SECOND)
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)


async def test_contacts_wait_for_units_and_nothing_is_due_meanwhile(inclusion: Inclusion, drop: Drop) -> None:
    for file in drop.path.glob("sor-*"):
        file.unlink()
    drop.contacts(ROWS)
    assert await inclusion.act(SECOND) == []
    drop.units()
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)


async def test_contacts_are_not_held_against_units_that_were_altered(inclusion: Inclusion, drop: Drop) -> None:
    await inclusion.act(SECOND)
    units = drop.path / "sor-2026-11-01.csv"
    content = units.read_bytes()
    units.write_bytes(content + b"x")
    drop.contacts(ROWS)
    assert reasons(await inclusion.act(SECOND)) == [(MANIFEST, "altered_since_read")]
    units.write_bytes(content)
    [read] = await inclusion.act(LATER)
    assert isinstance(read, DeliveryRead)


async def test_what_one_copy_reads_another_leaves_alone_until_its_lease_is_over(
    inclusion: Inclusion, drop: Drop
) -> None:
    await inclusion.act(SECOND)
    drop.contacts(ROWS)
    other = Inclusion(inclusion.rows, drop.path, inclusion.surveys, copy=COPIES[1])
    async with inclusion.rows.transaction() as tx:
        assert len(await inclusion.reading.claim(tx, SECOND, 1)) == 1
    async with inclusion.rows.transaction() as tx:
        assert await other.reading.claim(tx, SECOND, 1) == []
        assert await other.reading.due(tx) is not None
    await falls_silent(inclusion.rows, COPIES[0])
    assert len(await other.act(SECOND)) == 1


async def test_a_copy_that_crashed_reads_at_once_what_it_had_claimed(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS)
    async with inclusion.rows.transaction() as tx:
        await inclusion.reading.claim(tx, SECOND, 1)
    assert len(await inclusion.act(SECOND)) == 1


async def test_nothing_is_left_of_reading(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts([*ROWS, a_contact(4, lprindberetningssystem='"citeret"')])
    await inclusion.act(SECOND)
    assert list((drop.path / READING).iterdir()) == []


async def test_a_refusal_holds_nothing_of_the_data(inclusion: Inclusion, drop: Drop) -> None:
    cpr = a_contact(1)["pnr"]
    drop.put("lpr-2026-10", "contacts", "lpr_a", [cpr, cpr], period="2026-10", sender=cpr)
    [refused] = await inclusion.act(SECOND)
    assert cpr not in refused.to_json().decode()


def in_all_its_names(drop: Drop, cpr: str) -> None:
    drop.contacts(ROWS, f"til-{cpr}")


def in_the_manifests_own(drop: Drop, cpr: str) -> None:
    file = drop.contacts(ROWS)
    file.with_name(MANIFEST).rename(file.with_name(f"til-{cpr}.manifest.json"))


def in_a_name_that_it_promises(drop: Drop, cpr: str) -> None:
    file = drop.contacts(ROWS)
    promised = file.with_name(MANIFEST).read_text().replace(file.name, f"til-{cpr}.csv")
    drop.manifest("lpr-2026-10", promised)


def in_a_manifest_that_is_malformed_too(drop: Drop, cpr: str) -> None:
    drop.manifest("lpr-2026-10", f'{{"file": "{cpr}.csv"}}')


def in_a_manifest_that_cannot_be_opened(drop: Drop, cpr: str) -> None:
    (drop.path / f"{cpr}.manifest.json").mkdir()


KEPT = """
SELECT string_agg(kept, '') FROM (
    SELECT manifest::text FROM manifest UNION ALL SELECT refusal::text FROM refusal
    UNION ALL SELECT delivery::text FROM delivery
) AS everything (kept)
"""


@pytest.mark.parametrize(
    "put",
    [
        in_all_its_names,
        in_the_manifests_own,
        in_a_name_that_it_promises,
        in_a_manifest_that_is_malformed_too,
        in_a_manifest_that_cannot_be_opened,
    ],
)
async def test_a_cpr_number_in_a_name_is_told_and_kept_nowhere(
    inclusion: Inclusion, drop: Drop, put: Callable[[Drop, str], None]
) -> None:
    cpr = a_contact(1)["pnr"]
    put(drop, cpr)
    [refused] = await inclusion.act(SECOND)
    assert isinstance(refused, DeliveryRefused)
    assert (refused.reason, "•••" in refused.found) == ("name_holds_cpr", True)
    async with inclusion.rows.transaction() as tx:
        kept = await tx.fetchval(KEPT)
    assert cpr not in refused.to_json().decode() + kept


async def test_deliveries_named_after_several_persons_are_each_done_with(inclusion: Inclusion, drop: Drop) -> None:
    for number in (1, 2, 3):
        drop.contacts(ROWS, f"til-{a_contact(number)['pnr']}")
        (drop.path / f"{a_contact(number)['pnr']}.manifest.json").mkdir()
    told = await inclusion.act(SECOND)
    assert {reason for _, reason in reasons(told)} == {"name_holds_cpr"}
    assert (await inclusion.due())["read_deliveries"] is None


def of_a_month_after_all_calendars(drop: Drop) -> None:
    drop.contacts(ROWS, "odd", period="9999-12")


def of_a_month_before_all_calendars(drop: Drop) -> None:
    drop.contacts(ROWS, "odd", period="0000-10")


def under_a_name_that_is_no_text(drop: Drop) -> None:
    manifest = drop.contacts(ROWS, "odd").with_name("odd.manifest.json")
    manifest.rename(os.fsdecode(bytes(manifest.parent) + b"/\xe5rhus.manifest.json"))


def naming_half_a_character(drop: Drop) -> None:
    drop.manifest("odd", r'{"kind": "contacts", "file": "\udcff.csv", "delivery": "\ud800"}')


def nested_without_end(drop: Drop) -> None:
    drop.manifest("odd", "[" * 60_000)


def naming_a_person_and_nothing(drop: Drop) -> None:
    drop.manifest("odd", f'{{"delivery": "{a_contact(1)["pnr"]}\\u0000"}}')


def in_an_encoding_that_cannot_be_read(drop: Drop) -> None:
    drop.contacts(ROWS, "odd", profile="lpr_idna")


ODD: Mapping[Callable[[Drop], None], tuple[str, str]] = {
    of_a_month_after_all_calendars: ("odd.manifest.json", "period_malformed"),
    of_a_month_before_all_calendars: ("odd.manifest.json", "period_malformed"),
    under_a_name_that_is_no_text: ("�rhus.manifest.json", "name_malformed"),
    naming_half_a_character: ("odd.manifest.json", "manifest_malformed"),
    nested_without_end: ("odd.manifest.json", "manifest_malformed"),
    naming_a_person_and_nothing: ("odd.manifest.json", "name_holds_cpr"),
    in_an_encoding_that_cannot_be_read: ("odd.manifest.json", "cannot_be_read"),
}


@pytest.fixture
def beside(inclusion: Inclusion, drop: Drop) -> Inclusion:
    """Inclusion with an import profile whose encoding Python knows and cannot read files in."""
    odd = {**PROFILES, "lpr_idna": PROFILES["lpr_a"].model_copy(update={"encoding": "idna"})}
    return Inclusion(inclusion.rows, drop.path, inclusion.surveys, written=odd)


@pytest.mark.parametrize("put", ODD)
async def test_an_odd_delivery_is_refused_alone_and_all_others_go_on(
    beside: Inclusion, drop: Drop, put: Callable[[Drop], None]
) -> None:
    drop.contacts([*ROWS, a_contact(4)])
    put(drop)
    told = await beside.act(SECOND)
    assert reasons(told) == [ODD[put]]
    assert [one.delivery for one in told if isinstance(one, DeliveryRead)] == ["lpr-2026-10"]
    assert (await beside.due())["read_deliveries"] is None
    assert [one for one in await beside.act(FIFTH) if isinstance(one, WaveStarted)] != []


async def test_a_manifest_that_fails_our_own_code_is_refused_alone(inclusion: Inclusion, drop: Drop) -> None:
    drop.contacts(ROWS, "odd", profile="no_such")
    drop.contacts([*ROWS, a_contact(4)])
    beside = Inclusion(inclusion.rows, drop.path, inclusion.surveys, written=FailsForTheUnknown(PROFILES))
    told = await beside.act(SECOND)
    assert reasons(told) == [("odd.manifest.json", "cannot_be_read")]
    assert [one.delivery for one in told if isinstance(one, DeliveryRead)] == ["lpr-2026-10"]


class FailsForTheUnknown(dict[str, Profile]):
    """Profiles with a mistake of ours in them."""

    def get(self, name: str, default: Profile | None = None) -> Profile | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self[name]
