"""Handing out what was issued: the very bytes, checked against their hash each time."""

import logging
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from trainingmgr.documents import zip_stream
from trainingmgr.documents.merge import MergePart, merge_pdfs
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.handing import PaperOrder, Place, in_order
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.models import Certificate, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import handing, register
from trainingmgr.queries.certificate.register import Issued

_log = logging.getLogger(__name__)


def issued_bytes(actor: Actor, certificate: Certificate) -> bytes:
    """The PDF as it was issued, whether it is valid or revoked by now.

    Raises Refusal `certificate.not_issued` (serial) for a number without a paper, `certificate.file_erased`
    (serial) where the holder's data was erased by law, and
    `certificate.file_altered` or `certificate.file_missing` (serial), which the audit notes, when the
    storage does not hold those bytes any more.
    """
    if certificate.status not in {CertificateStatus.VALID, CertificateStatus.REVOKED}:
        raise Refusal("certificate.not_issued", serial=certificate.serial)
    if certificate.erased_at is not None:
        raise Refusal("certificate.file_erased", serial=certificate.serial)
    return _checked(actor, Issued.of(certificate))


class Bundle(NamedTuple):
    """A zip that is read while it is sent: `size` bytes in `pieces`, of `papers` papers."""

    papers: int
    size: int
    pieces: Iterator[bytes]


def bundle(actor: Actor, training: Training, kind: CertificateKind | None = None) -> Bundle:
    """A zip of all valid certificates of the training (of a kind), one file a person.

    Memory holds one paper at a time, and while the pieces are read no transaction is open. That every
    file is there in its length is checked here, before the first piece: raises as `issued_bytes`, and Refusal
    `certificate.none_issued`. A file that proves to be another one when its turn comes ends the pieces
    with that Refusal, so that what was sent is no zip.
    """
    papers = _valid(training, kind)
    sizes = [(paper.file_name, _size(actor, paper)) for paper in papers]
    return Bundle(len(papers), zip_stream.length_of(sizes), _pieces(actor, papers))


def _pieces(actor: Actor, papers: list[Issued]) -> Iterator[bytes]:
    # Sending may take minutes, and what the caller has read would stay open for as long.
    db.session().rollback()
    yield from zip_stream.stream((paper.file_name, _checked(actor, paper)) for paper in papers)


def merged(
    actor: Actor,
    training: Training,
    target: Path,
    kind: CertificateKind | None = None,
    order: PaperOrder = PaperOrder.SERIAL,
) -> int:
    """Write one PDF of all valid certificates (of a kind), for the printer, to `target`; gives their number.

    They lie in the wished order, each with a bookmark, those of a unit or a group under one. Raises as
    `issued_bytes`, and Refusal `certificate.none_issued`.
    """
    papers = _valid(training, kind)
    places: dict[int, Place] = {}
    if order is not PaperOrder.SERIAL:
        places = {one.id: one.place for one in handing.papers(db.session(), training.id, kind)}
        papers = in_order(papers, lambda paper: places.get(paper.id, Place()), order)
    title = f"{training.title_zh} {training.code}"
    return merge_pdfs(_parts(actor, papers, places, order), target, title=title)


def lay_out(
    actor: Actor,
    training: Training,
    folder: Path,
    progress: Callable[[int], None] = lambda _: None,
    kind: CertificateKind | None = None,
) -> list[Path]:
    """Lay all valid certificates of the training (of a kind) into `folder`, one file a person; gives their paths.

    The same files again are left as they are. Raises as `issued_bytes`, and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for done, paper in enumerate(register.valid(db.session(), training.id, kind), 1):
        path = folder / paper.file_name
        data = _checked(actor, paper)
        if not (path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data):
            path.write_bytes(data)
        paths.append(path)
        progress(done)
    return paths


def _valid(training: Training, kind: CertificateKind | None) -> list[Issued]:
    papers = register.valid(db.session(), training.id, kind)
    if not papers:
        raise Refusal("certificate.none_issued")
    return papers


def _parts(
    actor: Actor, papers: list[Issued], places: dict[int, Place], order: PaperOrder
) -> Iterator[MergePart]:
    for paper in papers:
        pile = places.get(paper.id, Place()).pile(order)
        yield MergePart(f"{paper.serial} {paper.name}", _checked(actor, paper), pile)


def _size(actor: Actor, paper: Issued) -> int:
    try:
        size = storage.size(paper.file_key)
    except FileNotFoundError:
        raise _fault(actor, paper, "certificate.file_missing") from None
    if size != (paper.size or size):
        raise _fault(actor, paper, "certificate.file_altered")
    return size


def _checked(actor: Actor, paper: Issued) -> bytes:
    try:
        data = storage.get(paper.file_key)
    except FileNotFoundError:
        raise _fault(actor, paper, "certificate.file_missing") from None
    if sha256(data).hexdigest() != paper.sha256:
        raise _fault(actor, paper, "certificate.file_altered")
    return data


def _fault(actor: Actor, paper: Issued, code: str) -> Refusal:
    _log.error("an issued file fails its check", extra={"serial": paper.serial, "fault": code})
    with transaction() as session:
        audit.record(
            session,
            actor,
            code,
            "certificate",
            paper.id,
            training=session.get_one(Training, paper.training_id),
            serial=paper.serial,
        )
    return Refusal(code, serial=paper.serial)
