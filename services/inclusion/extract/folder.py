"""The drop folder: where deliveries arrive, and the only place on disk where CPR numbers lie in clear text."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MANIFEST = ".manifest.json"
READING = ".reading"
"""Below it lies what is needed while a delivery is read. Emptied afterwards, and at the next start after a crash."""
LOCK = "in-use"
NO_FILE = "no file"
LARGEST_MANIFEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class FoundManifest:
    """A manifest as it lies in the folder."""

    name: str
    sha256: str
    content: bytes


class DropFolder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def manifests(self) -> Sequence[FoundManifest]:
        """All that lie in the folder, by name. A folder that is not there holds none."""
        return [self._found(path) for path in sorted(self._path.glob(f"*{MANIFEST}")) if path.is_file()]

    def path(self, file: str) -> Path:
        return self._path / file

    def seen(self, files: Iterable[str]) -> str:
        """What can be seen of these files without reading them: another text means that one was changed, or came."""
        return ", ".join(f"{file}: {self._seen(file)}" for file in sorted(set(files)))

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder of one's own below `.reading`, that is gone afterwards. Not swept by others while in use."""
        reading = self._path / READING
        reading.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=reading) as place, open(Path(place) / LOCK, "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(place)

    def sweep(self) -> None:
        """Removes what crashed processes left below `.reading`."""
        for left in (self._path / READING).glob("*"):
            if not _in_use(left):
                shutil.rmtree(left, ignore_errors=True)

    def _found(self, path: Path) -> FoundManifest:
        with open(path, "rb") as file:
            content = file.read(LARGEST_MANIFEST)
        return FoundManifest(path.name, hashlib.sha256(content).hexdigest(), content)

    def _seen(self, file: str) -> str:
        try:
            found = (self._path / file).stat()
        except OSError:
            return NO_FILE
        return f"{found.st_size} bytes of {found.st_mtime_ns}"


def _in_use(place: Path) -> bool:
    try:
        with open(place / LOCK) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
