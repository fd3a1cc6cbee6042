"""Putting a backup back."""

import contextlib
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, metadata, storage, transaction
from trainingmgr.models import Installation, MailMessage
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.ids import go_on_after, last_ids
from trainingmgr.queries.installation import is_empty, schema
from trainingmgr.services.backup.archive import (
    BLOCK,
    CHUNK,
    FORMAT,
    Manifest,
    Progress,
    Report,
    Steps,
    all_tables,
    typed,
)


def restore(
    source: Path, actor: Actor, *, replace: bool = False, progress: Progress = lambda _done, _all: None
) -> Report:
    """Put an archive's content in place of this installation's: all of it, or nothing.

    Every checksum is compared before anything is touched. Raises Refusal `backup_unreadable`,
    `backup_damaged` (naming the part), `backup_other_revision`, `restore_not_empty` (without
    `replace`, where there are accounts or organisations already).
    """
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise Refusal("backup_unreadable", file=str(source)) from error
    with archive:
        manifest = _read_manifest(archive, source)
        with db.engine.connect() as connection:
            found = schema(connection)
        if manifest.revision != found.current:
            raise Refusal("backup_other_revision", revision=manifest.revision, version=manifest.version)
        if not replace and not is_empty(db.session()):
            raise Refusal("restore_not_empty")
        steps = Steps(2 * (len(manifest.files) + sum(e["rows"] for e in manifest.tables.values())), progress)
        _verify(archive, manifest, steps)
        with _files(archive, manifest, steps), transaction() as session:
            former = last_ids(session.connection())
            _clear(session)
            for table in all_tables():
                _insert(session, table, _rows(archive, manifest, table), steps)
            # Pages that are open name rows by ids, those that are gone now among them.
            last = {name: max(former.get(name, 0), id_) for name, id_ in manifest.last_ids.items()}
            go_on_after(session.connection(), former | last)
            _hold_mail_back(session)
            _record_keys(session, manifest.key_fingerprint)
            report = manifest.report()
            audit.record(session, actor, "installation.restore", "installation", 1, rows=report.rows)
    db.session.remove()
    return report


def _read_manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    try:
        data = json.loads(archive.read("manifest.json"))
        if data["format"] != FORMAT:
            raise Refusal("backup_other_revision", revision=data["format"], version=data["version"])
        manifest = Manifest(**data)
        datetime.fromisoformat(manifest.created_at)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise Refusal("backup_unreadable", file=str(source)) from error
    return manifest


def _verify(archive: zipfile.ZipFile, manifest: Manifest, steps: Steps) -> None:
    """Read every part through and compare it with the manifest. Raises Refusal `backup_damaged`."""
    if set(manifest.tables) != {table.name for table in all_tables()}:
        raise Refusal("backup_damaged", part="manifest.json")
    for name, entry in manifest.tables.items():
        _verify_part(archive, f"tables/{name}.jsonl", entry["sha256"])
        steps.add(entry["rows"])
    for key, entry in manifest.files.items():
        try:
            storage.path(key)
        except ValueError as error:
            raise Refusal("backup_damaged", part=key) from error
        _verify_part(archive, f"files/{key}", entry["sha256"])
        steps.add()


def _verify_part(archive: zipfile.ZipFile, name: str, expected: str) -> None:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
    except (KeyError, EOFError, OSError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise Refusal("backup_damaged", part=name) from error
    if digest.hexdigest() != expected:
        raise Refusal("backup_damaged", part=name)


def _rows(archive: zipfile.ZipFile, manifest: Manifest, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    columns = [table.columns[name] for name in manifest.tables[table.name]["columns"]]
    chunk: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as member:
        for line in member:
            values = json.loads(line)
            chunk.append(
                {column.name: typed(column, value) for column, value in zip(columns, values, strict=True)}
            )
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _clear(session: Session) -> None:
    """Empty every table. Triggers that keep certificates from being deleted guard use, not a restore."""
    names = [table.name for table in metadata.sorted_tables]
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        quoted = ", ".join(f'"{name}"' for name in names)
        connection.execute(sa.text(f"TRUNCATE {quoted}"))
        return
    triggers = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _sql in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for table in reversed(metadata.sorted_tables):
        # SQLite minds a row that points to one of its own table even where both are about to go, unless
        # it goes along anyway.
        if pointers := _own_pointers(table, "CASCADE"):
            connection.execute(table.update().values(dict.fromkeys(pointers)))
        connection.execute(table.delete())
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)


def _own_pointers(table: sa.Table, other_than: str = "") -> list[str]:
    return [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table is table and key.ondelete != other_than
    ]


def _insert(session: Session, table: sa.Table, chunks: Iterator[list[dict[str, Any]]], steps: Steps) -> None:
    connection = session.connection()
    own = _own_pointers(table)
    later: list[dict[str, Any]] = []
    for chunk in chunks:
        for row in chunk:
            # A row may point to one of its own table that comes after it. Others are written at once:
            # what a certificate replaces may not be said afterwards.
            pointers = {name: row[name] for name in own if row[name] is not None and row[name] > row["id"]}
            if pointers:
                later.append({"_id": row["id"]} | pointers)
                row.update(dict.fromkeys(pointers))
        connection.execute(table.insert(), chunk)
        steps.add(len(chunk))
    for row in later:
        connection.execute(table.update().where(table.c.id == row.pop("_id")).values(row))


def _hold_mail_back(session: Session) -> None:
    """What waited to be sent when the backup was made may have gone out since: a person decides."""
    session.execute(
        sa.update(MailMessage)
        .where(MailMessage.status.in_([MailStatus.QUEUED, MailStatus.SENDING]))
        .values(status=MailStatus.UNCERTAIN, fault=MailFault.RESTORED, lease_until=None, worker="")
    )


def _record_keys(session: Session, fingerprint: str) -> None:
    """The data is sealed with the archive's keys, whichever this installation has."""
    session.add(Installation(id=1, key_fingerprint=fingerprint))


@contextlib.contextmanager
def _files(archive: zipfile.ZipFile, manifest: Manifest, steps: Steps) -> Iterator[None]:
    """Lay the archive's files beside the present ones, which go once the block has committed.

    A key names one content, so neither stands in the other's way, and a machine that stops at any
    moment has the files of whichever rows it kept.
    """
    former = [key for key in storage.all_keys() if key not in manifest.files]
    new: list[str] = []
    try:
        for key in manifest.files:
            if not storage.exists(key):
                new.append(key)
            storage.put(key, archive.read(f"files/{key}"))
            steps.add()
        yield
    except BaseException:
        for key in new:
            storage.delete(key)
        raise
    for key in former:
        storage.delete(key)
