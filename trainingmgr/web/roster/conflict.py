"""Somebody else was faster: both versions side by side, a choice for each field, nothing typed lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.domain.participant import phone_to_edit
from trainingmgr.domain.person import mask_id_number
from trainingmgr.extensions import db
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries.roster import Participant
from trainingmgr.web.roster.forms import FIELDS, EditForm

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that stands differently: what it was when the edit began, what is typed, what is there now.

    `chosen` is the side that changed it; `both` tells that both did, so that only a person can say.
    """

    name: str
    label: str
    first: str
    mine: str
    theirs: str
    chosen: str
    both: bool


def take_choices(form: EditForm) -> None:
    """Put what was chosen of theirs on a conflict page into the form, in place of what was typed."""
    first = began_with(form)
    for name in FIELDS:
        if request.form.get(f"pick-{name}") == THEIRS and name in first:
            form[name].data = int(first[name] or 0) if name == "category" else first[name]
    if request.form.get("pick-document") == THEIRS:
        form.id_number.data = form.drop_document.data = ""


def began_with(form: EditForm) -> dict[str, str]:
    """The texts that the edit began with; empty where the form says nothing of it."""
    try:
        found = json.loads(form.began.data or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: text
        for name, text in found.items()
        if isinstance(text, str)
        and (name != "category" or (text.isascii() and text.isdigit() and len(text) < 10))
    }


def differences(form: EditForm, known: Participant) -> list[Difference]:
    """The fields whose present value is not what was typed."""
    first = began_with(form)
    found = [_of_field(form, known, first, name) for name in FIELDS]
    rows = [one for one in [*found, _of_document(form, known, first)] if one is not None]
    if any(one.name == "name" for one in rows):
        # The key of a name follows from the name that is chosen.
        rows = [one for one in rows if one.name != "pinyin" or one.chosen == MINE]
    return rows


def _of_field(form: EditForm, known: Participant, first: Mapping[str, str], name: str) -> Difference | None:
    typed = form[name].data
    mine, theirs, was = "" if typed is None else str(typed), known.text(name), first.get(name)
    if mine == theirs:
        return None
    words = {str(key): str(word) for key, word in getattr(form[name], "choices", None) or []}

    def shown(text: str) -> str:
        return (phone_to_edit(text) if name == "phone" else words.get(text, text)) or "—"

    return Difference(
        name,
        str(form[name].label.text),
        "" if was is None else shown(was),
        shown(mine),
        shown(theirs),
        THEIRS if was == mine else MINE,
        was not in {mine, theirs},
    )


def _of_document(form: EditForm, known: Participant, first: Mapping[str, str]) -> Difference | None:
    was = first.get("document", known.id_masked)
    if not (form.document or form.drop_document.data) or was == known.id_masked:
        return None
    mine = mask_id_number(form.document.number) if form.document else _("removed")
    return Difference("document", _("ID number"), was or "—", mine, known.id_masked or "—", MINE, both=True)


def conflict(training: Training, form: EditForm, known: Participant) -> ResponseReturnValue:
    """The page with both versions; saving it begins from the present one."""
    rows = differences(form, known)
    form.version.data = known.version
    form.began.data = form.texts(known)
    return render_template(
        "roster/conflict.html",
        training=training,
        form=form,
        who=known,
        rows=rows,
        fields=FIELDS,
        change=audit.latest_of(db.session(), training.id, "registration", known.id),
    ), 409
