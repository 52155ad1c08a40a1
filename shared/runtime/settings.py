"""What every process is told by its environment. A service's own settings inherit from this."""

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once, at the start, from variables that begin with PULS_."""

    model_config = SettingsConfigDict(env_prefix="PULS_", extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(description="The service's own database: postgresql://role:password@host:port/name.")
    kafka: str = Field(description="The broker's address: host:port.")
    clock: str = Field(default="real", description="`real`, or `stepped:<path>` for demos and tests.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    internal_port: int = Field(
        default=0, description="Port of /live, /ready, /metrics and /status; 0 takes a free one."
    )
    pages_port: int = Field(default=0, description="Port of the public pages, for services that have them.")
    trusted_proxies: list[IPvAnyNetwork] = Field(
        default=[], description='JSON: addresses whose X-Forwarded-For is believed: ["10.0.0.2"].'
    )
    topic_prefix: str = Field(default="puls", description="What every topic's name begins with.")
    log: str = Field(default="console", description="`console` for people, `json` for machines.")
    api_key: str = Field(default="", description="What the operators' requests to a service must carry.")
    batch: int = Field(default=2000, ge=1, description="Records taken in one transaction, at most.")
    standstill: int = Field(
        default=15, ge=1, description="Seconds that a copy which stands still keeps its locks from the others."
    )
