"""The address that a printed QR leads to."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_local(url: str) -> bool:
    """Whether the address says by itself that only this machine or its own network reaches it.

    A name with a dot is taken for a public one: what it leads to is not looked up.
    """
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))
