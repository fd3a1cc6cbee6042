"""The table of people on the issue page: filtered, counted and cut into pages."""

from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _

from trainingmgr.documents.fonts import FontChain
from trainingmgr.domain.attendance import Shortfall
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.glyph import code_points
from trainingmgr.domain.photo import PhotoNeed
from trainingmgr.http.characters import with_ways_out
from trainingmgr.http.labels import label
from trainingmgr.http.verdicts import reasons
from trainingmgr.queries.certificate.lecturers import LecturerCandidate
from trainingmgr.queries.eligibility import Candidate, Eligibility

PAGE = 100

STATES = ("short", "open", "waiting", "issued")


class Printing(NamedTuple):
    """How an organisation prints names, and whether the design prints photographs."""

    fonts: FontChain
    organisation_id: int
    photo: PhotoNeed = PhotoNeed.NONE


@dataclass(frozen=True, slots=True)
class Row:
    """One participant or lecturer; `reasons` is empty for whoever has a certificate or can get one.

    `earned` and `planned` are class hours, None for lecturers. `proof` is the checker's code of a certificate. `named` tells of a best trainee, `revoked`
    of somebody who lacks nothing but that the last one was revoked as not entitled.
    """

    id: int
    name: str
    unit: str
    is_sample: bool
    earned: object
    planned: object
    reasons: list[str]
    serial: str
    certificate_id: int | None
    state: str
    proof: str = ""
    named: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows, and how many people each filter has.

    `without_photo` is how many wait for a certificate that prints a photograph and have none.
    """

    rows: list[Row]
    counts: dict[str, int]
    page: int
    pages: int
    without_photo: int = 0


def state_of(one: Candidate) -> str:
    """`issued`, `waiting` for whoever may get one and has none, `open` while it hangs on sheets not taken, or `short`."""
    if one.holds_valid:
        return "issued"
    if one.eligible:
        return "waiting"
    return "open" if one.verdict.attainable else "short"


def build(found: Eligibility, printing: Printing, show: str, search: str, page: int) -> Table:
    """Those who fall short come first, since they are whom somebody has to look at."""
    words = search.casefold().split()
    order = {state: place for place, state in enumerate(STATES)}
    states = [(state_of(one), one) for one in found.people]
    counts = {key: sum(state == key for state, _ in states) for key in order}
    counts["all"] = len(states)
    matching = [
        (state, one)
        for state, one in states
        if show in {"all", state} and all(word in f"{one.name} {one.unit}".casefold() for word in words)
    ]
    matching.sort(key=lambda pair: order[pair[0]])
    pages = max(1, -(-len(matching) // PAGE))
    page = min(max(page, 1), pages)
    rows = [_row(state, one, found, printing) for state, one in matching[(page - 1) * PAGE : page * PAGE]]
    lacking = 0
    if printing.photo is not PhotoNeed.NONE:
        lacking = sum(state == "waiting" and not one.has_photo for state, one in states)
    return Table(rows, counts, page, pages, lacking)


def of_lecturers(
    people: list[LecturerCandidate], printing: Printing, show: str, search: str, page: int
) -> Table:
    """The named lecturers of a training, in the order in which they teach."""
    rows = [_lecturer(one, printing) for one in people]
    counts = {key: sum(row.state == key for row in rows) for key in STATES}
    counts["all"] = len(rows)
    words = search.casefold().split()
    matching = [
        row
        for row in rows
        if show in {"all", row.state} and all(word in f"{row.name} {row.unit}".casefold() for word in words)
    ]
    pages = max(1, -(-len(matching) // PAGE))
    page = min(max(page, 1), pages)
    return Table(matching[(page - 1) * PAGE : page * PAGE], counts, page, pages)


def _lecturer(one: LecturerCandidate, printing: Printing) -> Row:
    standing = one.certificate
    issued = standing is not None and standing.status is CertificateStatus.VALID
    revoked = [label(Shortfall.REVOKED)] if one.revoked else []
    return Row(
        id=one.lecturer_id,
        name=one.name,
        unit=one.unit,
        is_sample=one.is_sample,
        earned=None,
        planned=None,
        reasons=[] if issued else revoked or _unprintable(one.name, printing),
        serial=standing.serial if standing else "",
        certificate_id=standing.id if standing and issued else None,
        state="issued" if issued else "short" if revoked else "waiting",
        proof=standing.code if standing and issued else "",
        revoked=one.revoked,
    )


def _obstacles(state: str, one: Candidate, found: Eligibility, printing: Printing) -> list[str]:
    """Why somebody gets none: the rule's reasons, or for whoever may get one what cannot be printed."""
    if state != "waiting":
        return reasons(one.verdict, found.sessions)
    missing = _unprintable(one.name, printing)
    if printing.photo is PhotoNeed.NEEDED and not one.has_photo:
        missing.append(_("No photograph: the design does not print a certificate without one"))
    return missing


def _unprintable(name: str, printing: Printing) -> list[str]:
    missing = [f"{one} {code_points(one)}" for one in printing.fonts.missing_characters(name)]
    if not missing:
        return []
    notice = _("No font has %(characters)s: the certificate cannot be printed", characters=" ".join(missing))
    return [with_ways_out(notice, printing.organisation_id)]


def _row(state: str, one: Candidate, found: Eligibility, printing: Printing) -> Row:
    standing = one.certificate
    return Row(
        id=one.registration_id,
        name=one.name,
        unit=one.unit,
        is_sample=one.is_sample,
        earned=one.earned,
        planned=one.planned,
        reasons=_obstacles(state, one, found, printing),
        serial=standing.serial if standing else "",
        certificate_id=standing.id if standing and state == "issued" else None,
        state=state,
        proof=standing.code if standing and state == "issued" else "",
        named=Shortfall.NOT_NAMED not in one.verdict.shortfalls,
        revoked=one.verdict.shortfalls == (Shortfall.REVOKED,),
    )
