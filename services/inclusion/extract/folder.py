"""The drop folder: where deliveries arrive, and the only place on disk where CPR numbers lie in clear text."""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from services.inclusion.domain.manifest import as_told

MANIFEST = ".manifest.json"
READING = ".reading"
"""Below it lies what is needed while a delivery is read. Emptied afterwards, and at the next start after a crash."""
LOCK = "in-use"
GATE = ".reading.lock"
NO_FILE = "no file"
LARGEST_MANIFEST = 64 * 1024
KINDS = {stat.S_IFDIR: "a folder", stat.S_IFLNK: "a link", stat.S_IFIFO: "a named pipe"}
WAITING_FOR_NOBODY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class CannotOpen(Exception):
    """Something lies there that is no file of the folder's own, or may not be read. Its text tells which."""


@dataclass(frozen=True, slots=True)
class FoundManifest:
    """A manifest as it lies in the folder."""

    name: str
    sha256: str
    content: bytes
    written: datetime
    """When it was last changed, by the machine's clock."""
    closed: str | None = None
    """Why it could not be opened. Its content counts as none."""

    @property
    def told_as(self) -> str:
        """Its name as it is kept and told: senders have named files after persons, and in other encodings."""
        return as_told(self.name)

    @property
    def key(self) -> str:
        """By which it is known among stuck work: another content is another delivery."""
        return f"{self.told_as} {self.sha256[:12]}"


class DropFolder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def manifests(self) -> Sequence[FoundManifest]:
        """All that lie in the folder, by name. A folder that is not there holds none."""
        found = [self._found(path.name) for path in sorted(self._path.glob(f"*{MANIFEST}"))]
        return [one for one in found if one is not None]

    def path(self, file: str) -> Path:
        return self._path / file

    def opened(self, file: str) -> BinaryIO:
        """Opens a file that lies in the folder itself, for reading. Follows no link, waits for no writer.

        Raises FileNotFoundError, and CannotOpen where it stays closed until somebody puts it right.
        """
        path = self._path / file
        try:
            _expect_regular(os.lstat(path))
            return open(path, "rb", opener=lambda name, _: os.open(name, WAITING_FOR_NOBODY))
        except (PermissionError, IsADirectoryError):
            raise CannotOpen("a file that may not be read") from None

    def seen(self, files: Iterable[str]) -> str:
        """What can be seen of these files without reading them: another text means that one was changed, or came."""
        return ", ".join(f"{file}: {self._seen(file)}" for file in sorted(set(files)))

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder of one's own below `.reading`, that is gone afterwards. Not swept by others while in use."""
        with ExitStack() as kept:
            with self._gate():
                reading = self._path / READING
                reading.mkdir(mode=0o700, exist_ok=True)
                place = tempfile.TemporaryDirectory(dir=reading)
                lock = kept.enter_context(open(Path(place.name) / LOCK, "w"))
                kept.callback(place.cleanup)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(place.name)

    def sweep(self) -> None:
        """Removes what crashed processes left below `.reading`; in a folder that is not ours, nothing."""
        left = list((self._path / READING).glob("*"))
        if not left or not os.access(self._path, os.W_OK):
            return
        with self._gate():
            for place in left:
                if not _in_use(place):
                    shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Of all copies one at a time: between the making of a workplace and its lock it looks like one left behind."""
        with open(self._path / GATE, "w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _found(self, name: str) -> FoundManifest | None:
        try:
            written = _moment((self._path / name).lstat().st_mtime)
            content, closed = self._content(name)
        except FileNotFoundError:
            return None
        return FoundManifest(name, hashlib.sha256(content).hexdigest(), content, written, closed)

    def _content(self, name: str) -> tuple[bytes, str | None]:
        try:
            with self.opened(name) as file:
                return file.read(LARGEST_MANIFEST), None
        except CannotOpen as error:
            return b"", f"{error}"

    def _seen(self, file: str) -> str:
        try:
            found = (self._path / file).lstat()
        except OSError:
            return NO_FILE
        return f"{found.st_size} bytes of {found.st_mtime_ns}, {found.st_ctime_ns}"


def _moment(seconds: float) -> datetime:
    """What no calendar holds counts as still to come."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def _expect_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise CannotOpen(KINDS.get(stat.S_IFMT(found.st_mode), "something that is no file"))


def _in_use(place: Path) -> bool:
    try:
        with open(place / LOCK) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
