"""Client of the register of persons, asked right before a letter leaves whether its person still lives here."""

from collections.abc import Mapping, Sequence

from services.dispatch.http_client import HttpClient


class PersonRegister:
    """Speaks through `http`. The form of the register's responses is assumed."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def statuses(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """CPR number -> status as the register writes it: 01 or 03 living in Denmark, … 90 dead.

        A number the register does not know is left out. Raises what `HttpClient.request` raises.
        """
        return await self._http.look_up("persons/", numbers, "status")
