"""A unit's own page: the notice, its places, its people, and the papers that go with them.

The address is the whole secret. What it leads to is one unit of one training: every record is looked for
among that unit's own, so that another's does not exist here.
"""

from collections.abc import Mapping

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.domain.nomination import Nominee, Reading, corrected, read_nominee
from trainingmgr.domain.person import mask_id_number, show_phone
from trainingmgr.domain.quota import is_over
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import consent_field, every_part
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.headers import unlisted
from trainingmgr.http.registration_file import built_in_boxes
from trainingmgr.http.registration_words import consent_words, part_label
from trainingmgr.http.throttle import at_most
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import dated, sentence
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.nomination import Draft, Entry, Sent
from trainingmgr.services import nomination as services
from trainingmgr.services.nomination import Outcome
from trainingmgr.web.nomination_page.entering import correction_form, enter, lines_of, nominee_form, today
from trainingmgr.web.nomination_page.forms import (
    FIELD_WORDS,
    DesignedForm,
    FileForm,
    NomineeForm,
    ReasonForm,
    ScanForm,
)
from trainingmgr.web.nomination_page.papers import bp as papers

bp = Blueprint("nomination_page", __name__, url_prefix="/n/<token>")
bp.register_blueprint(papers)

_TOLD = 20


@bp.context_processor
def _shown() -> dict[str, object]:
    return {"show_phone": show_phone, "mask_id_number": mask_id_number}


bp.after_request(unlisted)


@bp.get("")
@at_most("120/minute")
@public
def show(token: str) -> ResponseReturnValue:
    """The whole page."""
    entry = enter(token)
    services.note_visit(entry)
    session, training = db.session(), entry.training
    lines = lines_of(entry)
    drafts = queries.drafts(session, training.id, entry.unit_id, today(entry))
    waiting = {key for one in drafts if one.reading.complete for key in one.reading.unconsented}
    return render_template(
        "nomination_page/show.html",
        entry=entry,
        training=training,
        token=token,
        notice=queries.notice_of(session, training.id),
        lines=lines,
        people=queries.sent(session, training.id, entry.unit_id),
        drafts=drafts,
        consents={key: words for key, words in _consents(entry).items() if key in waiting},
        scans=queries.scans(session, training.id, entry.unit_id),
        closed={one.id: is_over(one.deadline, today(entry)) for one in lines},
        upload=FileForm(),
        scan=ScanForm(),
        sentence=sentence,
        field_words=_field_words(entry),
    )


def _field_words(entry: Entry) -> dict[str, object]:
    definition = queries.askings(db.session(), entry.training.id).definition
    own = every_part(definition) if definition else ()
    return {part.key: part_label(definition, key, part) for key, part in own if definition} | FIELD_WORDS


@bp.route("/people/new", methods=["GET", "POST"])
@at_most("120/minute")
@public
def add(token: str) -> ResponseReturnValue:
    """Write somebody down, and send them if that is wished."""
    entry = enter(token)
    form = nominee_form(entry, request.form.get("line", type=an_id))
    if "again" in request.form:
        return _form_page(entry, token, form, None)
    if request.method == "POST":
        return _written(entry, token, form, None)
    form.suggest(entry.unit)
    return _form_page(entry, token, form, None)


@bp.route("/people/<int:nomination_id>", methods=["GET", "POST"])
@at_most("120/minute")
@public
def edit(token: str, nomination_id: int) -> ResponseReturnValue:
    """Complete a draft."""
    entry = enter(token)
    draft = queries.draft_of(db.session(), entry.training.id, entry.unit_id, nomination_id, today(entry))
    if draft is None:
        abort(404)
    form = nominee_form(entry, request.form.get("line", draft.line_id, type=an_id))
    if "again" in request.form:
        return _form_page(entry, token, form, draft)
    if request.method == "POST":
        return _written(entry, token, form, draft)
    form.fill(draft, show_number="id_number" in draft.reading.wrong)
    form.show(draft.reading)
    return _form_page(entry, token, form, draft)


@bp.post("/people/<int:nomination_id>/discard")
@at_most("60/minute")
@public
def discard(token: str, nomination_id: int) -> AnyResponse:
    """Throw a draft away."""
    entry = enter(token)
    try:
        services.discard(entry, nomination_id)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The draft was deleted."), "success")
    return _to_page(token)


