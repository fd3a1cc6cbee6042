"""The texts that mails are written from."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.domain.mail import (
    LANGUAGES,
    Letter,
    MailKind,
    Template,
    built_in,
    check,
    render,
    sample_values,
    variables,
)
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.http.words.mail import VARIABLES
from trainingmgr.models import MailTemplate
from trainingmgr.queries.mail import templates as queries
from trainingmgr.services import mail as service
from trainingmgr.web.mail.blueprint import bp, organisation
from trainingmgr.web.mail.forms import TextForm


@bp.get("/o/<int:organisation_id>/mail/texts")
@requires_in_organisation(Permission.EDIT)
def texts(organisation_id: int) -> str:
    """Every kind of mail, and whether its texts are the organisation's own."""
    return render_template(
        "mail/texts.html",
        organisation=organisation(organisation_id),
        kinds=list(MailKind),
        languages_of_mail=LANGUAGES,
        own=queries.own_texts(db.session(), organisation_id),
    )


@bp.route("/o/<int:organisation_id>/mail/texts/<mail_kind>/<mail_language>", methods=["GET", "POST"])
@requires_in_organisation(Permission.EDIT)
def text(organisation_id: int, mail_kind: str, mail_language: str) -> ResponseReturnValue:
    """One text, with a preview beside it; a wrong variable is named when it is saved."""
    kind = _kind(mail_kind, mail_language)
    row = queries.own_text(db.session(), organisation_id, kind, mail_language)
    form = _form(row, kind, mail_language)
    if form.validate_on_submit() and "preview" not in request.form:
        version = str(form.version.data or "")
        try:
            service.set_template(
                actor(),
                organisation_id,
                kind,
                mail_language,
                form.given(),
                int(version) if version.isdecimal() else None,
            )
        except Refusal as refusal:
            form.body.errors = [*form.body.errors, sentence(refusal)]
        else:
            flash(_("Saved. Mails are written from this text from now on."), "success")
            return redirect(url_for("mail.texts", organisation_id=organisation_id), 303)
    letter, fault = _shown(kind, mail_language, form.given())
    if "HX-Request" in request.headers:
        return render_template("mail/_letter.html", letter=letter, fault=fault)
    page = render_template(
        "mail/text.html",
        organisation=organisation(organisation_id),
        kind=kind,
        mail_language=mail_language,
        form=form,
        row=row,
        variables=variables(kind),
        meanings=VARIABLES,
        letter=letter,
        fault=fault,
    )
    return (page, 422) if form.errors else page


def _kind(mail_kind: str, mail_language: str) -> MailKind:
    if mail_kind not in set(MailKind) or mail_language not in LANGUAGES:
        abort(404)
    return MailKind(mail_kind)


def _form(row: MailTemplate | None, kind: MailKind, language: str) -> TextForm:
    present = Template(row.subject, row.body) if row is not None else built_in(kind, language)
    version = row.version if row is not None else ""
    return TextForm(data={"subject": present.subject, "body": present.body, "version": version})


def _shown(kind: MailKind, language: str, template: Template) -> tuple[Letter | None, str]:
    """What a reader would get, or why not."""
    try:
        check(kind, template)
    except Refusal as refusal:
        return None, sentence(refusal)
    return render(template, sample_values(kind, language)), ""


@bp.post("/o/<int:organisation_id>/mail/texts/<mail_kind>/<mail_language>/reset")
@requires_in_organisation(Permission.EDIT)
def reset_text(organisation_id: int, mail_kind: str, mail_language: str) -> ResponseReturnValue:
    """Use the standard text again."""
    service.reset_template(actor(), organisation_id, _kind(mail_kind, mail_language), mail_language)
    flash(_("The standard text is used again."), "success")
    return redirect(url_for("mail.texts", organisation_id=organisation_id), 303)
