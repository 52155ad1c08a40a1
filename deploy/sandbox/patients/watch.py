"""What the patients tell those who watch them: whether they rest, and what they can testify."""

from json import dumps

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.patients import testimony
from deploy.sandbox.patients.browser import Away
from deploy.sandbox.patients.crowd import Crowd
from deploy.sandbox.patients.diary import Diary
from deploy.sandbox.patients.habits import HOURS
from shared.runtime.clock import Clock


def application(crowd: Crowd, diary: Diary, clock: Clock) -> Starlette:
    """Needs no key: it is for this machine alone."""

    async def status(_: Request) -> Response:
        """`due` counts every letter that is in the mailboxes now; 503 while they cannot be looked into."""
        try:
            due = await crowd.due()
        except Away as away:
            return JSONResponse({"failing": str(away)}, status_code=503)
        now = clock.now().isoformat()
        told = {"now": now, "due": due.isoformat() if due else None, "busy": crowd.under_way, "acts_at": list(HOURS)}
        return JSONResponse(told)

    async def tally(_: Request) -> Response:
        """NDJSON, a line for each letter."""
        testified = (dumps(line, ensure_ascii=False) + "\n" for line in testimony.lines(diary.database))
        return Response("".join(testified), media_type="application/x-ndjson")

    return Starlette(routes=[Route("/status", status), Route("/tally", tally)])
