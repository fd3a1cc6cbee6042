"""The page behind the QR, over a million certificates, beside a bare Flask page on the same server.

Each request is a first visit, as the scan of a paper is: of a certificate that nobody asked for before, by a
browser without a cookie, from an address of its own behind the reverse proxy. So the throttle counts and lets
all through, and no page can be found again that was kept for an earlier visitor.
"""

import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench._server import BARE, Request, measure_each, serve
from bench.certificates import TITLE, people
from bench.row import Row, against
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.documents.token import claims_of, write_token
from trainingmgr.domain.certificate import (
    CODE_ALPHABET,
    CODE_LENGTH,
    verify_url,
)
from trainingmgr.extensions import db, keyring, now
from trainingmgr.migrations import upgrade
from trainingmgr.models import Organisation, Person, Registration, SerialCounter, Training

CLASSES, PEOPLE = 1_000, 1_000
ASKED = 20_000
"""So many of them are asked for, in turn."""

_PUBLIC = "https://classes.example.org"
_DAY = date(2019, 11, 2)
_COUNTER = 1
_BATCH = 20_000
_LETTERS = (CODE_ALPHABET * 8).encode()
_INSERT = (
    "INSERT INTO certificate (training_id, registration_id, number, serial, code, snapshot, sha256, file_key, "
    "reserved_at, issued_at, kind, status, counter_id, issue_date, is_sample, is_signed, size, issued_by, "
    "ended_by, end_reason, ground, collected_by, handed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    f"'completion', 'valid', {_COUNTER}, '{_DAY}', 0, 1, 40000, 'bench', '', '', '', '', '')"
)
_HOW = {"scanned": "by its QR", "typed": "by the typed code"}


def rows(rounds: int = 15, seconds: float = 0.5) -> list[Row]:
    """Requests a second by the signed token of the QR, and by the code that is typed from the paper."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "TRAININGMGR_INSTANCE": folder,
            "TRAININGMGR_PUBLIC_URL": _PUBLIC,
            "TRAININGMGR_PROXIES": "1",
        }
        begin = perf_counter()
        pages = {BARE: visits([BARE])} | {
            how: visits(addresses) for how, addresses in prepare(environ).items()
        }
        print(f"{CLASSES * PEOPLE:,} certificates made in {perf_counter() - begin:.0f} s")
        with serve(Path(folder), environ) as base:
            found = measure_each(base, pages, rounds=rounds, seconds=seconds)
    return [
        against(
            f"Verification page {words}, 1 of {CLASSES * PEOPLE:,} / bare Flask page",
            found[how],
            found[BARE],
            at_least=0.4,
            show=lambda rate: f"{rate:,.0f} requests a second",
        )
        for how, words in _HOW.items()
    ]


def visits(addresses: list[str]) -> Iterator[Request]:
    """Requests for these addresses in turn, each by another visitor."""
    asked = [
        (
            address,
            {
                "X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": urlsplit(_PUBLIC).netloc,
                "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
            },
        )
        for number, address in zip(range(ASKED), cycle(addresses), strict=False)
    ]
    return cycle(asked)


def prepare(environ: Mapping[str, str]) -> dict[str, list[str]]:
    """Make the database; gives the paths of the pages to ask for, by how one came to them."""
    app = create_app(load_settings(environ))
    chance = random.Random(1)
    asked = set(chance.sample(range(1, CLASSES * PEOPLE + 1), ASKED))
    paths: dict[str, list[str]] = {how: [] for how in _HOW}
    with app.app_context():
        upgrade()
        rows = _rows(_registrations(db.session()), asked, paths)
        # Past SQLAlchemy, which takes longer to bind a row than SQLite to keep it.
        while batch := list(islice(rows, _BATCH)):
            db.session.connection().exec_driver_sql(_INSERT, batch)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    for found in paths.values():
        chance.shuffle(found)
    return paths


def _registrations(session: Session) -> Iterator[tuple[int, int]]:
    """The same people on each training; gives the ids of their places on it, and the training's."""
    organisation = Organisation(name_zh="民政部")
    session.add(organisation)
    session.flush()
    session.add(SerialCounter(id=_COUNTER, organisation_id=organisation.id, key="bench"))
    for at, one in enumerate(people(PEOPLE)):
        name = one.holder_name
        session.add(
            Person(organisation_id=organisation.id, name=name, name_key=f"{name}{at}", pinyin=f"p{at:03d}")
        )
    for number in range(CLASSES):
        training = Training(organisation_id=organisation.id, code=f"C{number:04d}", title_zh=TITLE)
        training.start_date, training.end_date = date(2019, 10, 30), _DAY
        session.add(training)
    session.flush()
    each = sa.select(Training.id, Person.id, Person.pinyin, Person.name).join(Person, sa.true())
    columns = ("training_id", "person_id", "sort_key", "search_text")
    session.execute(sa.insert(Registration).from_select(columns, each.order_by(Training.id, Person.id)))
    session.commit()
    ids = sa.select(Registration.id, Registration.training_id).order_by(Registration.id)
    return iter([(row[0], row[1]) for row in session.execute(ids)])


def _rows(
    registrations: Iterator[tuple[int, int]],
    asked: set[int],
    paths: dict[str, list[str]],
) -> Iterator[tuple[Any, ...]]:
    """A row of `_INSERT` for each registration; those that are `asked` for get a signed token, and their `paths`."""
    blanks = [(one, one.to_json()) for one in people(PEOPLE)]
    moment = now().replace(tzinfo=None).isoformat(" ")
    for (registration_id, training_id), (blank, text) in zip(registrations, cycle(blanks), strict=False):
        serial = f"C{training_id:04d}-{registration_id:07d}"
        code = blake2b(serial.encode(), digest_size=CODE_LENGTH).digest().translate(_LETTERS).decode()
        if registration_id in asked:
            snapshot = replace(blank, serial=serial, code=code)
            token = write_token(keyring.token_keys, claims_of(snapshot))
            text = replace(snapshot, verify_url=verify_url(_PUBLIC, serial, token)).to_json()
            for how, proof in (("scanned", token), ("typed", code)):
                paths[how].append(verify_url("", serial, proof))
        else:
            text = text.replace(blank.serial, serial).replace(blank.code, code)
        digest = f"{registration_id:064x}"
        yield (
            training_id, registration_id, registration_id, serial, code, text, digest,
            f"{training_id}/{digest}.pdf", moment, moment,
        )  # fmt: skip
