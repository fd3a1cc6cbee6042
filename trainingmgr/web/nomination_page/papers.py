"""The papers of a unit's page: the notice, the form to fill in, the receipt and its stamped scan."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.receipt import Receipt, ReceiptPerson, receipt_pdf
from trainingmgr.documents.tabular.template import OwnColumn, reply_template
from trainingmgr.domain.nomination import Nominee
from trainingmgr.domain.person import Sex, mask_id_number, show_phone
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import (
    AnswerKind,
    FieldKey,
    FormDefinition,
    Mode,
    Part,
    Question,
)
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.files import attachment
from trainingmgr.http.labels import label
from trainingmgr.http.locale import language, pick
from trainingmgr.http.registration_file import built_in_parts
from trainingmgr.http.registration_words import part_label, value_words
from trainingmgr.http.rendering import day, days, moment
from trainingmgr.http.throttle import at_most
from trainingmgr.http.words import sentence
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.queries.nomination import Entry, Sent
from trainingmgr.queries.quota import Line
from trainingmgr.services import nomination as services
from trainingmgr.web.nomination_page.entering import enter, lines_of
from trainingmgr.web.nomination_page.forms import ScanForm

bp = Blueprint("papers", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/notice")
@at_most("60/minute")
@public
def notice(token: str) -> AnyResponse:
    """The file of the notice."""
    entry = enter(token)
    found = queries.notice_of(db.session(), entry.training.id)
    if found.file_key is None:
        abort(404)
    return attachment(services.kept_bytes(found.file_key), found.file_name, found.media_type)


@bp.get("/template.xlsx")
@at_most("60/minute")
@public
def template(token: str) -> AnyResponse:
    """The form to fill in, with training, unit and places at its head."""
    entry = enter(token)
    lines = lines_of(entry)
    title = pick(entry.training.title_zh, entry.training.title_en)
    mark = _(": ")
    head = (
        _("%(training)s: nominations", training=title),
        _("Unit: %(unit)s", unit=entry.unit),
        *(f"{name}{mark}{value}" for name, value in _facts(entry, lines)),
    )
    categories = (
        tuple(dict.fromkeys(pick(one.category_zh, one.category_en) for one in lines))
        if len(lines) > 1
        else ()
    )
    own = _columns(entry, lines)
    data = reply_template(language(), _("Nominations"), head, tuple(filter(None, categories)), own)
    return attachment(data, f"{entry.training.code}-{entry.unit}.xlsx", _XLSX)


def _columns(entry: Entry, lines: list[Line]) -> list[OwnColumn]:
    """What the training's own form asks anybody on the unit's lines beyond what every unit is asked."""
    form = queries.askings(db.session(), entry.training.id).definition
    if form is None:
        return []
    categories = {one.category_id for one in lines}
    questions = [
        _column(one)
        for one in form.questions
        if any(one.modes.of(category) is not Mode.OFF for category in categories)
    ]
    return [*(_built_in(form, key, part) for key, part in built_in_parts(form, categories)), *questions]


def _built_in(form: FormDefinition, key: FieldKey, part: Part) -> OwnColumn:
    explained = {
        AnswerKind.DATE: _("A day, as in 2026-05-11"),
        AnswerKind.TIME: _("A time of day, as in 14:30"),
    }.get(part.kind, "")
    if form.fields[key].sensitive is not None:
        explained = _("Only where the person consents, which you confirm when you send it.")
    choices = tuple(value_words(form, key, part, value) for value in part.values)
    return OwnColumn(part_label(form, key, part), explained, choices)


def _column(question: Question) -> OwnColumn:
    choices = [pick(one.zh, one.en) for one in question.options if not one.gone]
    explained = pick(question.hint_zh, question.hint_en)
    if question.kind is AnswerKind.YES_NO:
        choices = [_("Yes"), _("No")]
    elif question.kind is AnswerKind.SEVERAL:
        several = _(
            "One or several of these, a comma between them: %(choices)s", choices=_(", ").join(choices)
        )
        explained, choices = " ".join(filter(None, (explained, several))), []
    elif question.kind is AnswerKind.DATE:
        explained = explained or _("A day, as in 2026-05-11")
    return OwnColumn(pick(question.label_zh, question.label_en), explained, tuple(choices))


@bp.get("/receipt.pdf")
@at_most("30/minute")
@public
def receipt(token: str) -> AnyResponse:
    """The receipt to print, stamp and send back."""
    entry = enter(token)
    session, training = db.session(), entry.training
    people = [one for one in queries.sent(session, training.id, entry.unit_id) if not one.gone]
    people.sort(key=lambda one: one.status is RegistrationStatus.WAITLISTED)
    lines = lines_of(entry)
    # Of one category alone the head tells already.
    names = {one.id: pick(one.category_zh, one.category_en) for one in lines} if len(lines) > 1 else {}
    paper = Receipt(
        training=pick(training.title_zh, training.title_en),
        unit=pick(entry.unit, entry.unit_en),
        facts=tuple(_facts(entry, lines)),
        people=tuple(_person(one, entry.unit, names) for one in people),
        printed=_("printed %(time)s", time=moment(datetime.now(UTC), training.time_zone)),
    )
    data = receipt_pdf(paper, language(), fonts_of(session, training.organisation_id))
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{training.code}-receipt.pdf")
    return response


@bp.post("/scans")
@at_most("10/minute")
@public
def attach(token: str) -> AnyResponse:
    """Attach the stamped receipt."""
    entry, form = enter(token), ScanForm()
    if not form.validate_on_submit():
        flash(" ".join(map(str, form.scan.errors)), "error")
    else:
        try:
            services.attach(entry, form.scan.data.filename or "", form.scan.data.read())
        except Refusal as refusal:
            flash(sentence(refusal), "error")
        else:
            flash(_("The stamped receipt was attached."), "success")
    return redirect(url_for("nomination_page.show", token=token, _anchor="receipt"), 303)


@bp.get("/scans/<int:receipt_id>")
@at_most("60/minute")
@public
def scan(token: str, receipt_id: int) -> AnyResponse:
    """A stamped receipt that this unit attached."""
    entry = enter(token)
    found = queries.scan_of(db.session(), entry.training.id, receipt_id, entry.unit_id)
    if found is None:
        abort(404)
    return attachment(services.kept_bytes(found.file_key), found.file_name, found.media_type)


def _facts(entry: Entry, lines: list[Line]) -> list[tuple[str, str]]:
    """When and where, and the places of each category, as names and values."""
    training = entry.training
    said = [(_("Dates"), days(training.start_date, training.end_date))]
    if place := pick(training.place_zh, training.place_en):
        said.append((_("Place"), place))
    for line in lines:
        parts = [pick(line.category_zh, line.category_en), pick(line.asked_zh, line.asked_en)]
        parts.append(_("places: %(places)d", places=line.places))
        if line.deadline:
            parts.append(_("until %(day)s", day=day(line.deadline, weekday=False)))
        said.append((_("Places"), " · ".join(filter(None, parts))))
    return said


def _person(one: Sent, unit: str, categories: dict[int, str]) -> ReceiptPerson:
    who: Nominee = one.nominee
    waiting = label(one.status) if one.status is RegistrationStatus.WAITLISTED else ""
    return ReceiptPerson(
        name=who.name,
        sex=label(Sex(who.sex)) if who.sex else "",
        unit=who.unit or unit,
        post=who.post,
        phone=show_phone(who.phone),
        identity=mask_id_number(who.id_number) if who.id_number else "",
        category=categories.get(one.line_id, ""),
        remark=" ".join(filter(None, (waiting, who.note))),
    )
