"""What does not fit in a timetable, each with the act that mends it, and that act by a form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField

from trainingmgr.domain.clash import Clash, ClashKind, find_clashes, mends_of
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http import undo
from trainingmgr.http.access import in_training, requires
from trainingmgr.http.clashes import Said, said_of, step_of
from trainingmgr.http.locale import language, pick
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training, TrainingSession
from trainingmgr.queries.schedule import Timetable
from trainingmgr.queries.schedule import clashes as queries
from trainingmgr.web.schedule.acts import ACTS, ActForm, note_on
from trainingmgr.web.schedule.blueprint import bp


def told(
    table: Timetable,
    around: queries.Surroundings,
    training: Training,
    versions: Mapping[int, int],
    today: date,
) -> list[Said]:
    """Everything that does not fit, in words, with what would mend it from `today` on.

    `versions` are those of the sessions, read no later than the timetable: what mends one is done to no other version.
    """
    plan = replace(queries.plan_of(table, around, training, language()), today=today)
    clashes = find_clashes(plan)
    places = {pick(zh, en): (zh, en) for zh, en, *_facts in around.venues}
    places |= {pick(one.place_zh, one.place_en): (one.place_zh, one.place_en) for one in table.entries}
    return [
        replace(
            said,
            mend=step_of(mend, places, versions[mend.slot.id]) if mend else None,
            way=_way(training.code, clash),
        )
        for said, mend, clash in zip(said_of(plan, clashes), mends_of(plan, clashes), clashes, strict=True)
    ]


def _way(code: str, clash: Clash) -> tuple[str, str] | None:
    """Where something is mended that no session's time, place or groups can mend."""
    if clash.kind is ClashKind.BUS_TWICE:
        return url_for("visit.index", code=code, _anchor=f"v{clash.slots[-1]}"), _("Choose buses")
    if clash.kind is ClashKind.ROOM_TOO_SMALL and clash.values.get("site"):
        return url_for("visit.rotation", code=code), _("Groups over several sites")
    if clash.kind is ClashKind.OUTSIDE_DAYS:
        return url_for("training.settings", code=code), _("Change the training's days")
    return None


class MendForm(ActForm):
    """An act that mends."""

    act = SelectField(choices=[(one, one) for one in ("move", "split")])


@bp.post("/t/<code>/schedule/<int:session_id>/mend")
@requires(Permission.EDIT)
def mend(training: Training, session_id: int) -> Response:
    """Do what was proposed against a clash."""
    row = in_training(db.session.get(TrainingSession, session_id), training)
    title, code = pick(row.title_zh, row.title_en), training.code
    form = MendForm()
    form.session.data = session_id
    try:
        if not (form.validate() and form.is_whole()):
            raise Refusal("stale")
        done = ACTS[form.act.data](training.id, form)
    except NotFound:
        raise
    except Refusal as refusal:
        _tell(refusal, title)
    else:
        if done is not None:
            words = _("“%(title)s” was changed as proposed.", title=title)
            undo.offer(
                f"{words} {note_on(training.id, form.act.data, session_id)}".strip(),
                url_for("schedule.undo_act", code=code, entry_id=done.entry_id),
            )
    return redirect(url_for("schedule.index", code=code, _anchor="clashes"), 303)


def _tell(refusal: Refusal, title: str) -> None:
    if refusal.code == "stale":
        flash(
            _("“%(title)s” was changed since you looked. See what is proposed now.", title=title), "warning"
        )
    else:
        flash(sentence(dated(refusal)), "error")
