"""A service believes whom its settings name, and nobody else, about whom they ask for."""

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from deploy.local.ports import HOST, free_ports
from tests.runtime.trial import Trial, until
from tests.support.databases import Database as Copies

ELSEWHERE = "192.0.2.7"


@pytest.fixture
def console(database: Copies, tmp_path: Path) -> Iterator[Trial]:
    """Its pages need no Kafka, so there is none."""
    made = Trial(f"{HOST}:1", database("console"), tmp_path, module="services.console")
    made.settings = {"PULS_INTERNAL_URLS": "{}", "PULS_PAGES_PORT": str(next(free_ports()))}
    yield made
    made.end()


@pytest.mark.parametrize(("named", "taken_for"), [("[]", HOST), (f'["{HOST}"]', ELSEWHERE)])
async def test_a_log_in_is_counted_for_the_address_that_may_be_believed(
    console: Trial, named: str, taken_for: str
) -> None:
    console.start(PULS_TRUSTED_PROXIES=named)
    await until(lambda: _refused(console), "the console to refuse a log-in")
    (line,) = [line for line in console.log().splitlines() if "a log-in was refused" in line]
    assert f"address={taken_for} " in f"{line} "


async def _refused(console: Trial) -> bool:
    """Fails to log in, as whoever asks for somebody elsewhere."""
    url = f"http://{HOST}:{console.settings['PULS_PAGES_PORT']}/log-in"
    fields, says = {"name": "nobody", "password": "a wrong one"}, {"X-Forwarded-For": ELSEWHERE}
    try:
        async with aiohttp.ClientSession(headers=says) as session, session.post(url, data=fields) as answer:
            return answer.status == 401
    except aiohttp.ClientError:
        return False
