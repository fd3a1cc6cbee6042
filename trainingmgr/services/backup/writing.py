"""Writing a backup."""

import hashlib
import json
import os
import secrets
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, keyring, now, storage
from trainingmgr.models import Installation, Person
from trainingmgr.queries.ids import last_ids
from trainingmgr.queries.installation import schema
from trainingmgr.queries.photo import photo_key
from trainingmgr.services.backup.archive import CHUNK, Manifest, Progress, Report, Steps, all_tables, plain


def back_up(target: Path, progress: Progress = lambda _done, _all: None) -> Report:
    """Write an archive of this installation to `target`, which appears whole or not at all.

    Works beside a running server: all tables are read in one transaction, and issued files never
    change. `progress` is called with what is done and what there is, in rows and files together.
    Raises Refusal `backup_exists`, `backup_unwritable`, `backup_file_damaged`.
    """
    if target.exists():
        raise Refusal("backup_exists", file=str(target))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refusal("backup_unwritable", file=str(target), reason=error.strerror or str(error)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            manifest = _write(file, progress)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, never takes the place of a file that has come there meanwhile.
        try:
            os.link(temporary, target)
        except FileExistsError as error:
            raise Refusal("backup_exists", file=str(target)) from error
    except OSError as error:
        raise Refusal("backup_unwritable", file=str(target), reason=error.strerror or str(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return manifest.report()


def _write(file: BinaryIO, progress: Progress) -> Manifest:
    # One transaction, so that all tables are of one moment; a plain read on SQLite, which WAL keeps
    # still, and a repeatable read on PostgreSQL.
    options: dict[str, Any] = {}
    if db.engine.dialect.name != "sqlite":
        options = {"isolation_level": "REPEATABLE READ"}
    with (
        db.engine.connect().execution_options(**options) as connection,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        fingerprint = connection.scalar(sa.select(Installation.key_fingerprint))
        manifest = Manifest(
            created_at=now().isoformat(),
            revision=schema(connection).current or "",
            key_fingerprint=fingerprint or keyring.fingerprint(),
            last_ids=last_ids(connection),
        )
        counts = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in all_tables()
        }
        kept = _kept(connection)
        steps = Steps(sum(counts.values()) + len(kept), progress)
        for table in all_tables():
            manifest.tables[table.name] = _write_table(archive, connection, table, steps)
        for key, digest in kept.items():
            manifest.files[key] = _write_file(archive, key, digest)
            steps.add()
        archive.writestr("manifest.json", manifest.dump())
    return manifest


def _kept(connection: sa.Connection) -> dict[str, str]:
    """The SHA-256 of every file that a row of some table has, by its key."""
    found: dict[str, str] = {}
    for table in all_tables():
        for key in (column for column in table.columns if column.name.endswith("file_key")):
            # Of a table's second file both columns bear a word in front.
            digest = table.c[key.name.removesuffix("file_key") + "sha256"]
            rows = connection.execute(
                sa.select(key, digest).where(key.is_not(None), digest.is_not(None)).order_by(table.c.id)
            )
            found.update(rows.tuples().all())
    photos = connection.scalars(sa.select(Person.photo).where(Person.photo != "").distinct())
    found.update((photo_key(digest), digest) for digest in photos)
    return found


def _write_table(
    archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table, steps: Steps
) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    statement = sa.select(table).order_by(*table.primary_key.columns)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
        result = connection.execution_options(yield_per=CHUNK).execute(statement)
        for chunk in result.partitions(CHUNK):
            text = "".join(
                json.dumps([plain(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n"
                for row in chunk
            ).encode()
            digest.update(text)
            member.write(text)
            rows += len(chunk)
            steps.add(len(chunk))
    return {"columns": [column.name for column in table.columns], "rows": rows, "sha256": digest.hexdigest()}


def _write_file(archive: zipfile.ZipFile, key: str, digest: str) -> dict[str, Any]:
    try:
        data = storage.get(key)
    except FileNotFoundError as error:
        raise Refusal("backup_file_damaged", file=key) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refusal("backup_file_damaged", file=key)
    # PDFs and pictures are compressed already.
    archive.writestr(f"files/{key}", data, zipfile.ZIP_STORED)
    return {"size": len(data), "sha256": digest}
