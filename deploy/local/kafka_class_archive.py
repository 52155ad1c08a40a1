"""Archives the broker's loaded classes (Java's class data sharing), so that every later start takes half the work."""

import tempfile
from pathlib import Path

from deploy.local.errors import exit_with_one_line
from deploy.local.kafka import CLASS_ARCHIVE, Kafka
from deploy.local.ports import free_ports
from deploy.local.reaper import Reaper


def make() -> None:
    """`CLASS_ARCHIVE` is there, whole."""
    ports, reaper = free_ports(), Reaper()
    with tempfile.TemporaryDirectory(dir=CLASS_ARCHIVE.parent) as place:
        folder, unfinished = Path(place), Path(place, CLASS_ARCHIVE.name)
        kafka = Kafka(folder, port=next(ports), controller_port=next(ports), log=folder / "kafka.log", reaper=reaper)
        kafka.options = [f"-XX:ArchiveClassesAtExit={unfinished}"]
        try:
            kafka.start()
            kafka.process.stop(patience=60)
        finally:
            reaper.close()
        unfinished.rename(CLASS_ARCHIVE)


if __name__ == "__main__":
    with exit_with_one_line():
        make()