@bp.post("/send")
@at_most("30/minute")
@public
def send(token: str) -> AnyResponse:
    """Send the drafts that were ticked; each that cannot be sent stays a draft."""
    entry = enter(token)
    done: list[Outcome] = []
    kept: list[str] = []
    words = _consents(entry)
    given = {key: text for key, text in words.items() if consent_field(key) in request.form}
    for nomination_id in dict.fromkeys(request.form.getlist("id", type=an_id)):
        try:
            done.append(services.send(entry, nomination_id, given))
        except NotFound:
            continue
        except Refusal as refusal:
            kept.append(sentence(dated(refusal)))
    _tell(done, kept)
    return _to_page(token)


@bp.route("/people/<int:nomination_id>/replace", methods=["GET", "POST"])
@at_most("60/minute")
@public
def replace(token: str, nomination_id: int) -> ResponseReturnValue:
    """Name somebody else in the place of a person."""
    entry = enter(token)
    old = _leaving(entry, nomination_id)
    form = nominee_form(entry, old.line_id, replacing=True)
    if request.method == "POST":
        reading, reason = _read(entry, form.typed(), old.line_id), form["reason"]
        form.show(reading)
        if not reason.data:
            reason.errors = [sentence(Refusal("nomination.reason_missing"))]
        if not form.errors:
            try:
                done = services.replace(entry, nomination_id, form.typed(), reason.data)
            except NotFound:
                raise
            except Refusal as refusal:
                form.form_errors.append(sentence(dated(refusal)))
            else:
                flash(
                    _("%(new)s takes the place of %(old)s.", new=done.name, old=old.nominee.name), "success"
                )
                return _to_page(token)
    else:
        form.suggest(old.nominee.unit or entry.unit, old.nominee.post)
    page = render_template(
        "nomination_page/replace.html",
        entry=entry,
        training=entry.training,
        token=token,
        form=form,
        old=old,
    )
    return page, 422 if form.errors else 200


@bp.route("/people/<int:nomination_id>/correct", methods=["GET", "POST"])
@at_most("60/minute")
@public
def correct(token: str, nomination_id: int) -> ResponseReturnValue:
    """Put right what was written of somebody whom the organiser has not approved yet."""
    entry = enter(token)
    old = _leaving(entry, nomination_id)
    form, asking = correction_form(entry, old)
    if form.validate_on_submit():
        form.tell(corrected(old.nominee, form.typed(), asking, today=today(entry))[1])
        if not form.errors:
            try:
                line_id = form.line_id if "line" in form else None
                done = services.correct(entry, nomination_id, form.typed(), line_id)
            except NotFound:
                raise
            except Refusal as refusal:
                form.form_errors.append(sentence(dated(refusal)))
            else:
                name = form.name.data or old.nominee.name
                if done.moved and done.status is RegistrationStatus.WAITLISTED:
                    _tell_waiting([name])
                else:
                    flash(_("What you wrote of %(name)s is put right.", name=name), "success")
                return _to_page(token)
    page = render_template(
        "nomination_page/correct.html", entry=entry, training=entry.training, token=token, form=form, old=old
    )
    return page, 422 if form.errors else 200


@bp.route("/people/<int:nomination_id>/withdraw", methods=["GET", "POST"])
@at_most("60/minute")
@public
def withdraw(token: str, nomination_id: int) -> ResponseReturnValue:
    """Take somebody back."""
    entry = enter(token)
    old, form = _leaving(entry, nomination_id), ReasonForm()
    if form.validate_on_submit():
        try:
            services.withdraw(entry, nomination_id, form.reason.data or "")
        except NotFound:
            raise
        except Refusal as refusal:
            form.reason.errors = [sentence(refusal)]
        else:
            flash(_("%(name)s was withdrawn.", name=old.nominee.name), "success")
            return _to_page(token)
    page = render_template(
        "nomination_page/withdraw.html",
        entry=entry,
        training=entry.training,
        token=token,
        form=form,
        old=old,
    )
    return page, 422 if form.errors else 200


