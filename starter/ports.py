"""Which ports are free. A server that would silently attach to somebody else's port is never started."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from starter.exits import OutsideError

LOOPBACK = "127.0.0.1"


class PortTakenError(OutsideError):
    """Something else listens where a server of ours should."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server of ours could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: a port that an ended server left in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def demand_free(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Insist that every address is free; `wanted` maps what is to listen there (with the setting) to host and port.

    Raises:
        PortTakenError: it names every address that is taken, and the setting that moves it.
    """
    taken = [f"{host}:{port} ({what})" for what, (host, port) in wanted.items() if not is_free(port, host)]
    if taken:
        raise PortTakenError(f"taken by another program: {', '.join(taken)}; end it, or set another address")


def free_ports(wanted: Iterable[int]) -> list[int]:
    """For each wanted port itself, if it is free, else (and for 0) one that the OS chooses. All are different."""
    wanted = list(wanted)
    with ExitStack() as held:
        ours = {port for port in wanted if port and is_free(port)}
        chosen = []
        for port in wanted:
            if port in ours:
                ours.discard(port)
                chosen.append(port)
                continue
            sock = held.enter_context(socket.create_server((LOOPBACK, 0)))
            chosen.append(sock.getsockname()[1])
    return chosen
