"""The drop folder: what lies there, and the places where deliveries are read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest

from services.inclusion.extract.folder import READING, CannotOpen, DropFolder
from tests.support.deliveries import Drop, a_contact

NOBODY = 65534


def test_manifests_are_found_by_name(drop: Drop) -> None:
    found = DropFolder(drop.path).manifests()
    assert [one.name for one in found] == ["participation-2026-11-01.manifest.json", "sor-2026-11-01.manifest.json"]


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert DropFolder(tmp_path / "nowhere").manifests() == []


def test_a_file_looks_otherwise_when_it_comes_and_when_it_changes(drop: Drop) -> None:
    folder = DropFolder(drop.path)
    looks = [folder.seen(["lpr-2026-10.csv"])]
    for rows in ([a_contact(1)], [a_contact(1), a_contact(2)]):
        drop.contacts(rows)
        looks.append(folder.seen(["lpr-2026-10.csv"]))
    assert len(set(looks)) == 3
    assert folder.seen(["lpr-2026-10.csv"]) == looks[-1]


def test_a_workplace_is_gone_afterwards(drop: Drop) -> None:
    with DropFolder(drop.path).workplace() as place:
        (place / "copy.csv").write_text("x")
    assert list((drop.path / READING).iterdir()) == []


def test_what_a_crash_left_is_swept_and_what_is_in_use_is_not(drop: Drop) -> None:
    left = drop.path / READING / "left"
    left.mkdir(parents=True)
    (left / "copy.csv").write_text("x")
    folder = DropFolder(drop.path)
    with folder.workplace() as place:
        folder.sweep()
        assert (left.exists(), place.exists()) == (False, True)


def test_a_second_copys_sweep_leaves_a_workplace_alone_from_its_first_moment(drop: Drop) -> None:
    """The one makes workplaces as fast as it can, the other sweeps as fast as it can, each as a copy of its own."""
    one, other, ended = DropFolder(drop.path), DropFolder(drop.path), Event()

    def sweep() -> None:
        while not ended.is_set():
            other.sweep()

    sweeping = Thread(target=sweep)
    sweeping.start()
    try:
        for _ in range(300):
            with one.workplace() as place:
                (place / "copy.csv").write_text("x")
                assert (place / "copy.csv").read_text() == "x"
    finally:
        ended.set()
        sweeping.join()
    assert list((drop.path / READING).iterdir()) == []


@contextmanager
def without_rights() -> Iterator[None]:
    """Not root, who may read whatever lies there."""
    me = os.geteuid()
    os.seteuid(NOBODY if me == 0 else me)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_file_that_may_not_be_read_stays_closed_and_is_seen_to_be_another_when_it_may() -> None:
    with TemporaryDirectory() as place:
        folder, file = DropFolder(Path(place)), Path(place) / "lpr-2026-10.csv"
        Path(place).chmod(0o755)
        file.touch(mode=0o000)
        seen = folder.seen([file.name])
        with without_rights(), pytest.raises(CannotOpen, match="may not be read"):
            folder.opened(file.name)
        file.chmod(0o444)
        assert folder.seen([file.name]) != seen
        with without_rights(), folder.opened(file.name) as opened:
            assert opened.read() == b""


def test_a_manifest_that_may_not_be_read_is_found_closed() -> None:
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        (Path(place) / "lpr-2026-10.manifest.json").touch(mode=0o000)
        with without_rights():
            [found] = DropFolder(Path(place)).manifests()
        assert found.closed == "a file that may not be read"


def test_a_manifest_that_was_written_after_all_calendars_is_found() -> None:
    """On a file system that keeps such a moment."""
    with TemporaryDirectory(dir="/dev/shm") as place:
        manifest = Path(place) / "odd.manifest.json"
        manifest.touch()
        os.utime(manifest, (10**12, 10**12))
        [found] = DropFolder(Path(place)).manifests()
    assert found.written.year == 9999
