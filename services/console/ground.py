"""What the console's pages and its API stand on."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.console.passwords import Passwords
from services.console.watch import Watch
from shared.surveys import Surveys


@dataclass(frozen=True)
class Ground:
    surveys: Surveys
    services: Mapping[str, str]
    """Service -> address of its internal API."""
    key: str
    """What whoever asks the API carries, and what the console carries to the services."""
    watch: Watch
    passwords: Passwords
    plain_http: bool = False
    """Browsers come by http: the log-in's cookie is not kept from going over it."""
