"""Deliveries for the drop folder: a test names the columns that it is about, the rest is made up.

    drop.units(); drop.participation()
    drop.contacts([a_contact(1), a_contact(2, borger_doedsdato="2026-10-20")])

All persons are made up, and their numbers are nobody's.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.builders import a_unit

OCTOBER = "2026-10"
WARD, OTHER_WARD = a_unit(1).code, a_unit(2).code
SURVEYS = ("lup-somatik", "lup-psykiatri")
HOSPITAL, OWNER = "130000900016", "130000901016"

CONTACT: Mapping[str, str] = {
    "dw_ek_kontakt": "",
    "dw_ek_forloeb": "",
    "dw_sk_sygehusophold": "",
    "pnr": "",
    "kont_starttidspunkt": "2026-10-14 09:00:00",
    "kont_sluttidspunkt": "2026-10-14 10:00:00",
    "kont_type": "ALCA00",
    "kont_patient_type": "",
    "prioritet": "ATA3",
    "adiag": "DG30",
    "kont_ans": WARD,
    "kont_ans_inst": HOSPITAL,
    "kont_ans_hovedspec": "01",
    "kont_ans_geo_reg": "84",
    "kont_inst_ejertype": "offentlig",
    "kont_fritvalg": "0",
    "kont_aarsag": "",
    "kont_indb_tidspunkt": "2026-10-14 12:00:00",
    "flag_kont_afsluttet": "1",
    "borger_koen": "",
    "borger_foedselsdato": "",
    "borger_doedsdato": "",
    "borger_bo_kom": "",
    "borger_bo_reg": "",
    "cprtjek": "",
    "cprtype": "",
    "lprindberetningssystem": "Prøvejournal",
}


def a_cpr(person: int = 1) -> str:
    """Of one of forty thousand women, born in December 1948 or in the years after. Serials of 99 are for tests."""
    serial, day, year = person % 50, person // 50 % 20, person // 1000
    return f"{24 - day:02}12{48 + year % 40:02}{9900 + serial * 2:04}"


def a_contact(number: int = 1, person: int | None = None, /, **columns: str) -> dict[str, str]:
    """An hour's planned visit to a ward that takes part, of a person of its own: one who would be asked."""
    cpr = a_cpr(number if person is None else person)
    return {**CONTACT, "dw_ek_kontakt": f"{10**17 + number}", "pnr": cpr, **columns}


class Drop:
    """A drop folder, and what a test puts into it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def units(self, rows: Iterable[Sequence[str]] | None = None, delivery: str = "sor-2026-11-01") -> Path:
        header = "sor_kode;navn;type;overordnet;region;gyldig_fra;gyldig_til;efterfoelger"
        wards = [
            (OWNER, "Region Eksempel", "IE", "", "84", "2012-01-01", "", ""),
            (HOSPITAL, "Eksempel Hospital", "SI", OWNER, "84", "2012-01-01", "", ""),
            (WARD, "Afsnit 1", "OE", HOSPITAL, "84", "2012-01-01", "", ""),
            (OTHER_WARD, "Afsnit 2", "OE", HOSPITAL, "84", "2012-01-01", "", ""),
        ]
        lines = [f'="{code}";{";".join(rest)}' for code, *rest in (wards if rows is None else rows)]
        return self.put(delivery, "units", "sor", [header, *lines])

    def participation(
        self, rows: Iterable[Sequence[str]] | None = None, delivery: str = "participation-2026-11-01"
    ) -> Path:
        header = ("survey", "unit", "valid_from", "valid_to")
        wards = [(survey, ward, "2020-01-01", "") for survey in SURVEYS for ward in (WARD, OTHER_WARD)]
        lines = [self.line_of(row) for row in (header, *(wards if rows is None else rows))]
        return self.put(delivery, "participation", "participation", lines)

    def contacts(
        self,
        contacts: Iterable[Mapping[str, str]],
        delivery: str = "lpr-2026-10",
        period: str = OCTOBER,
        **promised: Any,
    ) -> Path:
        """`promised` is what the manifest says otherwise than is true."""
        lines = [self.line_of(row.values()) for row in contacts]
        return self.put(delivery, "contacts", "lpr_a", [self.line_of(CONTACT), *lines], period=period, **promised)

    def put(self, delivery: str, kind: str, by: str, lines: Sequence[str], **promised: Any) -> Path:
        """The data file, and then the manifest, which names the profile `by`; returns the data file."""
        return self.put_bytes(delivery, kind, by, "\n".join([*lines, ""]).encode(), len(lines) - 1, **promised)

    def put_bytes(self, delivery: str, kind: str, by: str, content: bytes, number: int, /, **promised: Any) -> Path:
        file = self.path / f"{delivery}.csv"
        file.write_bytes(content)
        true = {
            "kind": kind,
            "delivery": delivery,
            "file": file.name,
            "rows": number,
            "sha256": hashlib.sha256(content).hexdigest(),
            "profile": by,
        }
        self.manifest(delivery, json.dumps({**true, **promised}))
        return file

    def manifest(self, stem: str, content: str) -> Path:
        """Complete at once, as manifests are."""
        arriving, path = self.path / f".{stem}.arriving", self.path / f"{stem}.manifest.json"
        arriving.write_text(content, encoding="utf-8")
        return arriving.replace(path)

    @staticmethod
    def line_of(values: Iterable[str]) -> str:
        return ";".join(values)
