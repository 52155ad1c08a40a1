"""Whatever the runbook names is there: an operator at night must not look for what was renamed."""

import ast
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from deploy.grafana import metrics
from deploy.local.addresses import Addresses
from deploy.local.state import State
from services.console import cli
from tests.house.source import CLONE, modules
from tests.house.test_settings import settings

TEXT = (CLONE / "deploy" / "runbook.md").read_text(encoding="utf-8")
OURS = modules("services", "shared")
NAMES = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))))
METRICS = metrics.read(CLONE)
DOORS = {"/live", "/ready", "/switch", "/overdue"}


@cache
def texts() -> set[str]:
    """Every text that stands in our code and data."""
    trees = (node for module in OURS for node in ast.walk(module.tree))
    data = (CLONE / "services/dispatch/digital_post/error_codes.yaml").read_text(encoding="utf-8")
    codes = set(re.findall(r"^([a-z.]+):", data, re.MULTILINE))
    return codes | {node.value for node in trees if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@cache
def names() -> set[str]:
    """Every class and attribute of ours, and every error that we catch by name."""
    nodes = [node for module in OURS for node in ast.walk(module.tree)]
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    return defined | {node.id for node in nodes if isinstance(node, ast.Name)}


@cache
def fields() -> set[str]:
    nodes = (node for module in OURS for node in ast.walk(module.tree))
    return {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}


@cache
def variables() -> set[str]:
    """Every setting, and every variable of docker-compose.yml."""
    composed = set(re.findall(r"PULS_[A-Z_]+", (CLONE / "docker-compose.yml").read_text(encoding="utf-8")))
    return composed | {f"PULS_{ast.unparse(field.target).upper()}" for module in OURS for field in settings(module)}


def is_command(order: str) -> bool:
    """Whether the command line takes it; `puls resume` stands for itself."""
    words = shlex.split(order.removeprefix("puls "))
    try:
        cli._parser().parse_args(words if words != ["resume"] else ["resume", "karens"])
    except SystemExit:
        return False
    return True


def is_target(name: str) -> bool:
    return re.search(rf"^{name}:", (CLONE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE) is not None


def is_log_line(quoted: str) -> bool:
    """Whether something is logged under these words."""
    return quoted.strip('"') in logged("info", "warning", "error")


def logged(*levels: str) -> set[str]:
    calls = (node for module in OURS for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if ast.unparse(call.func) in {f"log.{level}" for level in levels}
    }


def is_door(asked: str) -> bool:
    """`/live`, `GET /switch`"""
    path = asked.rpartition(" ")[2]
    return path in DOORS and path in texts()


def is_place(name: str) -> bool:
    """A file of the clone or of a survey, or a table that every service has."""
    migrations = "".join(
        file.read_text(encoding="utf-8") for file in (CLONE / "shared/runtime/migrations").glob("*.sql")
    )
    schema, _, table = name.rpartition(".")
    there = (CLONE / name).exists() or any(CLONE.glob(f"contracts/surveys/*/{name}"))
    return there or f"CREATE TABLE {name} " in migrations or f"{schema}.{table} RENAME" in migrations


def is_word(name: str) -> bool:
    """A reason, a round, a state: a text of our code, or a field."""
    return name in texts() | fields() | names()


KINDS: Mapping[str, Callable[[str], bool]] = {
    r'".+"': is_log_line,
    r"docker compose .+": lambda _: True,
    r"puls .+": is_command,
    r"make \w+": lambda order: is_target(order.removeprefix("make ")),
    r"--set-aside .+": lambda option: is_command(f"puls resume karens {option}"),
    r"((GET|PUT) )?/\w+": is_door,
    r"puls_\w+": lambda name: name in {metric.name for metric in METRICS},
    r"puls_": lambda _: True,
    r"PULS_\w+": lambda name: name in variables(),
    r'\{"is_on": false}': lambda _: "is_on" in fields(),
    r"\.env": lambda _: True,
    r"var/.+": lambda name: CLONE / name in cli.STACKS,
    r"refused\.": lambda _: any(text.startswith("refused.") for text in texts()),
    r".+[/.].+": lambda name: is_place(name) or is_word(name),
    r".+": is_word,
}
"""How it is written -> whether it is there. The first that fits counts."""


def is_there(name: str) -> bool:
    return next(judge for form, judge in KINDS.items() if re.fullmatch(form, name))(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_runbook_names_is_there(name: str) -> None:
    assert is_there(name), f"deploy/runbook.md names `{name}`, and nothing is called so"


@pytest.mark.parametrize(
    "name",
    ['"no such line"', "puls_no_such_total", "PULS_NO_SUCH", "puls dance", "make tea", "var/no", "no_such_reason"],
)
def test_what_is_not_there_is_noticed(name: str) -> None:
    assert not is_there(name)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_that_says_something_is_wrong_has_its_section(metric: metrics.Metric) -> None:
    tells_of_work = {"puls_events_published_total", "puls_records_sent_total", "puls_rounds_total"}
    assert metric.name in NAMES or metric.name in tells_of_work


def test_every_reason_for_which_a_delivery_is_refused_has_its_line() -> None:
    calls = [node for module in OURS for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    refusals = [call for call in calls if ast.unparse(call.func) in {"Refusal", "Refused"} and call.args]
    reasons = {call.args[0].value for call in refusals if isinstance(call.args[0], ast.Constant)}
    assert reasons - set(NAMES) == set()


def test_every_warning_and_error_of_the_log_has_its_section() -> None:
    assert {f'"{event}"' for event in logged("warning", "error")} - set(NAMES) == set()


def test_the_red_switch_is_found_by_what_make_up_wrote_down(tmp_path: Path) -> None:
    state = State("real", "puls", {"PULS_API_KEY": "a-key-of-this-test-alone"})
    switch = Addresses(tmp_path, state, iter(range(18000, 18100)), {}).url("dispatch")
    (tmp_path / "var").mkdir()
    state.write(tmp_path / "var" / "stack.json", {})
    orders = [line.strip() for line in TEXT.splitlines() if line.startswith("    ") and "var/stack.json" in line]
    script = "\n".join([*orders, 'echo "$DISPATCH $PULS_API_KEY"'])
    said = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [switch, "a-key-of-this-test-alone"]
