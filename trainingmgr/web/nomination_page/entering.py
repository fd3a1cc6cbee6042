"""What an address leads to, and the day and the lines that go with it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import abort, make_response, render_template

from trainingmgr.domain.nomination import Asking, LinkState, correctable, needed_of
from trainingmgr.extensions import db
from trainingmgr.http.registration_form import answer_form
from trainingmgr.http.registration_words import consent_words
from trainingmgr.queries import nomination as queries
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.nomination import Entry, Sent
from trainingmgr.queries.quota import Line
from trainingmgr.web.nomination_page.forms import (
    CorrectionForm,
    DesignedForm,
    DesignedReplaceForm,
    NomineeForm,
    ReplaceForm,
)


def enter(token: str) -> Entry:
    """What the address leads to. One that ended says so (410), one that never was is not found."""
    found = queries.entry(db.session(), token)
    if found is None:
        abort(404)
    if found.state is not LinkState.IN_FORCE:
        abort(make_response(render_template("nomination_page/ended.html", entry=found), 410))
    return found


def today(entry: Entry) -> date:
    """The day in the training's own zone."""
    return datetime.now(ZoneInfo(entry.training.time_zone)).date()


def lines_of(entry: Entry) -> list[Line]:
    """The lines that offer the unit something."""
    return list(quotas.table(db.session(), entry.training, entry.unit_id).lines)


def nominee_form(entry: Entry, line_id: int | None, *, replacing: bool = False) -> NomineeForm | DesignedForm:
    """The form for a person: as the training has designed it for the line, else as it always was."""
    lines = lines_of(entry)
    asked = queries.askings(db.session(), entry.training.id)
    if asked.definition is None:
        form: NomineeForm | DesignedForm = ReplaceForm() if replacing else NomineeForm()
    else:
        chosen = next((one.category_id for one in lines if one.id == line_id), None)
        if len(lines) == 1:
            chosen = lines[0].category_id
        form = answer_form(
            asked.definition,
            chosen,
            base=DesignedReplaceForm if replacing else DesignedForm,
            consents=consent_words(entry.training, asked.definition, by_unit=True),
        )()
    form.offer(lines)
    return form


def correction_form(entry: Entry, old: Sent) -> tuple[CorrectionForm, Asking | None]:
    """The form to put right what was written of somebody, with what is asked of them and the lines that ask the same."""
    asked = queries.askings(db.session(), entry.training.id)
    lines = [one for one in lines_of(entry) if asked.agree(old.line_id, one.id)]
    form = CorrectionForm()
    asking = asked.of(old.line_id)
    form.offer_of(old, lines, correctable(old.nominee, asking, today=today(entry)), needed_of(asking))
    return form, asking
