"""Whether this machine and this installation are fit to run: each check is one question with one answer."""

import hashlib
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from trainingmgr.documents.fonts import BUNDLED, font_chain
from trainingmgr.extensions import db, keyring, now, settings, wake_up
from trainingmgr.models import AuditEntry
from trainingmgr.queries.installation import key_fingerprint, schema

_ENOUGH_DISK = 1024 * 1024 * 1024
_LEAST_DISK = 100 * 1024 * 1024
# No clock that is right shows a time before this program was written.
_WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
# The shell is the same browser without a window; it opens pages in a third of the time.
_CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_CHROMIUM_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_TOOLS = {"poppler": "pdftotext", "qpdf": "qpdf", "zbar": "zbarimg", "softhsm": "softhsm2-util"}


class Answer(StrEnum):
    """`bad` stops the program from working as it must; `note` is worth knowing."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One answer. `code` and `values` become its sentence."""

    name: str
    answer: Answer
    code: str
    values: dict[str, object] = field(default_factory=dict)


def check_all() -> list[Check]:
    """Ask every question; none stops the next."""
    questions: list[Callable[[], list[Check]]] = [
        _python,
        _fonts,
        _instance,
        _disk,
        _database,
        _clock,
        _keys,
        _queue,
        _test_tools,
    ]
    return [answer for question in questions for answer in question()]


def _python() -> list[Check]:
    return [Check("python", Answer.OK, "check_python", {"version": sys.version.split()[0]})]


def _fonts() -> list[Check]:
    faults = []
    lines = (BUNDLED / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for digest, name in (line.split(maxsplit=1) for line in lines):
        path = BUNDLED / name.strip()
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(name.strip())
    if faults:
        return [Check("fonts", Answer.BAD, "check_fonts_bad", {"files": ", ".join(faults)})]
    left_out = [
        Check("fonts", Answer.NOTE, f"check_font_{font.reason}", {"file": font.path.name})
        for font in font_chain().ignored
    ]
    return [Check("fonts", Answer.OK, "check_fonts"), *left_out]


def _instance() -> list[Check]:
    folder = settings.instance
    probe = folder / ".doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return [
            Check("instance", Answer.BAD, "check_instance_bad", {"folder": folder, "reason": error.strerror})
        ]
    private = {folder: 0o077, settings.keys_file: 0o077}
    if any(path.exists() and path.stat().st_mode & others for path, others in private.items()):
        return [Check("instance", Answer.BAD, "check_instance_open", {"folder": folder})]
    return [Check("instance", Answer.OK, "check_instance", {"folder": folder})]


def _disk() -> list[Check]:
    free = shutil.disk_usage(settings.instance).free
    values: dict[str, object] = {"megabytes": free // (1024 * 1024)}
    if free < _LEAST_DISK:
        return [Check("disk", Answer.BAD, "check_disk_bad", values)]
    return [Check("disk", Answer.OK if free >= _ENOUGH_DISK else Answer.NOTE, "check_disk", values)]


def _database() -> list[Check]:
    kind = db.engine.dialect.name
    try:
        with db.engine.connect() as connection:
            found = schema(connection)
            damage = connection.scalar(sa.text("PRAGMA quick_check(1)")) if kind == "sqlite" else "ok"
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).strip()
        return [Check("database", Answer.BAD, "check_database_bad", {"reason": reason})]
    if damage != "ok":
        return [Check("database", Answer.BAD, "check_database_bad", {"reason": damage})]
    if found.current is None:
        return [Check("database", Answer.NOTE, "check_database_none")]
    values: dict[str, object] = {"kind": kind, "revision": found.current, "head": found.head}
    if not found.up_to_date:
        return [Check("database", Answer.BAD, "check_database_old", values)]
    return [Check("database", Answer.OK, "check_database", values)]


def _clock() -> list[Check]:
    present = now()
    values: dict[str, object] = {"now": present.isoformat(timespec="seconds")}
    if present < _WRITTEN:
        return [Check("clock", Answer.BAD, "check_clock_early", values)]
    latest = _ask(lambda: db.session().scalar(sa.select(sa.func.max(AuditEntry.at))))
    if isinstance(latest, datetime) and latest > present + timedelta(minutes=5):
        return [Check("clock", Answer.BAD, "check_clock_behind", values | {"latest": latest.isoformat()})]
    return [Check("clock", Answer.OK, "check_clock", values)]


def _keys() -> list[Check]:
    values: dict[str, object] = {"fingerprint": keyring.fingerprint()}
    recorded = _ask(lambda: key_fingerprint(db.session()))
    if recorded is None:
        return [Check("keys", Answer.NOTE, "check_keys_unrecorded", values)]
    if recorded != keyring.fingerprint():
        return [Check("keys", Answer.BAD, "check_keys_bad", values | {"recorded": recorded})]
    return [Check("keys", Answer.OK, "check_keys", values)]


def _queue() -> list[Check]:
    try:
        wake_up.huey.pending_count()
    except Exception as error:
        # Whatever the queue's library raises: it means that workers are not woken.
        return [Check("queue", Answer.BAD, "check_queue_bad", {"reason": str(error)})]
    return [Check("queue", Answer.OK, "check_queue", {"kind": "Redis" if settings.queue_url else "SQLite"})]


def chromium() -> str | None:
    """The browser that the tests walk with, where the machine has one."""
    return next((path for name in (*_CHROMIUM, *_CHROMIUM_MACOS) if (path := shutil.which(name))), None)


def _test_tools() -> list[Check]:
    found = {"chromium": chromium() is not None}
    found |= {name: shutil.which(program) is not None for name, program in _TOOLS.items()}
    return [
        Check(name, Answer.OK if there else Answer.NOTE, "check_tool" if there else "check_tool_none")
        for name, there in found.items()
    ]


def _ask(question: Callable[[], object]) -> object:
    """The answer of a database that is ready; None of one that is not, which has its own check."""
    try:
        return question()
    except sa.exc.DBAPIError:
        db.session.rollback()
        return None
