"""Lets a broker run once and lays its classes by, so that every later one starts with half the work."""

import tempfile
from pathlib import Path

from deploy.local.kafka import CLASSES, Kafka
from deploy.local.keeper import Keeper
from deploy.local.ports import free_ports
from deploy.local.trouble import said_in_one_sentence


def lay_by() -> None:
    """`CLASSES` is there, whole."""
    ports, keeper = free_ports(), Keeper()
    with tempfile.TemporaryDirectory(dir=CLASSES.parent) as place:
        folder, unfinished = Path(place), Path(place, CLASSES.name)
        kafka = Kafka(folder, port=next(ports), controller_port=next(ports), log=folder / "kafka.log", keeper=keeper)
        kafka.options = [f"-XX:ArchiveClassesAtExit={unfinished}"]
        try:
            kafka.start()
            kafka.process.stop(patience=60)
        finally:
            keeper.close()
        unfinished.rename(CLASSES)


if __name__ == "__main__":
    with said_in_one_sentence():
        lay_by()
