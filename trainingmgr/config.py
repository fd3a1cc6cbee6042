"""Defaults, and what the environment may change."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "TRAININGMGR_"
EXAMPLE_HOST = "training.example.org"
"""The host of the address that pages, refusals and the README show where one's own goes; nobody can start by it."""
PUBLIC_URL_LINE = f"{PREFIX}PUBLIC_URL=https://{EXAMPLE_HOST} make run"
"""The line that starts the program with a public address, to be copied and filled in."""
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
# What an address begins with, and how it is written.
_DATABASES = {
    "postgresql+psycopg://": "postgresql://USER:PASSWORD@HOST/DATABASE",
    "sqlite:///": "sqlite:////FOLDER/FILE.db",
}
_QUEUES = {
    "redis://": "redis://HOST:6379/0",
    "rediss://": "rediss://HOST:6379/0",
    "unix://": "unix:///FOLDER/redis.sock",
}
_IN_TILE_URL = frozenset({"{z}", "{x}", "{y}"})
_TILE_HOST = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?/", re.ASCII | re.IGNORECASE
)
_MOST_ATTRIBUTION = 200
_YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """What one installation runs with.

    `proxies` is how many reverse proxies of one's own stand before the server: the caller's address is
    then what the outermost of them says. `public_url` has no trailing slash and is empty while it is not set: a printed QR lasts for
    ever, so only samples are issued until then. `tsa_url` is the time stamp authority's address, empty
    where signatures bear no time stamp. `mail_internal` is whether mail servers of the installation's own
    network may be named, None where the operator has not said. `tile_url` is the address of a map's tiles with
    `{z}`, `{x}` and `{y}` in it, empty where maps are drawn without; `tile_attribution` says whose they are.
    """

    instance: Path
    database_url: str
    queue_url: str
    queue_prefix: str
    public_url: str
    host: str
    port: int
    development: bool
    proxies: int = 0
    tsa_url: str = ""
    mail_internal: bool | None = None
    tile_url: str = ""
    tile_attribution: str = ""
    max_upload_bytes: int = MAX_UPLOAD_BYTES

    @property
    def keys_file(self) -> Path:
        """Where the installation's keys lie."""
        return self.instance / "keys.json"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def tile_origin(self) -> str:
        """Scheme and host of the tiles."""
        parts = urlsplit(self.tile_url)
        return f"{parts.scheme}://{parts.netloc}"


def default_instance() -> Path:
    """`instance/` beside the package in a source tree, else a folder in the user's home."""
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").is_file():
        return root / "instance"
    return Path.home() / ".local" / "share" / "trainingmgr"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    Raises ValueError with a sentence that names the variable when a value cannot be used.
    """
    env = os.environ if environ is None else environ

    def value(name: str, default: str = "") -> str:
        return env.get(PREFIX + name, "").strip() or default

    instance = Path(value("INSTANCE", str(default_instance()))).expanduser().resolve()
    public_url = value("PUBLIC_URL").rstrip("/")
    parts = urlsplit(public_url)
    if public_url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
        raise ValueError(f"TRAININGMGR_PUBLIC_URL must be an http or https address, not {public_url!r}")
    if (parts.hostname or "").rstrip(".") == EXAMPLE_HOST:
        # What is issued is printed and can never lead elsewhere, so the example itself must not pass for an address.
        raise ValueError(
            f"TRAININGMGR_PUBLIC_URL is still the example {public_url!r}: put the address there under which "
            "anybody opens this program, since the QR of every certificate leads to it for ever"
        )
    tsa_url = value("TSA_URL")
    parts = urlsplit(tsa_url)
    if tsa_url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"TRAININGMGR_TSA_URL must be an http or https address, not {tsa_url!r}")
    port = value("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"TRAININGMGR_PORT must be a port number, not {port!r}")
    proxies = value("PROXIES", "0")
    if not proxies.isdigit() or int(proxies) > 8:
        raise ValueError(f"TRAININGMGR_PROXIES must be a number from 0 to 8, not {proxies!r}")
    mail_internal = value("MAIL_INTERNAL").lower()
    if mail_internal and mail_internal not in _YES_NO:
        raise ValueError(f"TRAININGMGR_MAIL_INTERNAL must be 1 or 0, not {mail_internal!r}")
    database_url = value("DATABASE_URL", f"sqlite:///{instance / 'trainingmgr.db'}")
    return Settings(
        instance=instance,
        database_url=_address("DATABASE_URL", _database_url(database_url), _DATABASES),
        queue_url=_address("QUEUE_URL", value("QUEUE_URL"), _QUEUES),
        queue_prefix=value("QUEUE_PREFIX", "trainingmgr"),
        public_url=public_url,
        host=value("HOST", "127.0.0.1"),
        port=int(port),
        development=value("DEVELOPMENT") in {"1", "true", "yes"},
        proxies=int(proxies),
        tsa_url=tsa_url,
        mail_internal=_YES_NO.get(mail_internal),
        tile_url=_tile_url(value("TILE_URL")),
        tile_attribution=_tile_attribution(value("TILE_URL"), value("TILE_ATTRIBUTION")),
    )


def _tile_url(url: str) -> str:
    """`url`, once pages may load tiles by it; a fault does not repeat it, for it may hold a key."""
    if not url:
        return ""
    named = set(re.findall(r"\{\w+\}", url))
    if unknown := sorted(named - _IN_TILE_URL):
        raise ValueError(
            f"TRAININGMGR_TILE_URL knows {{z}}, {{x}} and {{y}} alone, not {unknown[0]}: where that stands for one of "
            "several hosts, name one of them"
        )
    if missing := sorted(_IN_TILE_URL - named):
        raise ValueError(
            "TRAININGMGR_TILE_URL must say by {z}, {x} and {y} where zoom, column and row of a tile go: "
            f"{', '.join(missing)} missing"
        )
    host = _TILE_HOST.match(url)
    rest = re.sub(r"\{\w\}", "", url)
    if host is None or re.search(r"[^!-~]|[#{}]", rest):
        raise ValueError(
            "TRAININGMGR_TILE_URL must be an address like https://tiles.example.org/{z}/{x}/{y}.png: one host in "
            "Latin letters, without a user, a # or a space"
        )
    if host["scheme"].lower() != "https" and host["host"].lower() not in {"localhost", "127.0.0.1"}:
        raise ValueError("TRAININGMGR_TILE_URL must begin with https://; only from this machine http will do")
    return url


def _tile_attribution(url: str, attribution: str) -> str:
    if url and not 0 < len(attribution) <= _MOST_ATTRIBUTION:
        raise ValueError(
            "TRAININGMGR_TILE_ATTRIBUTION must say beside TRAININGMGR_TILE_URL whose map it is, as its owner wants it "
            f"said, in {_MOST_ATTRIBUTION} characters at most: © OpenStreetMap contributors, for one"
        )
    return attribution


def _address(name: str, url: str, schemes: Mapping[str, str]) -> str:
    """`url`, once it is known to be of one of `schemes`; a fault does not repeat it, for it may hold a password."""
    try:
        readable = not url or (url.startswith(tuple(schemes)) and urlsplit(url).port != 0)
    except ValueError:
        readable = False
    if not readable:
        raise ValueError(f"TRAININGMGR_{name} must be an address like {' or '.join(schemes.values())}")
    return url


def _database_url(url: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
