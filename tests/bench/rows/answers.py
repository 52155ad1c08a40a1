"""Whole answers on the pages: one process that serves them, and one that asks as many people would."""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.folders import CLONE
from deploy.local.ports import HOST, free_ports
from deploy.local.processes import Process
from shared.events import Invitation
from shared.privacy import LinkCodes, read_key
from tests.bench import floors
from tests.bench.figures import Figure, Row, Used
from tests.bench.floors import RECORDED
from tests.bench.run import BenchRun
from tests.bench.stage import Stage
from tests.bench.walk import Walk
from tests.support.builders import cleared, delivered, invitations

INVITATIONS, ANSWERS = 20_000, 5_000
AT_ONCE = 16
"""People who answer at the same time, none of whom stops to think."""
PATIENCE = 30.0


async def measure(run: BenchRun) -> Row:
    known, answered = run.size(INVITATIONS), run.size(ANSWERS)
    async with run.stage("answers", "responses") as stage:
        asked = invitations(known)
        await _invite(stage, asked)
        stage.start("responses")
        await stage.rest()
        codes = _codes(stage, asked[: answered + 1])
        recorded = await _walked(stage, codes[0])
        bare = await _asked_of_bare_server(stage.stack.folder, recorded, codes[1:])
        port = stage.stack.addresses.port("responses PULS_PAGES_PORT")
        with stage.meter() as meter:
            came = await _asked(stage.stack.folder, port, recorded, codes[1:])
    used = [*meter.used, Used("load generator", came["cpu_seconds"], 0.0)]
    return _row(came, bare, len(recorded), answered, used)


def _row(came: dict[str, Any], bare: dict[str, Any], requests: int, answered: int, used: Sequence[Used]) -> Row:
    def percentile(of: dict[str, Any], which: int) -> float:
        return 1000 * statistics.quantiles(of["latencies"], n=100)[which - 1]

    a_second, bare_a_second = answered / came["seconds"], answered / bare["seconds"]
    figures = [
        Figure("whole answers", a_second, "a second", aim=250, floor=bare_a_second),
        Figure("requests", requests * a_second, "a second", aim=1250, floor=requests * bare_a_second),
        Figure("half of all requests within", percentile(came, 50), "ms", "less", floor=percentile(bare, 50)),
        Figure("99 of 100 within", percentile(came, 99), "ms", "less", aim=100, floor=percentile(bare, 99)),
    ]
    remarks = [
        f"{answered:,} people, {AT_ONCE} at a time, none of whom stops to think: the most that one process gives.",
        f"A whole answer is {requests} requests here: each page is sent, and the page that follows is fetched.",
        "Floor: the same requests to a bare uvicorn with one Starlette route that gives the recorded bytes.",
    ]
    return Row("Answers on the pages, one process", figures, used, remarks)


async def _invite(stage: Stage, asked: Sequence[Invitation]) -> None:
    """As karens and dispatch tell it: all of them cleared, and their letters delivered."""
    kafka = stage.stack.addresses.kafka
    told = [(cleared(one), delivered(one)) for one in asked]
    for publisher, events in zip(("karens", "dispatch"), zip(*told, strict=True), strict=True):
        records = [(event.key.encode(), event.to_json()) for event in events]
        await floors.produce(kafka, stage.topic(publisher), events[0].kind(), records)


def _codes(stage: Stage, asked: Sequence[Invitation]) -> list[str]:
    codes = LinkCodes(read_key(stage.stack.state.keys["PULS_CODE_KEY"], "PULS_CODE_KEY"))
    return [codes.of(str(one.id)) for one in asked]


async def _walked(stage: Stage, code: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session:
        walk = Walk(session, stage.stack.addresses.url("responses"), code)
        where = await walk.answered()
    if where != "thanks":
        raise ValueError(f"the first answer ended on the page {where!r}, expected thanks: nothing can be repeated")
    return walk.recorded


async def _asked_of_bare_server(
    folder: Path, recorded: Sequence[dict[str, Any]], codes: Sequence[str]
) -> dict[str, Any]:
    """The same of a server that only gives back what was recorded."""
    answers, port = folder / "recorded.json", next(free_ports())
    answers.write_text(json.dumps(recorded))
    served = ("tests.bench.floors:bare_server", "--factory", "--host", HOST, "--port", str(port))
    quiet = ("--no-access-log", "--no-server-header", "--log-level", "warning", "--loop", "uvloop")
    server = Process("bare", [sys.executable, "-m", "uvicorn", *served, *quiet], log=folder / "log" / "bare.log")
    server.settings = {RECORDED: str(answers)}
    server.start()
    try:
        server.wait_until(lambda: _listens(port), patience=PATIENCE)
        return await _asked(folder, port, recorded, codes)
    finally:
        server.stop()


def _listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex((HOST, port)) == 0


async def _asked(folder: Path, port: int, recorded: Sequence[dict[str, Any]], codes: Sequence[str]) -> dict[str, Any]:
    """What the load generator says."""
    requests = [{name: one[name] for name in ("method", "tail", "body", "status")} for one in recorded]
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"port": port, "codes": codes, "requests": requests, "at_once": AT_ONCE}))
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.load", str(plan)), stdout=subprocess.PIPE, cwd=CLONE, env=os.environ
    )
    said, _ = await asking.communicate()
    if asking.returncode:
        raise RuntimeError("the load generator gave up: see above")
    return json.loads(said)
