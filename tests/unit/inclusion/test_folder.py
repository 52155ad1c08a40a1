"""The drop folder: what lies there, and the places where deliveries are read."""

from pathlib import Path

from services.inclusion.extract.folder import READING, DropFolder
from tests.support.deliveries import Drop, a_contact


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
