"""The console's API as one application."""

from fastapi import Depends, FastAPI

from services.console.api import deliveries, operators, services, set_aside, status, waves
from services.console.api.dependencies import authorized
from services.console.api.problems import ProblemDetails, add_error_handlers
from services.console.context import Context


def api(context: Context) -> FastAPI:
    """Every route asks for the key."""
    app = FastAPI(title="Puls: console", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    add_error_handlers(app)
    problem = {"model": ProblemDetails, "content": {"application/problem+json": {}}}
    for module in (status, waves, deliveries, set_aside, services, operators):
        app.include_router(
            module.router,
            dependencies=[Depends(authorized)],
            responses=dict.fromkeys((401, 404, 409, 422, 502, 503), problem),
        )
    return app
