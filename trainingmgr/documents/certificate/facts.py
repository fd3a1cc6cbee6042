"""The words behind each field of a design, for one certificate."""

from collections.abc import Callable, Iterable

from trainingmgr.documents.certificate import wording
from trainingmgr.documents.certificate.wording import Atom
from trainingmgr.domain.certificate import CertificateSnapshot, group_code
from trainingmgr.domain.chinese import (
    class_hours_en,
    class_hours_zh,
    date_en,
    date_in_numerals,
    date_range_zh,
    join_en,
    join_zh,
)
from trainingmgr.domain.design import Field

NO_SERIAL = "—"

Atoms = tuple[Atom, ...]


class Facts:
    """What a certificate prints, field by field; a field without words is empty.

    A preview has no serial yet, and nothing by which it could be verified.
    """

    def __init__(self, snapshot: CertificateSnapshot, *, preview: bool = False) -> None:
        self.snapshot = snapshot
        self.preview = preview
        self._made: dict[Field, Atoms] = {}

    def __getitem__(self, field: Field) -> Atoms:
        made = self._made.get(field)
        if made is None:
            made = self._made[field] = tuple(atom for atom in _MAKERS[field](self) if atom.text)
        return made

    @property
    def qr_text(self) -> str:
        return "" if self.preview else self.snapshot.verify_url


_Maker = Callable[[Facts], Iterable[Atom]]


def _shared(read: Callable[[CertificateSnapshot], str]) -> _Maker:
    return lambda facts: (Atom(read(facts.snapshot)),)


def _personal(read: Callable[[CertificateSnapshot], str | None]) -> _Maker:
    return lambda facts: (Atom(read(facts.snapshot) or "", personal=True),)


def _name(read: Callable[[CertificateSnapshot], str | None]) -> _Maker:
    return lambda facts: (Atom(read(facts.snapshot) or "", whole=True, personal=True, name=True),)


def _other_name(snapshot: CertificateSnapshot) -> str:
    return snapshot.holder_name if wording.holder_en(snapshot) != snapshot.holder_name else ""


def _serial(facts: Facts) -> Iterable[Atom]:
    if facts.preview:
        return (Atom(NO_SERIAL),)
    return (Atom(facts.snapshot.serial, whole=True, personal=True, anywhere=True),)


def _code(facts: Facts) -> Iterable[Atom]:
    if facts.preview:
        return ()
    return (Atom(group_code(facts.snapshot.code), whole=True, personal=True, anywhere=True),)


def address_of(snapshot: CertificateSnapshot) -> tuple[str, str]:
    """The page behind the QR as one types it, without scheme and code: what a batch shares of it, and the rest."""
    bare = snapshot.verify_url.partition("#")[0].partition("?")[0].partition("://")[2]
    shared, slash, own = bare.rpartition("/")
    return shared + slash, own


def _address(facts: Facts) -> Iterable[Atom]:
    if facts.preview:
        return ()
    shared, own = address_of(facts.snapshot)
    return Atom(shared, anywhere=True), Atom(own, personal=True, anywhere=True)


def _sentence_zh(facts: Facts) -> Iterable[Atom]:
    detail = f"（{facts.snapshot.holder_detail}）" if facts.snapshot.holder_detail else ""
    return (
        *facts[Field.OPENING_ZH],
        *facts[Field.HOLDER_NAME],
        Atom(detail, personal=True),
        *facts[Field.BODY_ZH],
    )


def _sentence_en(facts: Facts) -> Iterable[Atom]:
    detail = f" ({facts.snapshot.holder_detail})" if facts.snapshot.holder_detail else ""
    return (
        *facts[Field.OPENING_EN],
        Atom(" "),
        *facts[Field.HOLDER_NAME_EN],
        Atom(detail, personal=True),
        Atom(" "),
        *facts[Field.BODY_EN],
    )


def _hours(say: Callable[..., str]) -> _Maker:
    def make(facts: Facts) -> Iterable[Atom]:
        hours = facts.snapshot.class_hours
        return (Atom(say(hours) if hours else "", personal=True),)

    return make


_MAKERS: dict[Field, _Maker] = {
    Field.KIND_ZH: _shared(lambda s: wording.ZH[s.kind].title),
    Field.KIND_EN: _shared(lambda s: wording.EN[s.kind].title),
    Field.HOLDER_NAME: _name(lambda s: s.holder_name),
    Field.HOLDER_LATIN_NAME: _name(lambda s: s.holder_latin_name),
    Field.HOLDER_NAME_EN: _name(wording.holder_en),
    Field.HOLDER_OTHER_NAME: _name(_other_name),
    Field.HOLDER_DETAIL: _personal(lambda s: s.holder_detail),
    Field.HOLDER_UNIT: _personal(lambda s: s.holder_unit),
    Field.HOLDER_UNIT_EN: _personal(lambda s: s.holder_unit_en),
    Field.HOLDER_POST: _personal(lambda s: s.holder_post),
    Field.TRAINING_TITLE_ZH: _shared(lambda s: s.training_title_zh),
    Field.TRAINING_TITLE_EN: _shared(lambda s: s.training_title_en),
    Field.HOST_ZH: _shared(lambda s: s.host_zh),
    Field.HOST_EN: _shared(lambda s: s.host_en),
    Field.CO_HOSTS_ZH: _shared(lambda s: join_zh(s.co_hosts_zh)),
    Field.CO_HOSTS_EN: _shared(lambda s: join_en(s.co_hosts_en) if s.co_hosts_en else ""),
    Field.PLACE_ZH: _shared(lambda s: s.place_zh),
    Field.PLACE_EN: _shared(lambda s: s.place_en),
    Field.DATES_ZH: _shared(lambda s: date_range_zh(s.start_date, s.end_date)),
    Field.DATES_EN: lambda facts: wording.dates_en(facts.snapshot),
    Field.CLASS_HOURS_ZH: _hours(class_hours_zh),
    Field.CLASS_HOURS_EN: _hours(class_hours_en),
    Field.TOPIC_ZH: _personal(lambda s: s.topic_zh),
    Field.TOPIC_EN: _personal(lambda s: s.topic_en),
    Field.OPENING_ZH: _shared(lambda s: wording.ZH[s.kind].opening),
    Field.OPENING_EN: _shared(lambda s: wording.EN[s.kind].opening),
    Field.BODY_ZH: lambda facts: wording.body_zh(facts.snapshot),
    Field.BODY_EN: lambda facts: wording.body_en(facts.snapshot),
    Field.SENTENCE_ZH: _sentence_zh,
    Field.SENTENCE_EN: _sentence_en,
    Field.CLOSING_ZH: _shared(lambda s: wording.ZH[s.kind].closing),
    Field.SIGNATURE_ZH: _shared(lambda s: "\n".join(wording.signature_zh(s))),
    Field.SIGNATURE_EN: _shared(lambda s: "\n".join(wording.signature_en(s))),
    Field.ISSUE_DATE_ZH: _shared(lambda s: date_in_numerals(s.issue_date)),
    Field.ISSUE_DATE_EN: _shared(lambda s: date_en(s.issue_date)),
    Field.SERIAL: _serial,
    Field.CODE: _code,
    Field.VERIFY_ADDRESS: _address,
}
