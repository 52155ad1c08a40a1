"""The register of persons: whether somebody still lives here, asked right before a letter leaves."""

from collections.abc import Mapping, Sequence

from services.dispatch.outside import Outside


class PersonRegister:
    """Speaks to the register through `outside`. The form of its answers is assumed."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def statuses(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """CPR number -> status as the register writes it: 01 or 03 living in Denmark, … 90 dead.

        A number the register does not know is left out. Raises what `Outside.call` raises.
        """
        return await self._outside.asked_about("persons/", numbers, "status")
