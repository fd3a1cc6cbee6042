"""The address that a printed QR leads to."""

from ipaddress import ip_address
from urllib.parse import urlsplit

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on  # nosec B104


def address_of(host: str, port: int) -> str:
    """The address of a server that listens there; on this machine where it listens everywhere."""
    shown = "localhost" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def is_local(url: str) -> bool:
    """Whether the address says by itself that only this machine or its own network reaches it.

    A name with a dot is taken for a public one: what it leads to is not looked up.
    """
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))
