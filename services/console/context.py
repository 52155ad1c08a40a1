"""What the console's pages and its API share."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.console.monitor import Monitor
from services.console.passwords import Passwords
from shared.surveys import Surveys


@dataclass(frozen=True)
class Context:
    surveys: Surveys
    services: Mapping[str, str]
    """Service -> address of its internal API."""
    key: str
    """What callers of the API carry, and what the console carries to the services."""
    monitor: Monitor
    passwords: Passwords
    plain_http: bool = False
    """Browsers come by http: the session cookie is not kept from going over it."""
