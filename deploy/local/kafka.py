"""Apache Kafka as one process of its own: broker and controller in one, listening on 127.0.0.1 only."""

import base64
import os
import shutil
import socket
import struct
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path

from deploy.local.errors import CannotStart, diagnose
from deploy.local.folders import CLONE
from deploy.local.ports import HOST, require_free
from deploy.local.processes import Process
from deploy.local.reaper import Reaper

JARS = CLONE / "var" / "kafka-jars"
CLASS_ARCHIVE = JARS / "classes.jsa"
"""The broker's classes as the Java of this machine archives them; it is slower but works without."""
HEAP = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
QUIET = [
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
]
PATIENCE = 120.0

# A killed broker is let in again only when its former session has run out: after 3 seconds instead of 9.
SETTINGS = """\
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={records}
auto.create.topics.enable=false
delete.topic.enable=true
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.segment.bytes=268435456
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
"""


def java() -> str:
    """The Java to run: the one of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if not found:
        raise CannotStart(
            "Java is missing: install Java 17 or later (Debian: `apt-get install openjdk-17-jre-headless`)."
        )
    return found


def jars() -> str:
    """The class path of the broker, fetched by Maven beforehand."""
    if not any(JARS.glob("kafka_*.jar")):
        raise CannotStart(f"Kafka's jars are not in {JARS}: fetch them by `make jars`.")
    return f"{JARS}/*"


class Kafka:
    """Starts, stops and kills the broker; its records and its cluster's id stay in `folder`."""

    def __init__(
        self, folder: Path, *, port: int, controller_port: int, log: Path, reaper: Reaper | None = None
    ) -> None:
        self.folder, self.port, self.controller_port = folder, port, controller_port
        self.records = folder / "records"
        self._settings = folder / "server.properties"
        self.options = [f"-XX:SharedArchiveFile={CLASS_ARCHIVE}"] if CLASS_ARCHIVE.exists() else []
        self.process = Process("kafka", [], log=log, folder=Path("/"), reaper=reaper)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def start(self) -> None:
        """It takes requests."""
        self.launch()
        self.process.wait_until(self.answers, patience=PATIENCE)

    def launch(self) -> None:
        """Its process is there, though it may not answer yet."""
        self.process.require_ended()
        for port in (self.port, self.controller_port):
            require_free(port, "Kafka")
        self._write_settings()
        self._format()
        self.process.command = self._java(*HEAP, "kafka.Kafka", str(self._settings))
        self.process.start()

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def _write_settings(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        places = {"host": HOST, "port": self.port, "controller_port": self.controller_port}
        self._settings.write_text(SETTINGS.format(records=self.records, **places))

    def _format(self) -> None:
        """Makes the empty log of a new cluster; leaves one that is there as it is."""
        if (self.records / "meta.properties").exists():
            return
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        order = ("format", f"--cluster-id={cluster}", f"--config={self._settings}")
        command = self._java("kafka.tools.StorageTool", *order)
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(self.records, ignore_errors=True)
            raise diagnose("kafka's storage tool", self.folder, made.stdout + made.stderr)

    def _java(self, *arguments: str) -> list[str]:
        return [java(), *self.options, *QUIET, "-cp", jars(), *arguments]

    def answers(self) -> bool:
        """Whether a client would find a working broker in the cluster's metadata."""
        with suppress(OSError, struct.error):
            return _brokers(self.port) > 0
        return False


def _brokers(port: int) -> int:
    """How many brokers the cluster's metadata names (Metadata request, version 1, of no topics)."""
    client = b"puls"
    request = struct.pack(f">hhih{len(client)}si", 3, 1, 1, len(client), client, 0)
    with socket.create_connection((HOST, port), timeout=2) as connection, connection.makefile("rb") as answer:
        connection.sendall(struct.pack(">i", len(request)) + request)
        _length, _correlation, brokers = struct.unpack(">iii", answer.read(12))
        return brokers
