"""The organiser's page about everybody's own timetable: addresses made, copied, printed, sent, taken back."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents.listing import Listing, Slip, Slips, draw_listing
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.public_address import is_local
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now
from trainingmgr.http.access import actor, requires
from trainingmgr.http.locale import LANGUAGES, language, pick
from trainingmgr.http.notices import say_mails, sends
from trainingmgr.http.own_timetable import TOKEN, feed_address, own_page_address, page_address
from trainingmgr.http.rendering import days, localised, moment
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import own_timetable as queries
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.roster import group_names
from trainingmgr.services import own_timetable as services
from trainingmgr.services.own_timetable import Mailed

bp = Blueprint("organiser", __name__, url_prefix="/t/<code>/timetables")

_MOST_NAMES = 20


@bp.get("")
@requires(Permission.EDIT)
def index(training: Training) -> str:
    """Who has an address, and what can be done with it."""
    session = db.session()
    return render_template(
        "own_timetable/index.html",
        training=training,
        people=queries.participants(session, training.id),
        groups=queries.groups(session, training.id),
        buses=queries.buses_of(session, training.id),
        lecturers=queries.lecturers_of(session, training),
        page_token=queries.page_token,
        languages=LANGUAGES,
        sends=sends(training),
        address_local=is_local(public_address()),
    )


@bp.post("/participants")
@requires(Permission.EDIT)
def participants(training: Training) -> AnyResponse:
    """Open the pages of participants who have none, or send everybody their address by mail."""
    group = _group(training)
    if request.form.get("do") == "send":
        _say(
            training,
            lambda: services.send_to_participants(
                actor(),
                training,
                page=own_page_address(TOKEN),
                # As the mails are, but for those who registered by themselves in another language.
                feed=feed_address(TOKEN, "en" if training.certificate_language == "en" else "zh"),
                group=group,
            ),
        )
    else:
        made = services.open_pages(actor(), training, group)
        flash(ngettext("One page was opened.", "%(num)d pages were opened.", made), "success")
    return _back(training)


@bp.post("/links")
@requires(Permission.EDIT)
def links(training: Training) -> AnyResponse:
    """Make the addresses of groups, buses and lecturers that have none, or send lecturers theirs by mail."""
    if request.form.get("do") == "send":
        wanted = request.form.get("language", "")
        spoken = wanted if wanted in LANGUAGES else language()
        _say(
            training,
            lambda: services.send_to_lecturers(
                actor(), training, page=page_address(TOKEN), feed=feed_address(TOKEN, spoken), language=spoken
            ),
        )
    else:
        made = services.make_links(actor(), training)
        flash(ngettext("One address was made.", "%(num)d addresses were made.", made), "success")
    return _back(training)


@bp.post("/groups")
@requires(Permission.EDIT)
def group(training: Training) -> AnyResponse:
    """Give a group another address, or take its address back."""
    name = request.form.get("group", "")[:40]
    if request.form.get("do") == "revoke":
        services.revoke_group(actor(), training, name)
        flash(_("The address leads nowhere now."), "success")
    else:
        services.renew_group(actor(), training, name)
        flash(_("There is a new address; the one before leads nowhere."), "success")
    return _back(training)


@bp.post("/buses/<int:bus_id>")
@requires(Permission.EDIT)
def bus(training: Training, bus_id: int) -> AnyResponse:
    """Give a bus another address, or take its address back."""
    if request.form.get("do") == "revoke":
        services.revoke_bus(actor(), training, bus_id)
        flash(_("The address leads nowhere now."), "success")
    else:
        services.renew_bus(actor(), training, bus_id)
        flash(_("There is a new address; the one before leads nowhere."), "success")
    return _back(training)


@bp.post("/lecturers/<int:lecturer_id>")
@requires(Permission.EDIT)
def lecturer(training: Training, lecturer_id: int) -> AnyResponse:
    """Give a lecturer another address, or take the address back."""
    if request.form.get("do") == "revoke":
        services.revoke_lecturer(actor(), training.organisation_id, lecturer_id)
        flash(_("The address leads nowhere now."), "success")
    else:
        services.renew_lecturer(actor(), training.organisation_id, lecturer_id)
        flash(_("There is a new address; the one before leads nowhere."), "success")
    return _back(training)


@bp.get("/addresses")
@requires(Permission.EDIT)
def addresses(training: Training) -> str:
    """All addresses as a text to copy, one a line; `?of=` says whose, `?group=` of which group."""
    return render_template(
        "own_timetable/addresses.html",
        training=training,
        rows=[(slip.name, slip.address) for slip in _slips(training)],
        address_local=is_local(public_address()),
    )


@bp.get("/slips.pdf")
@requires(Permission.EDIT)
def slips(training: Training) -> Response:
    """The addresses as papers to cut out, with a QR symbol each."""
    body = draw_listing(
        Listing(
            title=_("Personal timetables"),
            under=localised(training, "title"),
            blocks=[Slips(_slips(training))],
            foot=_("Made on %(moment)s", moment=moment(now(), training.time_zone)),
            page=_("Page {page} of {pages}"),
        )
    )
    response = Response(body, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{training.code}-timetables.pdf")
    return response


def _slips(training: Training) -> list[Slip]:
    """The papers of participants, or with `?of=others` of groups, buses and lecturers; of those who have an address."""
    session, title = db.session(), localised(training, "title")
    about = [title, days(training.start_date, training.end_date)]
    if request.args.get("of") == "others":
        found = [(one.name, one.key) for one in queries.groups(session, training.id)]
        found += [(one.name, one.key) for one in queries.buses_of(session, training.id)]
        found += [(pick(one.zh, one.en), one.key) for one in queries.lecturers_of(session, training)]
        return [Slip(name, about, page_address(queries.page_token(key))) for name, key in found if key]
    return [
        Slip(
            one.name,
            [text for text in (one.unit, one.group, *about) if text],
            own_page_address(one.page_key),
        )
        for one in queries.participants(session, training.id, _group(training))
        if one.page_key
    ]


def _group(training: Training) -> str:
    """The group that was chosen, empty for the whole class."""
    wanted = request.values.get("group", "")
    return wanted if wanted in group_names(db.session(), training.id) else ""


def _say(training: Training, send: Callable[[], Mailed]) -> None:
    try:
        done = send()
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return
    if done.mails:
        say_mails(training, done.mails)
    else:
        flash(_("There was nobody to write to."), "warning")
    if done.without_address:
        names = _(", ").join(done.without_address[:_MOST_NAMES])
        more = len(done.without_address) - _MOST_NAMES
        if more > 0:
            names += " " + ngettext("and one more", "and %(num)d more", more)
        flash(_("Without a mail address, so nothing was sent: %(names)s", names=names), "warning")


def _back(training: Training) -> AnyResponse:
    return redirect(url_for("own_timetable.organiser.index", code=training.code), 303)
