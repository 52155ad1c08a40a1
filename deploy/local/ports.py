"""Ports of 127.0.0.1 for servers that may be killed and must come back on the same port.

They lie below the range from which the system serves outgoing connections: a client that knocks again and again at a
port of that range while its server is away can be given that very port as its own, and the server never gets it back.
"""

import random
import socket
from collections.abc import Iterator
from pathlib import Path

from deploy.local.errors import CannotStart

HOST = "127.0.0.1"
LOWEST = 15000
FIRST, LAST, IN_A_ROW = 1024, 65000, 100


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on now, in no order, each once."""
    outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    choice = list(range(LOWEST, outgoing)) if outgoing - LOWEST > 1000 else list(range(20000, 65000))
    random.shuffle(choice)
    yield from filter(is_free, choice)
    raise CannotStart("No port of this machine is free: end programs that listen on 127.0.0.1.")


def ports_from(first: int) -> Iterator[int]:
    """Ports in a row, so that whoever starts the stack knows them beforehand."""
    if not FIRST <= first <= LAST:
        raise CannotStart(f"{first} cannot be the first of the stack's ports: expected one from {FIRST} to {LAST}.")
    return iter(range(first, first + IN_A_ROW))


def require_free(port: int, purpose: str) -> None:
    if not is_free(port):
        others = port // 1000 * 1000 + 1000 if port < LAST - 1000 else 18000
        raise CannotStart(
            f"Port {port} for {purpose} is taken by another process: "
            f"end that one, or give the stack other ports (`make up PORTS={others}`)."
        )
