"""One stack: Kafka, PostgreSQL, Valkey, a database for each service, the services and the sandbox, as own processes.

A stack is a folder. As a context manager it ends with the process that opened it; `make up` starts one that stays.
"""

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Self

from deploy.local import databases, migrations
from deploy.local.addresses import Addresses
from deploy.local.blocking import run_blocking
from deploy.local.errors import CannotStart, require_space
from deploy.local.folders import locked, make_folder
from deploy.local.identity import Identity
from deploy.local.kafka import Kafka
from deploy.local.keys import Keys
from deploy.local.ports import free_ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Process, stop_all
from deploy.local.programs import SERVICES, is_ready, program_of
from deploy.local.reaper import Reaper
from deploy.local.state import State
from deploy.local.valkey import Valkey

SERVERS = ("kafka", "postgres", "valkey")
PATIENCE = 120.0
"""Seconds that a program has to be ready."""


class Stack:
    """What a method promises holds when it returns; what stands in the way is raised as CannotStart."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: str = "real",
        keys: Mapping[str, str] | None = None,
        ports: Iterator[int] | None = None,
        topic_prefix: str = "puls",
        settings: Mapping[str, str] | None = None,
        postgres_settings: Mapping[str, str] | None = None,
        published: Iterable[Path] = (),
    ) -> None:
        """`settings` go to every program; `published` are further places for `stack.json`.

        Clock, keys, ports and prefix of a folder that was a stack before are those it had.
        """
        self.folder = folder.absolute()
        make_folder(self.folder)
        self._files = [self.folder / "stack.json", *published]
        self.state = State.read(self._files[0]) or State(clock, topic_prefix, dict(keys or Keys.random()))
        self.addresses = Addresses(self.folder, self.state, ports or free_ports(), settings or {})
        self._postgres_settings = dict(postgres_settings or {})
        self._programs: dict[str, Process] = {}
        self._reaper: Reaper | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Alone in the folder from here on; whatever is started ends with this process, even if that is killed."""
        require_space(self.folder)
        with ExitStack() as opening:
            opening.enter_context(locked(self.folder))
            self.require_stopped()
            self._reaper = Reaper()
            opening.callback(self._reaper.close)
            opening.callback(self.stop)
            self._opened = opening.pop_all()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._opened.close()

    @cached_property
    def kafka(self) -> Kafka:
        ports = {"port": self.addresses.port("kafka"), "controller_port": self.addresses.port("kafka controller")}
        return Kafka(self.folder / "kafka", **ports, log=self._log("kafka"), reaper=self._reaper)

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(
            self.folder / "postgres",
            port=self.addresses.port("postgres"),
            password=self.addresses.password("postgres"),
            log=self._log("postgres"),
            settings=self._postgres_settings,
            reaper=self._reaper,
        )

    @cached_property
    def valkey(self) -> Valkey:
        port, password = self.addresses.port("valkey"), self.addresses.password("valkey")
        place, log = self.folder / "valkey", self._log("valkey")
        return Valkey(place, port=port, password=password, log=log, reaper=self._reaper)

    def start_servers(self, *names: str) -> None:
        """Those named, else all three; each takes requests."""
        servers = [getattr(self, name) for name in names or SERVERS]
        try:
            with ThreadPoolExecutor() as starting:
                list(starting.map(lambda server: server.start(), servers))
        finally:
            self._remember(*names or SERVERS)

    def migrate(self, services: Iterable[str] = SERVICES) -> None:
        """Each service has a database of its own in the shape that it expects."""
        for service in services:
            name = databases.name_of(service)
            databases.create(self.addresses.postgres, name, self.addresses.password(name))
            migrations.migrate(self.addresses.database(service), migrations.folders_of(service))

    def create_topics(self) -> None:
        """Every topic is there, with the partitions and the retention that the language gives it."""
        topics = import_module("shared.runtime.topics")
        run_blocking(topics.create(self.addresses.kafka, prefix=self.state.topic_prefix))

    def start(self, *names: str, settings: Mapping[str, str] | None = None) -> None:
        """Services and parts of the sandbox, all of them ready; `karens:2` is a second copy of karens."""
        for name in names:
            self.launch(name, settings)
        for name in names:
            url = self.addresses.internal_url(name)
            self.process(name).wait_until(lambda url=url, name=name: is_ready(name, url), patience=PATIENCE)

    def launch(self, name: str, settings: Mapping[str, str] | None = None) -> None:
        """The process of a server or of a program is there, though it may not answer yet."""
        if name in SERVERS:
            getattr(self, name).launch()
        else:
            process = self.process(name)
            process.settings = self.addresses.settings_of(name) | dict(settings or {})
            process.start()
        self._remember(name)

    def kill(self, name: str) -> None:
        """Kill -9 of a server or a program; it is gone, and `check` does not miss it."""
        self.process(name).kill()
        self.state.processes.pop(name, None)
        self.write()

    def stop(self, *names: str) -> None:
        """Those named, else everything, the servers last; what does not end in time is killed."""
        ending = [self.process(name) for name in names or tuple(self.state.processes)]
        stop_all(process for process in ending if process.name not in SERVERS)
        stop_all(process for process in ending if process.name in SERVERS)
        for process in ending:
            self.state.processes.pop(process.name, None)
        self.write()

    def remove(self) -> None:
        """The folder and all data are gone; the stack must have been stopped."""
        self.postgres.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def process(self, name: str) -> Process:
        """The process of a server or of a program, whether it runs or not, whoever started it."""
        process = getattr(self, name).process if name in SERVERS else self._program(name)
        if process.identity is None and name in self.state.processes:
            process.adopt(self.state.processes[name])
        return process

    def _program(self, name: str) -> Process:
        if name not in self._programs:
            command = [sys.executable, "-m", program_of(name).module]
            self._programs[name] = Process(name, command, log=self._log(name), reaper=self._reaper)
        return self._programs[name]

    def running(self) -> list[str]:
        return [name for name, identity in self.state.processes.items() if identity.alive()]

    def check(self) -> None:
        """Raises CannotStart for a process that has ended without being told to."""
        for name, identity in self.state.processes.items():
            if not identity.alive():
                raise self.process(name).death()

    def require_stopped(self) -> None:
        running = self.running()
        if running:
            names = ", ".join(running)
            raise CannotStart(f"The stack in {self.folder} is already running ({names}): `make down` ends it.")
        self.state.processes.clear()

    def reload(self) -> None:
        """Which processes run, as whoever wrote `stack.json` last knows it."""
        if written := State.read(self._files[0]):
            self.state.processes, self.state.restarts = written.processes, written.restarts
            self.state.supervisor = written.supervisor

    def write(self) -> None:
        """Brings `stack.json` up to date."""
        for file in self._files:
            self.state.write(file, self.addresses.written_down())

    def _remember(self, *names: str) -> None:
        self.remember({name: self.process(name).identity for name in names})

    def remember(self, processes: Mapping[str, Identity | None]) -> None:
        """From here on these processes are the programs of those names, and end with the stack. None: never begun."""
        self.state.processes.update({name: identity for name, identity in processes.items() if identity})
        self.write()

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"
