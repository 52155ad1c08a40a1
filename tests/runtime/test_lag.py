"""What the console says a service has not taken is what Kafka's own tool says, record for record."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from deploy.local.folders import CLONE
from deploy.local.kafka import java
from deploy.local.ports import HOST, free_ports
from tests.runtime.input import months
from tests.runtime.trial import Trial, until
from tests.support.databases import Database as Copies

TOOLS = CLONE / "var" / "kafka-tools"
BEYOND = 40
"""Records that come while karens cannot take any."""
HEADERS = {"Authorization": "Bearer a key for trials"}


@pytest.fixture(scope="session")
def tools() -> Path:
    if not any(TOOLS.glob("kafka-tools-*.jar")):
        fetch = ["mvn", "-q", "-B", "-f", CLONE / "tests/runtime/pom.xml", "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={TOOLS}"], check=True)
    return TOOLS


@pytest.fixture
def console(trial: Trial, database: Copies, tmp_path: Path) -> Iterator[Trial]:
    """A console beside the karens of the trial; it watches both."""
    folder = tmp_path / "console"
    folder.mkdir()
    made = Trial(trial.kafka, database("console"), folder, module="services.console", prefix=trial.prefix)
    made.ports, trial.ports = {0: next(free_ports())}, {0: next(free_ports())}
    watched = {"karens": trial.ports[0], "console": made.ports[0]}
    urls = ", ".join(f'"{name}": "http://{HOST}:{port}"' for name, port in watched.items())
    made.settings = {"PULS_INTERNAL_URLS": f"{{{urls}}}", "PULS_PAGES_PORT": str(next(free_ports()))}
    yield made
    made.end()


async def test_the_lag_that_is_shown_is_kafkas_own(trial: Trial, console: Trial, tools: Path) -> None:
    trial.start()
    console.start()
    taken, _, later = months(200)
    await trial.publish(taken)
    await trial.at_rest()
    await until(lambda: _kafka_is_told(trial, tools), "karens to tell Kafka how far it is")
    async with _nothing_can_be_kept(trial):
        await trial.publish(later[:BEYOND])
        await until(lambda: _shows(console, BEYOND), "the console to see what waits")
        behind = {trial.topic("inclusion"): BEYOND}
        assert (await _lag_by_kafka(trial, tools), await _lag_by_console(console)) == (behind, behind)


@asynccontextmanager
async def _nothing_can_be_kept(trial: Trial) -> AsyncIterator[None]:
    holder = await trial.connect()
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
            yield
    finally:
        await holder.close()


async def _kafka_is_told(trial: Trial, tools: Path) -> bool:
    """Once the stored offsets are the log's ends, Kafka hears of it within a second."""
    return not await _lag_by_kafka(trial, tools)


async def _shows(console: Trial, records: int) -> bool:
    return sum((await _lag_by_console(console)).values()) == records


async def _lag_by_console(console: Trial) -> Counter[str]:
    """Topic -> records that karens has not taken; none while the console is not up."""
    url = f"http://{HOST}:{console.settings['PULS_PAGES_PORT']}/api/queues"
    try:
        async with aiohttp.ClientSession() as session, session.get(url, headers=HEADERS) as answer:
            services = {service["service"]: service for service in await answer.json()}
    except aiohttp.ClientError:
        return Counter()
    return +Counter({topic["topic"]: topic["records"] for topic in services["karens"]["reads"]})


async def _lag_by_kafka(trial: Trial, tools: Path) -> Counter[str]:
    """`kafka-consumer-groups --describe`: GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG …"""
    tool, group = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", f"{trial.prefix}.karens"
    asked = ("--bootstrap-server", trial.kafka, "--describe", "--group", group)
    process = await asyncio.create_subprocess_exec(
        *(java(), "-cp", f"{tools}/*", tool, *asked), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    lag: Counter[str] = Counter()
    for line in out.decode().splitlines():
        if line.startswith(f"{group} "):
            _, topic, _, _, _, behind, *_ = line.split()
            lag[topic] += 0 if behind == "-" else int(behind)
    return +lag
