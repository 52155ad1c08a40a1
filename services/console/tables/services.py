"""Whether all is well, and the services' queues, for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from services.console.domain.words import age, counted, spaced
from services.console.tables.layout import moment, number, table

STYLES = {"critical": "red", "warning": "yellow"}


def status(answer: Mapping[str, Any]) -> RenderableType:
    """One screen: the headline, what needs a person, and the waves under way."""
    style = "green" if answer["well"] else STYLES[answer["alerts"][0]["severity"]]
    parts: list[RenderableType] = [Text(answer["word"], style=f"bold {style}"), Text(answer["sentence"])]
    if answer["behind"]:
        parts.append(Text(answer["behind"], style="yellow"))
    now = datetime.fromisoformat(answer["now"])
    for alert in answer["alerts"]:
        parts += ["", _trouble(alert, now, STYLES[alert["severity"]])]
    if answer["waves"]:
        parts += ["", _waves(answer["waves"])]
    return Group(*parts)


def queues(found: Sequence[Mapping[str, Any]], *, everything: bool) -> RenderableType:
    """Each service's trouble once, then what waits; with everything also where nothing does."""
    parts: list[RenderableType] = [part for service in found for part in _troubles(service)]
    made = table("Service", "What", "Records", "When", numbers=("Records",), whole=("Service", "Records"))
    quiet = 0
    for service in found:
        rows = list(_rows(service, everything))
        quiet += not rows and not service["troubles"]
        for row in rows:
            made.add_row(service["service"], *map(Text, row))
    if made.row_count:
        parts.append(made)
    if quiet:
        parts.append(Text(f"Nothing waits at {counted(quiet, 'service')}; --all shows every line."))
    return Group(*parts)


def resumed(answer: Mapping[str, Any]) -> RenderableType:
    work = f" with {spaced(answer['work'])}" if answer["work"] else ""
    return f"{answer['service']} goes on{work}."


def _troubles(service: Mapping[str, Any]) -> Iterator[RenderableType]:
    for trouble in service["troubles"]:
        yield _trouble(trouble, None, "red")
    if not service["answers"] and service["known"]:
        yield Text(f"  The figures of {service['service']} below are the last known.")


def _trouble(trouble: Mapping[str, Any], now: datetime | None, style: str) -> RenderableType:
    """What it is, since when, and what to do."""
    lines = [_since(trouble, now), f"To do: {trouble['mend']}."]
    what = Text(trouble["what"], style=style)
    return Group(what, Padding(Text("\n".join(line for line in lines if line)), (0, 0, 0, 2)))


def _since(trouble: Mapping[str, Any], now: datetime | None) -> str:
    if trouble["since"]:
        since = f"Since {moment(trouble['since'])}"
        return f"{since}, {age((now - datetime.fromisoformat(trouble['since'])).total_seconds())}" if now else since
    return f"For up to {age(trouble['seconds'])}" if trouble["seconds"] is not None else ""


def _rows(service: Mapping[str, Any], everything: bool) -> Iterator[tuple[str, str, str]]:
    for topic in service["reads"]:
        if topic["records"] or everything:
            yield f"reads {topic['topic']}", number(topic["records"]), _waited(topic["oldest_seconds"])
    outbox = service["outbox"]
    if service["known"] and (outbox["records"] or everything):
        yield "has in its outbox", number(outbox["records"]), _waited(outbox["oldest_seconds"])
    for group in service["stuck"]:
        what = f"has stuck: {spaced(group['work'])}, {spaced(group['reason'])}"
        yield what, number(group["count"]), f"since {moment(group['since'])}" if group["since"] else ""
    for work in service["work"]:
        if work["due"] or everything:
            yield spaced(work["name"]), "", _due(work)


def _waited(seconds: float | None) -> str:
    return "" if seconds is None else f"oldest {age(seconds)}"


def _due(work: Mapping[str, Any]) -> str:
    if work["since"]:
        return f"due since {moment(work['since'])}"
    return f"due {moment(work['due'])}" if work["due"] else "nothing due"


def _waves(waves: Sequence[Mapping[str, Any]]) -> RenderableType:
    columns = ("Included", "Delivered", "Complete", "In flight")
    made = table("Wave under way", "Stands", *columns, "Ends about", numbers=columns, whole=("Stands", "Ends about"))
    for wave in waves:
        numbers = (number(wave[name]) for name in ("included", "delivered", "complete", "in_flight"))
        made.add_row(wave["wave"], wave["status"], *numbers, moment(wave["ends"])[:10])
    return made
