"""A message to many participants: typed, looked at, then sent."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainingmgr.domain.mail import MESSAGE_VARIABLES
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.notices import sends
from trainingmgr.http.words import sentence
from trainingmgr.http.words.mail import VARIABLES
from trainingmgr.models import Training
from trainingmgr.models.person import new_uid
from trainingmgr.queries import roster
from trainingmgr.queries.mail import messages as queries
from trainingmgr.queries.mail.messages import Audience, Preview
from trainingmgr.services import mail as service
from trainingmgr.services.mail import Written
from trainingmgr.web.mail.blueprint import asked_language, bp
from trainingmgr.web.mail.forms import MessageForm

_NONE = "-"


@bp.route("/t/<code>/mail/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def write(training: Training) -> ResponseReturnValue:
    """Type a message, look at what the first will read and at how many get it, then send it."""
    form = _form(training)
    preview: Preview | None = None
    if form.validate_on_submit():
        language = asked_language(form.language.data)
        try:
            preview = queries.preview(db.session(), training, _audience(form), language, form.given())
            if "send" in request.form:
                written = service.send_message(
                    actor(), training, _audience(form), language, form.given(), form.batch.data or new_uid()
                )
                _tell(written)
                return redirect(url_for("mail.of_training", code=training.code), 303)
        except Refusal as refusal:
            form.body.errors = [*form.body.errors, sentence(refusal)]
    page = render_template(
        "mail/new.html",
        training=training,
        form=form,
        preview=preview,
        variables=MESSAGE_VARIABLES,
        meanings=VARIABLES,
        sends=sends(training),
    )
    return (page, 422) if form.errors else page


def _form(training: Training) -> MessageForm:
    wished: dict[str, Any] = {name: request.args.get(name, "") for name in ("status", "group", "category")}
    form = MessageForm(
        data=wished | {"language": asked_language(request.args.get("language")), "batch": new_uid()}
    )
    facets = roster.facets(db.session(), training.id)
    everybody = _("Everybody on the class")
    statuses = [one for one in RegistrationStatus if one in facets.people]
    choices = {
        "status": [
            ("", f"{everybody} ({facets.on_class:,})"),
            *((one.value, f"{label(one)} ({facets.people[one]:,})") for one in statuses),
        ],
        "group": [("", _("All")), (_NONE, _("No group")), *((one, one) for one in facets.groups)],
        "category": [
            ("", _("All")),
            *((str(number), pick(*names)) for number, names in facets.categories.items()),
            ("0", _("No category")),
        ],
    }
    for name, offered in choices.items():
        form[name].choices = offered
        if request.method == "GET" and form[name].data not in {key for key, _word in offered}:
            form[name].data = ""
    return form


def _audience(form: MessageForm) -> Audience:
    group = form.group.data or None
    return Audience(
        status=RegistrationStatus(form.status.data) if form.status.data else None,
        category_id=int(form.category.data) if form.category.data else None,
        group="" if group == _NONE else group,
    )


def _tell(written: Written) -> None:
    text = ngettext("%(num)d mail was written.", "%(num)d mails were written.", written.mails)
    if written.kept:
        text += " " + ngettext(
            "%(num)d is kept here and not sent.", "%(num)d are kept here and not sent.", written.kept
        )
    flash(text, "success")
    if written.without_address:
        flash(
            ngettext(
                "%(num)d person has no mail address and gets nothing.",
                "%(num)d people have no mail address and get nothing.",
                written.without_address,
            ),
            "warning",
        )
