"""The services' internal APIs as the console calls them."""

import aiohttp

from services.console.domain.service_status import ServiceStatus, parse_status

TIMEOUT = aiohttp.ClientTimeout(total=5)
OWN_TIMEOUT = aiohttp.ClientTimeout(total=1)
"""Seconds: every page waits so long at most to say how far the console itself is behind."""
NOTHING_TO_RESUME = 409


class DoesNotAnswer(Exception):
    """A service's internal API is shut, or says something else than was agreed."""


class NotHalted(Exception):
    """A service was told to go on that failures have not stopped."""


async def status(session: aiohttp.ClientSession, name: str, address: str) -> ServiceStatus:
    """What the service says of itself; of one that does not answer, that."""
    try:
        async with session.get(f"{address}/status", raise_for_status=True) as response:
            return parse_status(name, await response.json())
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        why = f"does not answer at {address} ({type(error).__name__}): is it running?"
        return ServiceStatus(name, unreachable=why)


async def resume(address: str, key: str, set_aside: int) -> None:
    """Tells a service that stopped itself to go on. Raises DoesNotAnswer or NotHalted."""
    headers, params = {"Authorization": f"Bearer {key}"}, {"set_aside": str(set_aside)}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.post(f"{address}/resume", headers=headers, params=params) as response,
        ):
            if response.status == NOTHING_TO_RESUME:
                raise NotHalted("failures have not stopped it")
            if response.status != 200:
                raise DoesNotAnswer(f"it answers with status {response.status} at {address}/resume")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DoesNotAnswer(f"it does not answer at {address}: {type(error).__name__}") from error
