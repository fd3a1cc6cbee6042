"""Who is where on paper and as a workbook, and cards for the tables."""

from collections.abc import Sequence

from flask import Response, abort, g
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.arrangement_list import (
    ArrangementList,
    ListedHolder,
    ListedPerson,
    arrangement_pdf,
)
from trainingmgr.documents.table_cards import TableCard, table_cards_pdf
from trainingmgr.documents.tabular import OutSheet, write_xlsx
from trainingmgr.documents.tabular.writer import Cell
from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.membership import Permission, allows
from trainingmgr.domain.person import mask_phone, show_phone
from trainingmgr.extensions import db, now
from trainingmgr.http.access import requires
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language, pick
from trainingmgr.http.rendering import moment
from trainingmgr.models import Training
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries.arrangement import Member, Plan
from trainingmgr.queries.bus import buses
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.web.arrangement import words
from trainingmgr.web.arrangement.blueprint import bp, kind_or_404

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<into>/list.pdf")
@requires(Permission.VIEW)
def listing(training: Training, into: str) -> AnyResponse:
    """The list to print: phones in full for those who may edit."""
    kind = kind_or_404(into)
    plan = queries.plan(db.session(), training.id, kind)
    title = pick(training.title_zh, training.title_en)
    facts = _bus_facts(training) if kind is ArrangementKind.BUS else {}
    listed = ArrangementList(
        title=_("%(training)s: %(what)s", training=title, what=label(kind)),
        holder=str(words.ONE[kind]),
        holders=[
            ListedHolder(
                one.name if kind is ArrangementKind.ROOM else _named(kind, one.name),
                _people(plan.inside[one.key]),
                one.places,
                "" if one.key in facts else one.note,
                facts.get(one.key, ()),
            )
            for one in plan.holders
            if plan.inside[one.key] or kind is not ArrangementKind.ROOM
        ],
        printed=_(
            "%(training)s · printed %(when)s", training=training.code, when=moment(now(), training.time_zone)
        ),
        without=_people(plan.without),
        in_one=kind is ArrangementKind.ROOM,
        presided=kind is ArrangementKind.TABLE,
        by_group=kind is ArrangementKind.GROUP,
    )
    fonts = fonts_of(db.session(), training.organisation_id)
    return _file(arrangement_pdf(listed, language(), fonts), "application/pdf", f"{training.code}-{into}.pdf")


@bp.get("/<into>/list.xlsx")
@requires(Permission.VIEW)
def workbook(training: Training, into: str) -> AnyResponse:
    """The same as a workbook, a line a person."""
    kind = kind_or_404(into)
    plan = queries.plan(db.session(), training.id, kind)
    title = pick(training.title_zh, training.title_en)
    header = [
        str(words.ONE[kind]), _("Note"), _("No."), _("Name"), _("Sex"), _("Region"), _("Unit"), _("Post"),
        _("Phone"), _("Group"), _("Held"),
    ]  # fmt: skip
    sheet = OutSheet(
        label(kind), header, _rows(plan), _("%(training)s: %(what)s", training=title, what=label(kind))
    )
    return _file(write_xlsx([sheet]), _XLSX, f"{training.code}-{into}.xlsx")


@bp.get("/<into>/cards.pdf")
@requires(Permission.VIEW)
def cards(training: Training, into: str) -> AnyResponse:
    """Cards to fold for everybody at a table, table by table in the order of rank."""
    kind = kind_or_404(into)
    if kind is not ArrangementKind.TABLE:
        abort(404)
    plan = queries.plan(db.session(), training.id, kind)
    drawn = [
        TableCard(
            one.name,
            one.unit,
            _("%(table)s, seat %(seat)d", table=_named(kind, holder.name), seat=seat),
        )
        for holder in plan.holders
        for seat, one in enumerate(plan.inside[holder.key], 1)
    ]
    fonts = fonts_of(db.session(), training.organisation_id)
    title = pick(training.title_zh, training.title_en)
    return _file(table_cards_pdf(drawn, title, fonts), "application/pdf", f"{training.code}-cards.pdf")


def _people(members: Sequence[Member]) -> list[ListedPerson]:
    return [
        ListedPerson(one.name, words.sex_word(one.sex), one.unit, one.post, _phone(one.phone), one.group)
        for one in members
    ]


def _phone(phone: str) -> str:
    """The phone in full for whoever may edit, else with its middle hidden; those of buses stand as typed."""
    if not allows(g.role, Permission.EDIT):
        return mask_phone(phone)
    return show_phone(phone) if phone.startswith("+") else phone


def _named(kind: ArrangementKind, name: str) -> str:
    """A container's name, with what it is where the name is a bare number."""
    return f"{words.ONE[kind]} {name}" if name.isdecimal() else name


def _rows(plan: Plan) -> list[list[Cell]]:
    inside = [(one.name, one.note, plan.inside[one.key]) for one in plan.holders]
    return [
        [
            name, note, number, one.name, words.sex_word(one.sex), one.region, one.unit, one.post, _phone(one.phone),
            one.group, _("yes") if one.id in plan.pinned else "",
        ]
        for name, note, people in [*inside, ("", "", plan.without)]
        for number, one in enumerate(people, 1)
    ]  # fmt: skip


def _bus_facts(training: Training) -> dict[str, list[tuple[str, str]]]:
    """Plate, driver and leader of each bus, by its key."""
    found = {}
    for bus in buses(db.session(), training.id):
        pairs = (
            (_("Number plate"), bus.plate),
            (_("Driver"), f"{bus.driver} {_phone(bus.driver_phone)}".strip()),
            (_("Leader"), f"{bus.leader} {_phone(bus.leader_phone)}".strip()),
        )
        found[str(bus.id)] = [(name, value) for name, value in pairs if value]
    return found


def _file(data: bytes, media_type: str, name: str) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
