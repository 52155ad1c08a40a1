"""The console's API as one application."""

from fastapi import Depends, FastAPI

from services.console.api import deliveries, operators, services, set_aside, waves
from services.console.api.ground import authorized
from services.console.api.problems import Told, told_to
from services.console.ground import Ground


def api(ground: Ground) -> FastAPI:
    """Every route asks for the key."""
    app = FastAPI(title="Puls: console", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.ground = ground
    told_to(app)
    problem = {"model": Told, "content": {"application/problem+json": {}}}
    for part in (waves, deliveries, set_aside, services, operators):
        app.include_router(
            part.router,
            dependencies=[Depends(authorized)],
            responses=dict.fromkeys((401, 404, 409, 422, 502, 503), problem),
        )
    return app
