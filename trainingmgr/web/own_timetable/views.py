"""A lecturer's, group's or bus's timetable for whoever has its address, and everybody's feed.

The address is the whole secret: it is neither indexed nor passed on to other sites, and one that is wrong or
was taken back is told from nothing else that is not there.
"""

from datetime import timedelta
from hashlib import sha256

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.documents import calendar as calendar_document
from trainingmgr.domain.own_timetable import FED_FOR, SHOWN_FOR
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import db, now
from trainingmgr.http.access import public
from trainingmgr.http.headers import let_asker_check, unlisted
from trainingmgr.http.labels import label
from trainingmgr.http.locale import LANGUAGES, language
from trainingmgr.http.own_timetable import subscription, today_in
from trainingmgr.http.throttle import at_most
from trainingmgr.queries import own_timetable as queries
from trainingmgr.queries.own_timetable import Holder, Part
from trainingmgr.queries.site_picture import first_pictures
from trainingmgr.services import own_timetable as services
from trainingmgr.web.own_timetable.organiser import bp as organiser

bp = Blueprint("own_timetable", __name__)
bp.register_blueprint(organiser)


bp.after_request(unlisted)


@bp.get("/timetable/<timetable_token>")
@at_most("600/minute")
@public
def show(timetable_token: str) -> str:
    """The timetable of the lecturer, group or bus whose page it is."""
    owner = queries.link_owner(db.session(), timetable_token)
    if owner is None:
        abort(404)
    parts = _parts(owner.holder, SHOWN_FOR)
    return render_template(
        "own_timetable/show.html",
        owner=owner,
        parts=parts,
        pictures=first_pictures(db.session(), queries.sites_of(parts)),
        today=today_in,
        subscription=subscription(queries.feed_token_of_link(owner.key)),
    )


@bp.get("/calendar/<feed_token>.ics")
@at_most("300/minute")
@public
def feed(feed_token: str) -> AnyResponse:
    """The feed that calendars subscribe to, in the `language` that its address names."""
    holder = queries.feed_holder(db.session(), feed_token)
    if holder is None:
        abort(404)
    parts = _parts(holder, FED_FOR)
    shown = queries.shown_of(parts)
    says = services.what_feed_says(holder, shown)
    wanted = request.args.get("language", "")
    spoken = wanted if wanted in LANGUAGES else language()
    with force_locale("en" if spoken == "en" else "zh_Hans_CN"):
        title = _("Timetable of %(name)s", name=holder.name_en if spoken == "en" else holder.name_zh)
        kinds = {kind: label(kind) for kind in SessionKind}
    zone = parts[0].training.time_zone if parts else "Asia/Shanghai"
    calendar = queries.calendar_of(title, spoken, zone, says, shown, kinds, now())
    body = calendar_document.render(calendar)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="timetable.ics"'
    answer.set_etag(sha256(body).hexdigest()[:32])
    if says:
        answer.last_modified = max(one.changed_at for one in says.values())
    let_asker_check()
    return answer.make_conditional(request)


def _parts(holder: Holder, kept: timedelta) -> list[Part]:
    session, since = db.session(), (now() - kept).date()
    if holder.person_id is not None:
        return queries.parts_of_person(session, holder.person_id, since)
    if holder.lecturer_id is not None:
        return queries.parts_of_lecturer(session, holder.lecturer_id, since)
    if holder.bus_id is not None:
        return queries.parts_of_bus(session, holder.bus_id)
    if holder.training_id is None:
        return []
    return [queries.part_of_group(session, holder.training_id, holder.group)]
