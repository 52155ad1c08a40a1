"""Migrations go forward only, from every folder of a service, each once."""

from pathlib import Path

import asyncpg
import pytest

from deploy.local.databases import execute
from deploy.local.errors import CannotStart
from deploy.local.migrations import migrate
from tests.support.databases import Database


def write(folder: Path, name: str, sql: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"-- migrate:up\n{sql};\n")
    return folder


def test_all_folders_are_applied_and_a_missing_one_is_empty(database: Database, tmp_path: Path) -> None:
    url = database("karens")
    shared = write(tmp_path / "shared", "9001_first.sql", "CREATE TABLE one (row int)")
    own = write(tmp_path / "own", "9002_second.sql", "CREATE TABLE two (row int)")
    migrate(url, [shared, own, tmp_path / "missing"])
    execute(url, "SELECT * FROM one, two")


def test_what_was_applied_is_not_applied_again(database: Database, tmp_path: Path) -> None:
    url = database("karens")
    folder = write(tmp_path / "own", "9001_first.sql", "CREATE TABLE one (row int)")
    migrate(url, [folder])
    migrate(url, [write(folder, "9002_second.sql", "CREATE TABLE two (row int)")])
    execute(url, "SELECT * FROM one, two")


def test_two_files_of_one_number_are_refused(database: Database, tmp_path: Path) -> None:
    shared = write(tmp_path / "shared", "9001_first.sql", "CREATE TABLE one (row int)")
    own = write(tmp_path / "own", "9001_first_too.sql", "CREATE TABLE two (row int)")
    with pytest.raises(CannotStart, match="have the same version 9001"):
        migrate(database("karens"), [shared, own])


def test_a_failing_migration_leaves_nothing_and_says_why(database: Database, tmp_path: Path) -> None:
    url = database("karens")
    folder = write(tmp_path / "own", "9001_first.sql", "CREATE TABLE one (row int); CREATE TABLE two (row unheard_of)")
    with pytest.raises(CannotStart, match='type "unheard_of" does not exist'):
        migrate(url, [folder])
    with pytest.raises(asyncpg.UndefinedTableError):
        execute(url, "SELECT * FROM one")
