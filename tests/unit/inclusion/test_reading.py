"""A delivery's rows: each is rejected with the first reason that holds, superseded, or a contact."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.inclusion.domain.manifest import Refusal
from services.inclusion.extract.reading import Counts
from tests.support.deliveries import CONTACT, Drop, a_contact
from tests.unit.inclusion.extracting import (
    PROFILES,
    SOMATIC,
    counted,
    read,
    selected,
    waves,
)

GUID = "0F8FAD5B-D9CB-469F-A165-70867728950E"


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("dw_ek_kontakt", ["", "1" * 17, "1" * 21, f"{'1' * 17}x", GUID[:-1], f"{{{GUID}}}"], "contact_id_malformed"),
        ("pnr", ["", "251248999", "25124899961", "2512 489996", "ABCDEFGHIJ", "251248999O"], "cpr_malformed"),
        ("pnr", ["3002489902", "0013489902", "3213489902", "9212489902", "2412489AB6", "241248AAA6"], "cpr_malformed"),
        ("kont_starttidspunkt", ["", "i går", "2026-13-01 10:00:00", "2026-10-14 24:00:00"], "time_malformed"),
        ("kont_starttidspunkt", ["14-10-2026 10:00", "2026-10-14"], "time_malformed"),
        ("kont_sluttidspunkt", ["2026-02-30 10:00:00", "-"], "time_malformed"),
        ("kont_indb_tidspunkt", ["2026-10-32 10:00:00"], "time_malformed"),
        ("borger_foedselsdato", ["1948-24-12"], "time_malformed"),
        ("borger_doedsdato", ["ja"], "time_malformed"),
        ("kont_sluttidspunkt", ["2026-10-14 08:59:59", "2025-10-14 10:00:00"], "end_before_start"),
        ("kont_ans", ["", "123", "99999999100001600"], "unit_unknown"),
        ("kont_type", ["", "?", "ALCA", "ALCA000", "XLCA00"], "code_malformed"),
        ("prioritet", ["haster", "ATA", "1"], "code_malformed"),
        ("adiag", ["G30", "DG3", "DG3012345", "ondt i maven"], "code_malformed"),
    ],
)
def test_a_malformed_value_rejects_its_row(drop: Drop, column: str, values: Sequence[str], reason: str) -> None:
    rows = [a_contact(number, **{column: value}) for number, value in enumerate(values, start=1)]
    assert counted(drop, [*rows, a_contact(99)]) == Counts(len(values) + 1, {reason: len(values)}, 0, 1)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("dw_ek_kontakt", ["1" * 18, "1" * 19, "1" * 20, GUID, GUID.lower().replace("0f", "1f"), f'="{"2" * 18}"']),
        ("pnr", ["251248-9996", " 2512489996 ", "2512481ab6", "2512480AB6", "251248-5AB6", "8512489996"]),
        ("pnr", ["2902289996", "2902004996", "0101579999", "3112365996"]),
        ("kont_starttidspunkt", ["2026-10-14 09:00", "2026-10-14 10:00:00"]),
        ("kont_sluttidspunkt", ["", "2026-10-14 09:00:00", "2026-10-14 09:00"]),
        ("kont_indb_tidspunkt", [""]),
        ("prioritet", ["", "ATA1", "ATA3B2", "ata1"]),
        ("adiag", ["", "DG30", "DG30123A"]),
        ("lprindberetningssystem", ["", 'a "good" one', "Ærø"]),
    ],
)
def test_a_value_written_in_another_way_is_a_contact(drop: Drop, column: str, values: Sequence[str]) -> None:
    rows = [a_contact(number, **{column: value}) for number, value in enumerate(values, start=1)]
    assert counted(drop, rows) == Counts(len(values), {}, 0, len(values))


def test_modulus_11_is_not_asked(drop: Drop) -> None:
    assert counted(drop, [a_contact(pnr="0505159995")]).contacts == 1


def test_an_end_in_the_hour_that_is_read_twice_may_be_read_before_the_start(drop: Drop) -> None:
    """The clock is set back from three to two on 25 October 2026: 02:50 and then 02:10 are twenty minutes."""
    twice = {"kont_starttidspunkt": "2026-10-25 02:50:00", "kont_sluttidspunkt": "2026-10-25 02:10:00"}
    once = {"kont_starttidspunkt": "2026-10-25 03:10:00", "kont_sluttidspunkt": "2026-10-25 02:50:00"}
    assert counted(drop, [a_contact(1, **twice), a_contact(2, **once)]) == Counts(2, {"end_before_start": 1}, 0, 1)


def test_the_first_reason_holds(drop: Drop) -> None:
    flaws = [
        ("contact_id_malformed", {"dw_ek_kontakt": "?"}),
        ("cpr_malformed", {"pnr": "?"}),
        ("time_malformed", {"kont_indb_tidspunkt": "?"}),
        ("end_before_start", {"kont_sluttidspunkt": "2020-01-01 00:00:00"}),
        ("unit_unknown", {"kont_ans": "?"}),
        ("code_malformed", {"kont_type": "?"}),
    ]
    lines = []
    for place in range(len(flaws)):
        columns: dict[str, str] = {}
        for _, more in flaws[place:]:
            columns |= more
        lines.append(";".join(a_contact(place, **columns).values()).encode())
    undecodable = lines[0].replace(b"DG30", b"\xff")
    content = [";".join(CONTACT).encode(), undecodable + b";", undecodable, *lines]
    file = drop.put_bytes("lpr-2026-10", "contacts", "lpr_a", b"\n".join(content), len(content) - 1, period="2026-10")
    reasons = ["wrong_number_of_fields", "not_decodable", *(reason for reason, _ in flaws)]
    assert read(drop, file) == Counts(8, dict.fromkeys(reasons, 1), 0, 0)


class TestSuperseded:
    def test_the_latest_report_counts(self, drop: Drop) -> None:
        rows = [
            a_contact(1, kont_indb_tidspunkt="2026-10-15 12:00:00"),
            a_contact(1, kont_indb_tidspunkt="2026-10-14 12:00:00", borger_doedsdato="2026-10-20"),
            a_contact(1, kont_indb_tidspunkt="", borger_doedsdato="2026-10-20"),
        ]
        assert counted(drop, rows) == Counts(3, {}, 2, 1)
        assert self.deaths(drop, rows) == 0

    def test_of_reports_of_one_moment_the_later_line_counts(self, drop: Drop) -> None:
        rows = [a_contact(1), a_contact(1, borger_doedsdato="2026-10-20")]
        assert (self.deaths(drop, rows), self.deaths(drop, rows[::-1])) == (1, 0)

    def test_a_rejected_report_supersedes_nothing(self, drop: Drop) -> None:
        rows = [a_contact(1), a_contact(1, kont_indb_tidspunkt="2026-10-20 12:00:00", kont_ans="?")]
        assert counted(drop, rows) == Counts(2, {"unit_unknown": 1}, 0, 1)

    @staticmethod
    def deaths(drop: Drop, rows: Sequence[dict[str, str]]) -> int:
        [wave] = waves(drop, [drop.contacts(rows)], SOMATIC)
        with selected(drop, wave) as selection:
            return selection.counts[0].terms.get("dead", 0)


class TestText:
    """What a file may look like, byte by byte."""

    @staticmethod
    def read(drop: Drop, content: bytes, rows: int) -> Counts | Refusal:
        return read(drop, drop.put_bytes("lpr", "contacts", "lpr_a", content, rows, period="2026-10"))

    @staticmethod
    def text(*rows: dict[str, str], header: str = ";".join(CONTACT)) -> str:
        return "\n".join([header, *(";".join(row.values()) for row in rows), ""])

    def test_headers_stand_in_any_letter_case_and_order(self, drop: Drop) -> None:
        mixed = [{name: row[name] for name in reversed(list(row))} for row in (a_contact(1), a_contact(2))]
        header = ";".join(name.upper() for name in reversed(list(CONTACT)))
        assert self.read(drop, self.text(*mixed, header=header).encode(), 2) == Counts(2, {}, 0, 2)

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_lines_may_end_in_any_way(self, drop: Drop, line_end: str) -> None:
        text = self.text(a_contact(1), a_contact(2)).replace("\n", line_end)
        assert self.read(drop, text.encode(), 2) == Counts(2, {}, 0, 2)

    def test_a_mark_of_byte_order_and_a_missing_last_line_end_do_no_harm(self, drop: Drop) -> None:
        assert self.read(drop, b"\xef\xbb\xbf" + self.text(a_contact()).strip().encode(), 1) == Counts(1, {}, 0, 1)

    def test_empty_lines_are_no_rows(self, drop: Drop) -> None:
        assert self.read(drop, self.text(a_contact()).replace("\n", "\n\n").encode(), 1) == Counts(1, {}, 0, 1)

    def test_a_quoted_field_may_hold_the_separator_a_line_end_and_quotation_marks(self, drop: Drop) -> None:
        rows = [a_contact(1, lprindberetningssystem='"a;b\nc ""d"""'), a_contact(2)]
        assert self.read(drop, self.text(*rows).encode(), 2) == Counts(2, {}, 0, 2)

    def test_a_quotation_mark_that_is_never_closed_leaves_the_delivery_short_of_rows(self, drop: Drop) -> None:
        rows = [a_contact(1, lprindberetningssystem='"open'), a_contact(2), a_contact(3)]
        refusal = self.read(drop, self.text(*rows).encode(), 3)
        assert isinstance(refusal, Refusal)
        assert refusal.reason == "rows_differ"

    def test_bytes_that_mean_nothing_reject_their_row_wherever_they_stand(self, drop: Drop) -> None:
        text = self.text(a_contact(1, kont_aarsag="@"), a_contact(2, adiag="@"), a_contact(3))
        for nothing in (b"\xff", b"\xc3", b"\x00", b"\xed\xa0\x80"):
            content = text.encode().replace(b"@", nothing)
            assert self.read(drop, content, 3) == Counts(3, {"not_decodable": 2}, 0, 1)

    @pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
    def test_the_profile_names_the_encoding(self, drop: Drop, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
        profile = PROFILES["lpr_a"].model_copy(update={"encoding": encoding, "separator": "|"})
        monkeypatch.setitem(PROFILES, "lpr_a", profile)  # pyright: ignore[reportArgumentType]
        text = self.text(a_contact(1, kont_type="død"), a_contact(2)).replace(";", "|")
        assert self.read(drop, text.encode(encoding), 2) == Counts(2, {}, 0, 2)

    def test_a_byte_that_windows_1252_does_not_know_is_not_decodable(
        self, drop: Drop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        profile = PROFILES["lpr_a"].model_copy(update={"encoding": "windows-1252"})
        monkeypatch.setitem(PROFILES, "lpr_a", profile)  # pyright: ignore[reportArgumentType]
        content = self.text(a_contact(1, kont_aarsag="@"), a_contact(2)).encode("cp1252").replace(b"@", b"\x81")
        assert self.read(drop, content, 2) == Counts(2, {"not_decodable": 1}, 0, 1)


FIELDS = st.lists(st.sampled_from(["a", '"', '""', "x", "\n", ";", "æ", " ", "\udcff"]), max_size=4).map("".join)
WIDTH = len(CONTACT)
WIDTHS = st.sampled_from([1, 2, WIDTH - 1, WIDTH, WIDTH, WIDTH + 1, WIDTH + 2])


@st.composite
def any_rows(draw: st.DrawFn) -> list[list[str]]:
    """Rows of any width, of which some fields hold anything and the others nothing."""
    widths = draw(st.lists(WIDTHS, max_size=8))
    return [[*draw(st.lists(FIELDS, max_size=min(width, 3))), *[""] * width][:width] for width in widths]


@given(any_rows())
@settings(max_examples=25, deadline=None)
def test_rows_are_told_apart_as_the_csv_reader_of_python_does(rows: list[list[str]]) -> None:
    """Fields of any content, rows of any width: every row is counted, and for the right reason."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([list(CONTACT), *rows])
    content = text.getvalue().encode("utf-8", "surrogateescape")
    with TemporaryDirectory() as folder:
        drop = Drop(Path(folder))
        drop.units()
        counts = read(drop, drop.put_bytes("lpr", "contacts", "lpr_a", content, len(rows), period="2026-10"))
    assert counts == Counts(len(rows), Counter(map(_reason, rows)), 0, 0)


def _reason(row: list[str]) -> str:
    if len(row) != WIDTH:
        return "wrong_number_of_fields"
    return "not_decodable" if "\udcff" in "".join(row) else "contact_id_malformed"
