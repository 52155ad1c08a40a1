"""A delivery, from the drop folder: fetched as it was promised, counted, or refused with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.inclusion.domain.manifest import (
    Manifest,
    NotTaken,
    Refusal,
    cannot_be_opened,
    cannot_be_read,
    file_of,
    judge_names,
    read_manifest,
)
from services.inclusion.domain.profile import Profile, headers, missing, repeated
from services.inclusion.domain.wave import PinnedFile
from services.inclusion.extract import copying, reading
from services.inclusion.extract.copying import Copied
from services.inclusion.extract.database import CannotRead, Engine
from services.inclusion.extract.folder import NO_FILE, CannotOpen, DropFolder, FoundManifest
from services.inclusion.extract.reading import Counts
from services.inclusion.extract.references import read_hierarchy, read_participation, read_standings

FIRST_COPY, COPY = "delivered.csv", "pinned.csv"
NAMES_ALONE = "names alone"
"""What was seen of a delivery that is refused for what its manifest is: only another manifest mends that."""


class AlteredSinceRead(Exception):
    """A pinned file is not what it was when it was read."""

    def __init__(self, file: PinnedFile, found: str) -> None:
        super().__init__(f"{file.file} was altered since it was read")
        self.file = file
        self.refusal = Refusal("altered_since_read", f"sha256 {file.sha256}", found)


@dataclass(frozen=True, slots=True)
class Unread:
    """A manifest that was not looked at yet, or whose data file has changed since it was refused."""

    found: FoundManifest
    manifest: Manifest | Refusal
    units: PinnedFile | None
    """What contacts are held against."""
    seen: str
    """What was seen of the files it rests on."""


def look(folder: DropFolder, found: FoundManifest, profiles: Mapping[str, Profile], units: PinnedFile | None) -> Unread:
    """What a manifest promises, or why it is refused. Raises OSError for what passes by itself."""
    try:
        return _look(folder, found, profiles, units)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        return Unread(found, cannot_be_read(error), None, NAMES_ALONE)


def _look(
    folder: DropFolder, found: FoundManifest, profiles: Mapping[str, Profile], units: PinnedFile | None
) -> Unread:
    if refusal := judge_names(found.name, found.content):
        return Unread(found, refusal, None, NAMES_ALONE)
    if found.closed is not None:
        return Unread(found, cannot_be_opened(found.name, found.closed), None, folder.seen([found.name]))
    manifest = read_manifest(found.content, profiles)
    held_against = units if isinstance(manifest, Manifest) and manifest.kind == "contacts" else None
    files = [file for file in (file_of(found.content), held_against and held_against.file) if file]
    return Unread(found, manifest, held_against, folder.seen(files))


def read(
    folder: DropFolder, manifest: Manifest, profile: Profile, units: PinnedFile | None, engine: Engine
) -> Counts | Refusal:
    """Counts what the delivery holds. `units` are those that its contacts are held against.

    Raises AlteredSinceRead where the units are not what they were, OSError for what passes by itself, as a full disk.
    """
    try:
        with folder.workplace() as place:
            copied = _fetch(folder, manifest, profile, place)
            counts = _count(folder, profile, units, place, copied, engine)
    except NotTaken as error:
        return error.refusal
    except CannotRead as error:
        return Refusal("cannot_be_read", f"rows of fields with {profile.separator!r} between them", str(error))
    except (AlteredSinceRead, OSError, MemoryError):
        raise
    except Exception as error:
        return cannot_be_read(error)
    if counts.rows != manifest.rows:
        return Refusal("rows_differ", f"{manifest.rows} rows", f"{counts.rows} rows")
    return counts


def fetch_pinned(folder: DropFolder, file: PinnedFile, place: Path) -> Copied:
    """Copies a pinned file once more. Raises AlteredSinceRead."""
    try:
        source = folder.opened(file.file)
    except FileNotFoundError:
        raise AlteredSinceRead(file, NO_FILE) from None
    except CannotOpen as error:
        raise AlteredSinceRead(file, f"{error}") from None
    try:
        copied = _copy(source, file.profile, place / COPY)
    except NotTaken as error:
        raise AlteredSinceRead(file, f"a file that cannot be split: {error.refusal.found}") from None
    if copied.sha256 != file.sha256:
        raise AlteredSinceRead(file, f"sha256 {copied.sha256}")
    return copied


def known_units(folder: DropFolder, units: PinnedFile, place: Path) -> Sequence[str]:
    """The codes of all units in a pinned hierarchy. Raises AlteredSinceRead."""
    return sorted(read_hierarchy(fetch_pinned(folder, units, place), units.profile).codes)


def _fetch(folder: DropFolder, manifest: Manifest, profile: Profile, place: Path) -> Copied:
    try:
        source = folder.opened(manifest.file)
    except FileNotFoundError:
        raise NotTaken(Refusal("file_missing", manifest.file, NO_FILE)) from None
    except CannotOpen as error:
        raise NotTaken(cannot_be_opened(manifest.file, f"{error}")) from None
    copied = _copy(source, profile, place / FIRST_COPY)
    if copied.sha256 != manifest.sha256:
        raise NotTaken(Refusal("checksum_differs", f"sha256 {manifest.sha256}", f"sha256 {copied.sha256}"))
    _check_header(copied, profile)
    return copied


def _copy(source: BinaryIO, profile: Profile, to: Path) -> Copied:
    """Raises OSError where the workplace is gone, which says nothing of the delivery; NotTaken."""
    with source:
        return copying.copy(source, profile.encoding, profile.separator, to)


def _check_header(copied: Copied, profile: Profile) -> None:
    header = reading.header_of(copied)
    expected = f"the columns {', '.join(headers(profile))}, separated by {profile.separator!r}"
    if lacking := missing(profile, header):
        raise NotTaken(Refusal("column_missing", expected, f"no {', '.join(lacking)}"))
    if twice := repeated(profile, header):
        raise NotTaken(Refusal("column_repeated", expected, f"{', '.join(twice)} more than once"))


def _count(
    folder: DropFolder, profile: Profile, units: PinnedFile | None, place: Path, copied: Copied, engine: Engine
) -> Counts:
    if profile.kind == "units":
        return _all_used(len(read_standings(copied, profile)))
    if profile.kind == "participation":
        return _all_used(len(read_participation(copied, profile)))
    if units is None:
        raise ValueError("contacts cannot be read before any units")
    known = known_units(folder, units, place)
    with engine.opened(place) as connection:
        return reading.read_contacts(connection, copied, profile, known)


def _all_used(rows: int) -> Counts:
    return Counts(rows, {}, 0, rows)
