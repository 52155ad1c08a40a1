"""What an image would hold is what its program needs, and no more."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from threading import Thread

import pytest

from deploy.local.keys import Keys
from deploy.local.programs import SERVICES
from tests.deploy.yard import CLONE, DOCKERFILE, lay_out, stages
from tests.house.source import imports, modules

PIN = re.compile(
    r"^([a-z0-9._-]+)==(\S+)( ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)

OF_OTHERS = ("PULS_ANSWER_URL", "PULS_DIGITAL_POST_URL", "PULS_PERSON_REGISTER_URL")


def pins(file: str) -> dict[str, str]:
    """Package -> its version, condition and hashes, as the list has them."""
    text = (CLONE / file).read_text(encoding="utf-8")
    return {name: f"{version}{condition}\n{hashes}" for name, version, condition, hashes in PIN.findall(text)}


def runs(folder: Path, module: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs the module by our Python in the folder, with nothing else of ours to be found."""
    told = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **settings}
    order = [sys.executable, "-m", module]
    return subprocess.run(order, cwd=folder, env=told, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """All that any service asks for. The internal API's port is taken: whoever comes that far says so and ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        nowhere = dict.fromkeys(OF_OTHERS, f"http://127.0.0.1:{port}")
        yield (
            nowhere
            | Keys.random()
            | {
                "PULS_DATABASE_URL": f"postgresql://nobody@127.0.0.1:{port}/nothing",
                "PULS_KAFKA": f"127.0.0.1:{port}",
                "PULS_VALKEY_URL": f"redis://127.0.0.1:{port}/0",
                "PULS_INTERNAL_URLS": "{}",
                "PULS_INTERNAL_PORT": port,
                "PULS_DROP": str(tmp_path),
            }
        )


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_all_that_its_service_needs(service: str, tmp_path: Path, settings: Mapping[str, str]) -> None:
    lay_out("service", service, tmp_path)
    assert "cannot listen on" in runs(tmp_path, f"services.{service}", settings).stderr


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_no_other_service(service: str, tmp_path: Path) -> None:
    lay_out("service", service, tmp_path)
    assert [one.name for one in (tmp_path / "services").iterdir()] == [service]


def test_the_image_of_the_migration_holds_all_it_needs(tmp_path: Path) -> None:
    lay_out("migrate", "", tmp_path)
    begun = runs(tmp_path, "deploy.compose.prepare", {})
    assert "validation errors for PreparationSettings" in begun.stderr, begun.stderr


@pytest.mark.parametrize("stage", ["service", "migrate"])
def test_no_image_holds_the_sandbox(stage: str, tmp_path: Path) -> None:
    lay_out(stage, "karens", tmp_path)
    assert [one for one in tmp_path.rglob("*") if one.name in {"sandbox", "demo", "tests", ".env"}] == []


@pytest.mark.parametrize("stage", ["service", "migrate"])
def test_an_image_is_not_run_as_root(stage: str) -> None:
    assert "USER 10001:10001" in stages()[stage]


def test_packages_are_installed_by_their_hashes_only() -> None:
    assert re.findall(r"pip \S+ \S+ install (?!.*--require-hashes)", DOCKERFILE.read_text(encoding="utf-8")) == []


def test_the_build_is_shown_nothing_that_is_not_named() -> None:
    assert next(line for line in (CLONE / ".dockerignore").read_text().splitlines() if line[:1] != "#") == "*"


@pytest.mark.parametrize("file", ["deploy/services.lock", "deploy/migrate.lock"])
def test_an_image_gets_the_packages_that_everything_was_tested_with(file: str) -> None:
    assert pins(file).items() - pins("requirements.lock").items() == set()


def test_an_image_gets_every_package_that_its_service_imports() -> None:
    imported = {origin.split(".")[0] for module in modules("services", "shared") for origin, _ in imports(module.tree)}
    outside = {
        name: {re.sub("[._-]+", "-", one).lower() for one in found} for name, found in packages_distributions().items()
    }
    lacking = {name for name in imported & outside.keys() if not outside[name] & pins("deploy/services.lock").keys()}
    assert lacking == set()


def test_an_image_gets_no_package_that_only_developers_need() -> None:
    groups = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    named = {re.split(r"[\[><=]", one)[0] for one in groups["dev"] if isinstance(one, str)}
    assert named & pins("deploy/services.lock").keys() == set()


class Door(BaseHTTPRequestHandler):
    """Answers /live with the server's status."""

    def do_GET(self) -> None:
        self.send_response(self.server.status if self.path == "/live" else 404)  # pyright: ignore[reportAttributeAccessIssue]
        self.end_headers()

    def log_message(self, *_line: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        pass


@pytest.fixture
def door() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_a_container_is_healthy_while_its_service_is_alive(door: HTTPServer, status: int, healthy: bool) -> None:
    door.status = status  # pyright: ignore[reportAttributeAccessIssue]
    [check] = [order for order in stages()["service"] if order.startswith("HEALTHCHECK")]
    [_python, *order] = json.loads(check.partition(" CMD ")[2])
    told = {"PULS_INTERNAL_PORT": str(door.server_port), "PATH": os.environ["PATH"]}
    checked = subprocess.run([sys.executable, *order], env=told, capture_output=True, check=False)
    assert (checked.returncode == 0) == healthy
