"""docker-compose.yml says what it should, whether or not a container engine is at hand."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.compose import environment
from deploy.local.programs import SERVICES
from tests.deploy.yard import COMPOSE, environment_of, of_our_own, started
from tests.house.source import Module, modules, services
from tests.house.test_settings import settings

SECRET = re.compile(r"_(KEY|PASSWORD)$")
VARIABLE = re.compile(r"\$\{(\w+)(:[?-][^}]*)?}")
ALL = pytest.mark.parametrize("name", started())
OURS = pytest.mark.parametrize("service", SERVICES)


def wanted(module: Module) -> set[str]:
    """The variables that a process of this module cannot start without."""
    without = [field for field in settings(module) if not has_default(field)]
    return {f"PULS_{field.target.id.upper()}" for field in without}  # pyright: ignore[reportAttributeAccessIssue]


def has_default(field: Any) -> bool:
    return field.value is not None and "default" in {word.arg for word in getattr(field.value, "keywords", [])}


def of_module(path: str) -> Module:
    return next(module for module in modules("services", "shared", "deploy") if module.path == path)


def told(name: str) -> dict[str, str]:
    return started()[name]["environment"]


def drawn() -> dict[str, str]:
    """What `make env` writes, filled in."""
    pairs = [line.split("=", 1) for line in environment.lines() if "=" in line and not line.startswith("#")]
    asked = [line.splitlines()[-1].rstrip("=") for line in environment.lines() if line.endswith("=") and "\n" in line]
    return dict(pairs) | dict.fromkeys(asked, "filled in")


def test_the_file_is_valid_by_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    order = [str(checker), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    judged = subprocess.run(order, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout


def test_every_service_is_started() -> None:
    assert of_our_own().keys() == set(services())


def test_every_service_is_started_locally() -> None:
    assert SERVICES.keys() == set(services())


@OURS
def test_a_service_is_built_from_its_own_folder(service: str) -> None:
    assert of_our_own()[service]["build"]["args"] == {"SERVICE": service}


@OURS
def test_every_setting_without_a_default_is_set(service: str) -> None:
    needed = wanted(of_module("shared/runtime/settings.py")) | wanted(of_module(f"services/{service}/__main__.py"))
    assert needed - told(service).keys() == set()


@OURS
def test_a_service_is_told_what_it_is_told_locally(service: str) -> None:
    assert set(SERVICES[service].settings) - told(service).keys() == set()


@OURS
def test_a_service_is_told_no_key_that_is_not_its_own(service: str) -> None:
    keys = {name for name in told(service) if SECRET.search(name)}
    assert keys - {*SERVICES[service].settings, "PULS_API_KEY"} == set()


def test_the_migration_is_told_all_it_asks_for() -> None:
    assert wanted(of_module("deploy/compose/prepare.py")) - told("migrate").keys() == set()


def test_every_service_is_prepared() -> None:
    text = VARIABLE.sub("drawn", told("migrate")["PULS_PASSWORDS"])
    assert json.loads(text).keys() == SERVICES.keys()


def test_the_console_asks_every_service_at_its_inner_door() -> None:
    port = environment_of("service")["PULS_INTERNAL_PORT"]
    urls = {service: f"http://{service}:{port}" for service in SERVICES}
    assert json.loads(told("console")["PULS_INTERNAL_URLS"]) == urls


@ALL
def test_an_image_is_pinned(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(/[a-z]+)?:\d+\.\d+(\.\d+)?(-\w+)?", started()[name]["image"])


@ALL
def test_nobody_is_root(name: str) -> None:
    assert int(started()[name]["user"].partition(":")[0]) > 0


@ALL
def test_a_container_can_change_nothing_and_become_nobody_else(name: str) -> None:
    one = started()[name]
    assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])


@ALL
def test_ports_are_open_to_this_machine_alone(name: str) -> None:
    assert [port for port in started()[name].get("ports", []) if not port.startswith("127.0.0.1:")] == []


@ALL
def test_no_secret_stands_in_the_file(name: str) -> None:
    secret = {key: value for key, value in told(name).items() if SECRET.search(key)}
    assert [key for key, value in secret.items() if not VARIABLE.fullmatch(value)] == []


def test_no_address_holds_a_password() -> None:
    text = VARIABLE.sub("", COMPOSE.read_text(encoding="utf-8"))
    assert re.findall(r"://[^\s@/]*:[^\s@/]+@", text) == []


@ALL
def test_whoever_is_waited_for_says_when_it_is_ready(name: str) -> None:
    waited = [
        one for one, how in started()[name].get("depends_on", {}).items() if how["condition"] == "service_healthy"
    ]
    assert [one for one in waited if "healthcheck" not in started()[one]] == []


def test_what_make_env_writes_is_all_that_compose_asks_for() -> None:
    required = {name for name, rest in VARIABLE.findall(COMPOSE.read_text(encoding="utf-8")) if rest[:2] != ":-"}
    assert required == drawn().keys()


def test_make_env_draws_other_keys_each_time() -> None:
    assert drawn()["PULS_CODE_KEY"] != drawn()["PULS_CODE_KEY"]


def test_make_env_leaves_a_file_alone_that_is_there(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("mine")
    with pytest.raises(FileExistsError):
        environment.write(tmp_path / ".env")


def test_what_make_env_writes_is_for_its_owner_only(tmp_path: Path) -> None:
    environment.write(tmp_path / ".env")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
