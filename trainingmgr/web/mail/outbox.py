"""The outbox of an organisation and of a training, and one mail."""

from contextlib import suppress
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.crypto import HIDDEN, without_tokens
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires, requires_in_organisation
from trainingmgr.http.paging import Cursor, decode
from trainingmgr.http.words import sentence
from trainingmgr.models import MailMessage, Training
from trainingmgr.queries.mail import outbox as queries
from trainingmgr.queries.mail.hidden import whole
from trainingmgr.queries.mail.outbox import Box
from trainingmgr.queries.mail.repeating import STAYED
from trainingmgr.queries.mail.server import server_of
from trainingmgr.services import mail as service
from trainingmgr.web.mail.blueprint import bp, mail_named, organisation

_TROUBLE = "trouble"


@bp.get("/o/<int:organisation_id>/mail")
@requires_in_organisation(Permission.EDIT)
def outbox(organisation_id: int) -> str:
    """Every mail of the organisation."""
    box = Box(organisation_id, kind=_kind(request.args))
    return _list("mail/outbox.html", box, organisation=organisation(organisation_id), training=None)


@bp.get("/t/<code>/mail")
@requires(Permission.EDIT)
def of_training(training: Training) -> str:
    """Every mail about the training."""
    box = Box(training.organisation_id, training.id, _kind(request.args))
    return _list("mail/of_training.html", box, training=training)


def _list(template: str, box: Box, **values: object) -> str:
    session = db.session()
    status, text = _status(request.args), request.args.get("q", "").strip()[:100]
    trouble = request.args.get("status") == _TROUBLE
    page = queries.page(session, box, status, text, decode(request.args.get("at")), trouble=trouble)
    counts = queries.counts(session, box)
    return render_template(
        template,
        page=page,
        pager={
            "previous": Cursor("", page.previous, backwards=True).encode() if page.previous else None,
            "next": Cursor("", page.next).encode() if page.next else None,
        },
        counts=counts,
        total=sum(counts.values()),
        status=status,
        trouble=trouble,
        troubles=session.scalar(queries.troubles_in(box)),
        statuses=[one for one in MailStatus if counts.get(one)],
        kind=box.kind,
        kinds=list(MailKind),
        text=text,
        stayed=status in STAYED,
        server=server_of(session, box.organisation_id),
        **values,
    )


def _status(args: Any) -> MailStatus | None:
    asked = args.get("status", "")
    return MailStatus(asked) if asked in set(MailStatus) else None


def _kind(args: Any) -> MailKind | None:
    asked = args.get("kind", "")
    return MailKind(asked) if asked in set(MailKind) else None


@bp.post("/o/<int:organisation_id>/mail/again")
@requires_in_organisation(Permission.EDIT)
def all_again(organisation_id: int) -> ResponseReturnValue:
    """Send all mails that failed, or that were kept here, again."""
    _send_all(Box(organisation_id, kind=_kind(request.form)))
    return redirect(url_for("mail.outbox", organisation_id=organisation_id), 303)


@bp.post("/t/<code>/mail/again")
@requires(Permission.EDIT)
def all_again_of_training(training: Training) -> ResponseReturnValue:
    """The same for a training."""
    _send_all(Box(training.organisation_id, training.id, _kind(request.form)))
    return redirect(url_for("mail.of_training", code=training.code), 303)


def _send_all(box: Box) -> None:
    status = _status(request.form)
    if status not in STAYED:
        flash(_("Choose the mails that failed, or those that were kept here."), "error")
        return
    try:
        count = service.send_all_again(actor(), box, status)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return
    if count:
        flash(ngettext("%(num)d mail is sent now.", "%(num)d mails are sent now.", count), "success")
    else:
        flash(_("There was no mail to send. Samples are never sent."), "warning")


@bp.get("/o/<int:organisation_id>/mail/<string(length=24):mail_uid>")
@requires_in_organisation(Permission.EDIT)
def message(organisation_id: int, mail_uid: str) -> str:
    """One mail, with its text and what goes along."""
    session, row = db.session(), mail_named(organisation_id, mail_uid)
    return render_template(
        "mail/message.html",
        organisation=organisation(organisation_id),
        mail=row,
        body=_readable(row),
        hidden=HIDDEN,
        training=session.get(Training, row.training_id) if row.training_id else None,
        later=queries.repeated_by(session, row.id),
        next_address=queries.present_address(session, row),
        server=server_of(session, organisation_id),
    )


def _readable(row: MailMessage) -> str:
    """What the mail says; the addresses that let in whoever has them are whole where it stayed here, to be tried out."""
    if row.status in STAYED:
        with suppress(Refusal):
            return whole(db.session(), row, row.body)
    return without_tokens(row.body)


@bp.get("/o/<int:organisation_id>/mail/<string(length=24):mail_uid>/calendar.ics")
@requires_in_organisation(Permission.EDIT)
def calendar(organisation_id: int, mail_uid: str) -> Response:
    """The calendar file that goes along with a mail."""
    row = mail_named(organisation_id, mail_uid)
    if not row.calendar:
        raise NotFound("not_found")
    response = Response(row.calendar, mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename="calendar.ics")
    return response


@bp.post("/o/<int:organisation_id>/mail/<string(length=24):mail_uid>/again")
@requires_in_organisation(Permission.EDIT)
def again(organisation_id: int, mail_uid: str) -> ResponseReturnValue:
    """Send one mail again."""
    try:
        mail_uid = service.send_again(actor(), organisation_id, mail_uid)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The mail is sent again."), "success")
    return redirect(url_for("mail.message", organisation_id=organisation_id, mail_uid=mail_uid), 303)


@bp.post("/o/<int:organisation_id>/mail/<string(length=24):mail_uid>/cancel")
@requires_in_organisation(Permission.EDIT)
def cancel(organisation_id: int, mail_uid: str) -> ResponseReturnValue:
    """Let a mail that waits not be sent."""
    try:
        service.cancel(actor(), organisation_id, mail_uid)
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The mail is not sent."), "success")
    return redirect(url_for("mail.message", organisation_id=organisation_id, mail_uid=mail_uid), 303)
