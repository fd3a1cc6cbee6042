"""Which hosts lie in the network that the installation itself stands in."""

import socket
from ipaddress import ip_address


class InwardError(OSError):
    """A server that mail must not be handed to, since it stands in the installation's own network."""


def is_inward(host: str, port: int) -> bool:
    """Tell whether a host's name leads, among others, to an address that is not on the internet; no for one unknown."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not ip_address(str(address[0]).partition("%")[0]).is_global for *_others, address in found)


def refuse_inward(host: str, port: int, *, allowed: bool) -> None:
    """Raise InwardError for a host of the installation's own network, unless these are allowed."""
    if not allowed and is_inward(host, port):
        raise InwardError(f"{host} is in the installation's own network")
