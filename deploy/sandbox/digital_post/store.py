"""Everything Digital Post keeps: SQLite for what is asked for, one file that only grows for the messages' bytes.

A message's bytes are written before its row, so a row always finds its bytes; bytes without a row are dead weight. What
is committed outlives the process, not the machine.
"""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY, message_uuid TEXT NOT NULL UNIQUE, cpr TEXT NOT NULL, label TEXT NOT NULL,
    received_at TEXT NOT NULL, deliver_from TEXT NOT NULL, starts INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS receipts (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, message_uuid TEXT NOT NULL,
    available_at TEXT NOT NULL, place INTEGER NOT NULL, receipt TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS receipts_in_their_order ON receipts (place, available_at, sequence);
CREATE INDEX IF NOT EXISTS receipts_by_availability ON receipts (available_at);
CREATE TABLE IF NOT EXISTS refusals (
    sequence INTEGER PRIMARY KEY, message_uuid TEXT NOT NULL, code TEXT NOT NULL, refused_at TEXT NOT NULL,
    cpr TEXT, label TEXT, told INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refused_by_fault (message_uuid TEXT PRIMARY KEY, code TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duplicates (
    sequence INTEGER PRIMARY KEY, message_uuid TEXT NOT NULL, repeated_at TEXT NOT NULL, same_content INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS lookups (
    sequence INTEGER PRIMARY KEY, cpr TEXT NOT NULL, status TEXT, looked_up_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
    request TEXT NOT NULL, outcome TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (request, outcome));
"""
ACCEPTED_AMONG = """
SELECT message_uuid, received_at FROM messages WHERE message_uuid IN (SELECT value FROM json_each(?))"""
REFUSED_BY_FAULT_AMONG = """
SELECT message_uuid, code FROM refused_by_fault WHERE message_uuid IN (SELECT value FROM json_each(?))"""
ADD_MESSAGE = """
INSERT INTO messages (message_uuid, cpr, label, received_at, deliver_from, starts, size) VALUES (?, ?, ?, ?, ?, ?, ?)"""
ADD_RECEIPT = "INSERT INTO receipts (id, message_uuid, available_at, place, receipt) VALUES (?, ?, ?, ?, ?)"
ADD_REFUSAL = "INSERT INTO refusals (message_uuid, code, refused_at, cpr, label, told) VALUES (?, ?, ?, ?, ?, ?)"
ADD_REFUSED_BY_FAULT = "INSERT INTO refused_by_fault (message_uuid, code) VALUES (?, ?) ON CONFLICT DO NOTHING"
ADD_DUPLICATE = "INSERT INTO duplicates (message_uuid, repeated_at, same_content) VALUES (?, ?, ?)"
ADD_LOOKUP = "INSERT INTO lookups (cpr, status, looked_up_at) VALUES (?, ?, ?)"
COUNT_ATTEMPT = """
INSERT INTO attempts (request, outcome, number) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1"""
ATTEMPTS = "SELECT request, outcome, number FROM attempts ORDER BY request, outcome"
WHERE_IS_MESSAGE = "SELECT starts, size FROM messages WHERE message_uuid = ?"
RECEIPTS = """
SELECT id, receipt FROM receipts WHERE available_at <= ?
ORDER BY place, available_at, sequence LIMIT ? OFFSET ?"""
COUNT_RECEIPTS = "SELECT count(*) FROM receipts WHERE available_at <= ?"
ONE_RECEIPT = "SELECT receipt FROM receipts WHERE id = ? AND available_at <= ?"
DELETE_RECEIPTS = """
DELETE FROM receipts WHERE available_at <= ? AND id IN (SELECT value FROM json_each(?))"""
NEXT_RECEIPT = "SELECT min(available_at) FROM receipts WHERE available_at > ?"
LISTS = {
    "messages": """
SELECT sequence, message_uuid, cpr, label, received_at, deliver_from FROM messages
WHERE sequence > ? ORDER BY sequence LIMIT ?""",
    "refusals": """
SELECT sequence, message_uuid, code, refused_at, cpr, label, told FROM refusals
WHERE sequence > ? ORDER BY sequence LIMIT ?""",
    "duplicates": """
SELECT sequence, message_uuid, repeated_at, same_content FROM duplicates
WHERE sequence > ? ORDER BY sequence LIMIT ?""",
    "lookups": """
SELECT sequence, cpr, status, looked_up_at FROM lookups WHERE sequence > ? ORDER BY sequence LIMIT ?""",
}


class Store:
    """One connection behind one lock: whoever is inside `writing` is alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._bytes = os.open(folder / "messages.bin", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._database = sqlite3.connect(folder / "digital_post.sqlite", check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(TABLES)

    def close(self) -> None:
        """What is committed stays."""
        with self._lock:
            self._database.close()
            os.close(self._bytes)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing of what is done inside is kept."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def accepted_among(self, message_uuids: Iterable[str]) -> dict[str, str]:
        """When those of these messages were received that were accepted before."""
        return {row[0]: row[1] for row in self._rows(ACCEPTED_AMONG, dumps(list(message_uuids)))}

    def refused_by_fault_among(self, message_uuids: Iterable[str]) -> dict[str, str]:
        """The codes of those that a fault refused before."""
        return {row[0]: row[1] for row in self._rows(REFUSED_BY_FAULT_AMONG, dumps(list(message_uuids)))}

    def add_messages(self, messages: Sequence[tuple[Sequence[str], bytes]]) -> None:
        """Each: uuid, cpr, label, received_at, deliver_from, and the bytes as they came."""
        starts = os.fstat(self._bytes).st_size
        together = b"".join(content for _, content in messages)
        if os.write(self._bytes, together) < len(together):
            raise OSError(errno.ENOSPC, "messages.bin could not be written whole: make room on the disk")
        rows = []
        for row, content in messages:
            rows.append((*row, starts, len(content)))
            starts += len(content)
        self._database.executemany(ADD_MESSAGE, rows)

    def add_receipts(self, rows: Iterable[tuple[str, str, str, int, str]]) -> None:
        """Each: id, message_uuid, available_at, place, the receipt as JSON."""
        self._database.executemany(ADD_RECEIPT, rows)

    def add_refusals(self, rows: Iterable[tuple[str, str, str, str | None, str | None, bool]]) -> None:
        """Each: message_uuid, code, refused_at, cpr and label if they could be read, whether anybody is told."""
        self._database.executemany(ADD_REFUSAL, rows)

    def add_refused_by_fault(self, rows: Iterable[tuple[str, str]]) -> None:
        """Each: message_uuid, code. The first code is for good."""
        self._database.executemany(ADD_REFUSED_BY_FAULT, rows)

    def add_duplicates(self, rows: Iterable[tuple[str, str, bool]]) -> None:
        """Each: message_uuid, repeated_at, whether the bytes were the same as those kept."""
        self._database.executemany(ADD_DUPLICATE, rows)

    def add_lookups(self, rows: Iterable[tuple[str, str | None, str]]) -> None:
        """Each: cpr, the status told or None, looked_up_at."""
        with self.writing():
            self._database.executemany(ADD_LOOKUP, rows)

    def count_attempt(self, request: str, outcome: str) -> None:
        """One more request of this kind ended like this."""
        with self._lock:
            self._database.execute(COUNT_ATTEMPT, (request, outcome))

    def attempts(self) -> list[tuple[str, str, int]]:
        """Requests by kind and outcome, since the state began."""
        return [tuple(row) for row in self._rows(ATTEMPTS)]

    def message(self, message_uuid: str) -> bytes | None:
        """The bytes of an accepted message as they came."""
        rows = self._rows(WHERE_IS_MESSAGE, message_uuid.lower())
        return os.pread(self._bytes, rows[0]["size"], rows[0]["starts"]) if rows else None

    def receipts(self, now: str, limit: int, offset: int) -> list[tuple[str, str]]:
        """Ids and receipts (JSON) that are to be had, in the order they are told."""
        return [tuple(row) for row in self._rows(RECEIPTS, now, limit, offset)]

    def count_receipts(self, now: str) -> int:
        """How many receipts are to be had."""
        return self._rows(COUNT_RECEIPTS, now)[0][0]

    def receipt(self, receipt_id: str, now: str) -> str | None:
        """One receipt (JSON), if it is to be had."""
        rows = self._rows(ONE_RECEIPT, receipt_id, now)
        return rows[0][0] if rows else None

    def delete_receipts(self, receipt_ids: Sequence[str], now: str) -> int:
        """How many of these were there to be deleted."""
        with self._lock:
            return self._database.execute(DELETE_RECEIPTS, (now, dumps(receipt_ids))).rowcount

    def next_receipt(self, now: str) -> str | None:
        """When the next receipt that is not to be had yet will be."""
        return self._rows(NEXT_RECEIPT, now)[0][0]

    def listed(self, name: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Rows of messages, refusals, duplicates or lookups after this sequence."""
        return [dict(row) for row in self._rows(LISTS[name], after, limit)]

    def _rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