@bp.post("/upload")
@at_most("10/minute")
@public
def upload(token: str) -> AnyResponse:
    """Take a filled-in form: each row becomes a draft."""
    entry, form = enter(token), FileForm()
    if not form.validate_on_submit():
        flash(" ".join(map(str, form.file.errors)), "error")
        return _to_page(token)
    try:
        asked = queries.askings(db.session(), entry.training.id).definition
        categories = {one.category_id for one in lines_of(entry)}
        boxes = built_in_boxes(asked, categories) if asked else ()
        taken = services.take_file(entry, form.file.data.filename or "", form.file.data.read(), boxes)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return _to_page(token)
    if taken.drafts:
        flash(
            ngettext(
                "One person was read from the file. Look at the draft below and send it.",
                "%(num)d people were read from the file. Look at the drafts below and send them.",
                taken.drafts,
            ),
            "success",
        )
    if taken.known:
        told = "、".join(f"{name} ({row})" for row, name in taken.known[:_TOLD])
        flash(_("There already, and left as they are (row in brackets): %(people)s", people=told), "warning")
    return redirect(url_for("nomination_page.show", token=token, _anchor="drafts"), 303)


def _consents(entry: Entry) -> dict[str, str]:
    """The words in which the unit says that people consent, by sensitive field of the training's own form."""
    definition = queries.askings(db.session(), entry.training.id).definition
    return consent_words(entry.training, definition, by_unit=True) if definition else {}


def _read(entry: Entry, typed: Mapping[str, str], line_id: int | None) -> Reading:
    asking = queries.askings(db.session(), entry.training.id).of(line_id)
    return read_nominee(typed, today=today(entry), asking=asking)


def _form_page(
    entry: Entry, token: str, form: NomineeForm | DesignedForm, draft: Draft | None
) -> ResponseReturnValue:
    page = render_template(
        "nomination_page/form.html",
        entry=entry,
        training=entry.training,
        token=token,
        form=form,
        draft=draft,
    )
    return page, 422 if request.method == "POST" and "again" not in request.form else 200


def _written(
    entry: Entry, token: str, form: NomineeForm | DesignedForm, draft: Draft | None
) -> ResponseReturnValue:
    """Keep what was typed, and send it if that was pressed and nothing is wrong with it."""
    typed, sends = form.typed(), request.form.get("do") == "send"
    if sends:
        known = draft.reading.nominee if draft and "id_number" not in draft.reading.wrong else None
        form.show(_read(entry, _whole(typed, known), form.line_id))
        if form.line_id is None:
            form.line.errors = [_("Choose the category.")]
        if form.errors:
            return _form_page(entry, token, form, draft)
    try:
        kept = services.save(entry, typed, form.line_id, draft.id if draft else None)
    except NotFound:
        raise
    except Refusal as refusal:
        form.form_errors.append(sentence(refusal))
        return _form_page(entry, token, form, draft)
    if not sends:
        flash(_("Saved as a draft. It was not sent."), "success")
        return redirect(url_for("nomination_page.show", token=token, _anchor="drafts"), 303)
    try:
        _tell([services.send(entry, kept)], [])
    except Refusal as refusal:
        _tell([], [sentence(dated(refusal))])
    return _to_page(token)


def _whole(typed: dict[str, str], known: Nominee | None) -> dict[str, str]:
    """What was typed, with the ID number that is kept and that the form does not show."""
    if known is None or typed.get("id_number"):
        return typed
    return typed | {"id_number": known.id_number, "id_type": typed.get("id_type") or known.id_type}


def _leaving(entry: Entry, nomination_id: int) -> Sent:
    people = queries.sent(db.session(), entry.training.id, entry.unit_id)
    old = next((one for one in people if one.id == nomination_id and one.may_leave), None)
    if old is None:
        abort(404)
    return old


def _tell(done: list[Outcome], kept: list[str]) -> None:
    placed = [one.name for one in done if one.status is RegistrationStatus.NOMINATED]
    waiting = [one.name for one in done if one.status is RegistrationStatus.WAITLISTED]
    if placed:
        flash(_("Sent: %(names)s.", names="、".join(placed)), "success")
    if waiting:
        _tell_waiting(waiting)
    for text in kept:
        flash(_("Kept as a draft. %(reason)s", reason=text), "error")
    if not (done or kept):
        flash(_("Tick at least one draft."), "warning")


def _tell_waiting(names: list[str]) -> None:
    text = _("All your places are taken; on the waiting list: %(names)s.", names="、".join(names))
    flash(text, "warning")


def _to_page(token: str) -> AnyResponse:
    return redirect(url_for("nomination_page.show", token=token), 303)
