"""A lecturer's page: what they are asked for, their answers, times, files, and the fee to sign for.

The address is the whole secret: it is neither cached nor indexed nor passed on to other sites, and one that is
wrong or was taken back is told from nothing else that is not there.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.domain.fee import terms_of
from trainingmgr.domain.invitation import InvitationAnswer, InvitationState, LectureFileKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import public
from trainingmgr.http.files import attachment
from trainingmgr.http.headers import unlisted
from trainingmgr.http.own_timetable import feed_address, page_address
from trainingmgr.http.throttle import at_most
from trainingmgr.http.wellformed import an_id
from trainingmgr.http.words import sentence
from trainingmgr.models import LecturerFee, Training
from trainingmgr.queries import invitation as queries
from trainingmgr.queries import own_timetable as timetables
from trainingmgr.queries import schedule as schedules
from trainingmgr.queries.invitation import Guest
from trainingmgr.services import invitation as services
from trainingmgr.services import schedule as schedule_services
from trainingmgr.services.schedule import WindowDraft
from trainingmgr.web.invitation.forms import AnswerForm, BiographyForm, SignForm, TimesForm, UploadForm
from trainingmgr.web.invitation.papers import receipt_of

bp = Blueprint("guest", __name__, url_prefix="/invitation/<invitation_token>")

_ZONE = "Asia/Shanghai"


bp.after_request(unlisted)


@bp.get("")
@at_most("60/minute")
@public
def show(invitation_token: str) -> str:
    """Everything that the lecturer is asked for and may say."""
    return _page(invitation_token, _enter(invitation_token))


@bp.post("/sessions/<int:session_id>")
@at_most("30/minute")
@public
def answer(invitation_token: str, session_id: int) -> AnyResponse:
    """Accept or decline a session."""
    guest, said = _enter(invitation_token), request.form.get("answer", "")
    if said not in set(InvitationAnswer):
        abort(400)
    word, seen = AnswerForm().word.data or "", _span(request.form.get("seen", ""))
    return _try(
        invitation_token,
        lambda: services.answer(guest, session_id, InvitationAnswer(said), word, seen),
        _("Thank you, the organiser has your answer."),
    )


@bp.post("/times")
@at_most("30/minute")
@public
def add_times(invitation_token: str) -> Any:
    """Say when one can come."""
    guest, form = _enter(invitation_token), TimesForm()
    if not form.validate():
        return _page(invitation_token, guest, times=form), 422
    draft = WindowDraft(**{name: cast(Any, form[name].data) for name in ("first", "last", "start", "end")})
    lecturer = guest.lecturer
    return _try(
        invitation_token,
        lambda: schedule_services.add_windows(
            guest.actor, lecturer.organisation_id, lecturer.id, draft, _zone(guest)
        ),
        _("Noted when you can come."),
    )


@bp.post("/times/<int:window_id>/delete")
@at_most("30/minute")
@public
def remove_time(invitation_token: str, window_id: int) -> AnyResponse:
    """Take one of these times back."""
    guest = _enter(invitation_token)
    lecturer = guest.lecturer
    return _try(
        invitation_token,
        lambda: schedule_services.remove_window(
            guest.actor, lecturer.organisation_id, lecturer.id, window_id
        ),
        _("The time was removed."),
    )


@bp.post("/files")
@at_most("20/hour")
@public
def upload(invitation_token: str) -> Any:
    """Send slides for a session, or a biography."""
    guest, form = _enter(invitation_token), UploadForm()
    if not form.validate():
        return _page(invitation_token, guest, upload=form), 422
    session_id = request.form.get("session_id", type=an_id)
    kind = LectureFileKind.SLIDES if session_id is not None else LectureFileKind.BIOGRAPHY
    sent = form.file.data
    return _try(
        invitation_token,
        lambda: services.upload(guest, kind, session_id, sent.filename or "", sent.read()),
        _("The file has arrived."),
    )


@bp.get("/files/<int:file_id>")
@at_most("60/minute")
@public
def file(invitation_token: str, file_id: int) -> AnyResponse:
    """A file that the lecturer sent, to keep."""
    found = queries.file_of(db.session(), _enter(invitation_token).lecturer.id, file_id)
    if found is None:
        abort(404)
    return attachment(services.file_bytes(found), found.name, found.media_type)


@bp.post("/files/<int:file_id>/remove")
@at_most("30/minute")
@public
def remove_file(invitation_token: str, file_id: int) -> AnyResponse:
    """Take a file away again."""
    guest = _enter(invitation_token)
    return _try(invitation_token, lambda: services.remove(guest, file_id), _("The file was removed."))


@bp.post("/biography")
@at_most("30/minute")
@public
def biography(invitation_token: str) -> Any:
    """Say who one is."""
    guest, form = _enter(invitation_token), BiographyForm()
    if not form.validate():
        return _page(invitation_token, guest, biography=form), 422
    words = form.biography.data or ""
    return _try(invitation_token, lambda: services.set_biography(guest, words), _("The biography is saved."))


@bp.post("/fees/<int:fee_id>")
@at_most("20/hour")
@public
def sign(invitation_token: str, fee_id: int) -> Any:
    """Sign for a fee."""
    guest, form = _enter(invitation_token), SignForm()
    if not form.validate():
        return _page(invitation_token, guest, signing=form), 422
    terms, name = request.form.get("terms", ""), form.name.data or ""
    return _try(
        invitation_token,
        lambda: services.sign_fee(guest, fee_id, terms, name),
        _("Thank you, you have signed for the fee."),
    )


@bp.get("/fees/<int:fee_id>/receipt.pdf")
@at_most("30/minute")
@public
def receipt(invitation_token: str, fee_id: int) -> AnyResponse:
    """The receipt of a fee, to print and sign by hand."""
    guest, session = _enter(invitation_token), db.session()
    fee = session.get(LecturerFee, fee_id)
    if fee is None or fee.lecturer_id != guest.lecturer.id:
        abort(404)
    training = session.get_one(Training, fee.training_id)
    row = next(
        (one for one in queries.overview(session, training) if one.lecturer.id == fee.lecturer_id), None
    )
    if row is None:
        abort(404)
    return receipt_of(training, row, fee)


def _enter(token: str) -> Guest:
    found = queries.guest(db.session(), token)
    if found is None:
        abort(404)
    return found


def _try(token: str, act: Callable[[], object], done: str) -> AnyResponse:
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(done, "success")
    return redirect(url_for("invitation.guest.show", invitation_token=token), 303)


def _span(text: str) -> tuple[datetime, datetime] | None:
    """Two instants of ISO 8601 with a slash between them."""
    try:
        starts_at, ends_at = map(datetime.fromisoformat, text.split("/"))
    except ValueError:
        return None
    return (starts_at, ends_at) if starts_at.tzinfo and ends_at.tzinfo else None


def _zone(guest: Guest) -> str:
    asked = queries.sessions_of(db.session(), guest.lecturer.id)
    return asked[0][0].time_zone if asked else _ZONE


def _page(
    token: str,
    guest: Guest,
    *,
    times: TimesForm | None = None,
    upload: UploadForm | None = None,
    biography: BiographyForm | None = None,
    signing: SignForm | None = None,
) -> str:
    session = db.session()
    asked = queries.sessions_of(session, guest.lecturer.id)
    uploads = upload or UploadForm(formdata=None)
    return render_template(
        "invitation/guest.html",
        token=token,
        guest=guest,
        asked=asked,
        zone=asked[0][0].time_zone if asked else _ZONE,
        declined=InvitationState.DECLINED,
        fees=queries.fees_of(session, guest.lecturer.id),
        terms_of=terms_of,
        files=queries.files_of(session, guest.lecturer.id),
        windows=schedules.windows_of(session, guest.lecturer.id),
        answer_form=AnswerForm(formdata=None),
        times=times or TimesForm(formdata=None),
        upload=uploads,
        biography=biography or BiographyForm(formdata=None, data={"biography": guest.lecturer.biography}),
        signing=signing or SignForm(formdata=None),
        timetable=page_address(timetables.page_token(guest.key)),
        feed=feed_address(timetables.feed_token_of_link(guest.key)),
    )
