"""Where a server listens."""

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where a server listens: `host:port`, port 0 to 65535 (0: the system chooses)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as a plain HTTP origin, without a slash at the end."""
        return f"http://{self}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. A name that is not `localhost` counts as reachable."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_address(written: object) -> object:
    """Read `host:port` (IPv6 in brackets).

    Raises:
        ValueError: no host, or no port between 0 and 65535.
    """
    if not isinstance(written, str):
        return written
    host, _, port = written.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    # isascii: a superscript two is a digit to str.isdigit, and not to int.
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"'{written}' is not host:port, such as 127.0.0.1:8080")
    return Address(host, int(port))
