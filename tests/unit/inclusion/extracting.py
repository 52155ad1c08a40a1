"""Extracts read and judged without a database server: what a test delivers is what its wave pins."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from services.inclusion import profiles
from services.inclusion.domain.manifest import Manifest, Refusal
from services.inclusion.domain.starting import Delivered, Extract, Start, begin
from services.inclusion.domain.wave import PinnedContacts, PinnedFile, Wave
from services.inclusion.extract import delivery
from services.inclusion.extract.database import Engine
from services.inclusion.extract.folder import MANIFEST, DropFolder
from services.inclusion.extract.reading import Counts
from services.inclusion.extract.selection import Selection, select
from shared import surveys
from shared.surveys import Survey
from tests.support.builders import danish
from tests.support.deliveries import OCTOBER, Drop

PROFILES = profiles.load()
SOMATIC, PSYCHIATRIC = (surveys.load()[name] for name in ("lup-somatik", "lup-psykiatri"))
ENGINE = Engine("200MB")
FIFTH = danish("2026-11-05 00:00")


def pinned(file: Path, units: PinnedFile | None = None) -> PinnedFile:
    """What is pinned of a delivery that lies in a drop folder."""
    manifest = file.with_name(file.stem + MANIFEST).read_bytes()
    promised = json.loads(manifest)
    kept: dict[str, Any] = {
        "delivery": promised["delivery"],
        "sha256": promised["sha256"],
        "file": file.name,
        "manifest": file.stem + MANIFEST,
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "profile": PROFILES[promised["profile"]],
    }
    return PinnedFile(**kept) if units is None else PinnedContacts(**kept, units=units)


def read(drop: Drop, file: Path) -> Counts | Refusal:
    """Against the units that lie there."""
    manifest = Manifest.model_validate_json(file.with_name(file.stem + MANIFEST).read_bytes())
    units = pinned(drop.path / "sor-2026-11-01.csv")
    return delivery.read(DropFolder(drop.path), manifest, PROFILES[manifest.profile], units, ENGINE)


def counted(drop: Drop, rows: Sequence[Mapping[str, str]]) -> Counts:
    counts = read(drop, drop.contacts(rows))
    assert isinstance(counts, Counts), counts
    return counts


def waves(
    drop: Drop, contacts: Sequence[Path], *defined: Survey, month: str = OCTOBER, run: datetime = FIFTH
) -> list[Wave]:
    """The waves of one run, in the order in which they ask."""
    units = pinned(drop.path / "sor-2026-11-01.csv")
    extracts = [pinned(file, units) for file in contacts]
    months = {month: [Extract(one, 1, 0, 1, run) for one in extracts if isinstance(one, PinnedContacts)]}
    delivered = Delivered(months, units, pinned(drop.path / "participation-2026-11-01.csv"))
    starting = [Start(survey.name, month, run, "schedule") for survey in defined]
    return list(begin(starting, {one.name: one for one in defined}, delivered, [], run))


@contextmanager
def selected(drop: Drop, wave: Wave, run: Sequence[Wave] = ()) -> Iterator[Selection]:
    with select(DropFolder(drop.path), wave, {one.wave: one for one in run}, ENGINE) as selection:
        yield selection


def terms(
    drop: Drop, rows: Sequence[Mapping[str, str]], survey: Survey = SOMATIC, run: datetime = FIFTH
) -> Mapping[str, int]:
    """What becomes of these contacts in the survey's wave."""
    [wave] = waves(drop, [drop.contacts(rows)], survey, run=run)
    with selected(drop, wave) as selection:
        return sum_of(selection)


def sum_of(selection: Selection) -> Counter[str]:
    return sum((Counter(dict(count.terms)) for count in selection.counts), Counter())


def included(drop: Drop, wave: Wave, run: Sequence[Wave] = ()) -> set[str]:
    """The CPR numbers of everybody who is asked."""
    with selected(drop, wave, run) as selection:
        return {patient.cpr for patient in selection.patients(selection.counts)}


def changed(survey: Survey, **fields: Any) -> Survey:
    """The survey with other rules: fields of its eligibility, its sampling or its karens."""
    parts = {
        part: {name: value for name, value in fields.items() if name in type(getattr(survey, part)).model_fields}
        for part in ("eligibility", "sampling", "karens")
    }
    return survey.model_copy(
        update={part: getattr(survey, part).model_copy(update=given) for part, given in parts.items() if given}
    )
