"""Is all well, how far is each running wave, and what needs a person."""

from starlette.responses import Response

from services.console.domain.alerts import headline, worst
from services.console.overview import overview
from services.console.page_request import PageRequest

COLOURS = {"critical": "red", "warning": "amber", None: "green"}


async def show(request: PageRequest) -> Response:
    found = await overview(request.context)
    word, sentence = headline(found.alerts)
    return request.render(
        "overview",
        word,
        sentence=sentence,
        colour=COLOURS[worst(found.alerts)],
        alerts=found.alerts,
        waves=found.running,
        ended=found.ended,
    )
