"""What to do next and what was done last, in words with their links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from trainingmgr.domain.next_steps import NextStep, Step
from trainingmgr.extensions import db
from trainingmgr.http.locale import pick
from trainingmgr.http.words.audit import ACTIONS
from trainingmgr.http.words.training import STEPS
from trainingmgr.models import AuditEntry, Training
from trainingmgr.queries.roster import names_of


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step with its address; `urgent` ones are those of this hour."""

    text: str
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One line of the last changes; `name` and `url` are of the participant whom it tells of, if it does of one."""

    at: datetime
    actor: str
    text: str
    name: str = ""
    url: str = ""


def step_words(training: Training, step: NextStep) -> StepWords:
    """A next step as the overview shows it."""
    values = dict(step.values)
    if "title_zh" in values:
        values["title"] = pick(str(values.pop("title_zh")), str(values.pop("title_en")))
    endpoint = step.endpoint if step.endpoint in current_app.view_functions else "training.overview"
    text, arguments = str(STEPS[step.step]), dict[str, Any](step.arguments)
    return StepWords(
        text % values if values else text,
        url_for(endpoint, code=training.code, **arguments),
        step.step is Step.TAKE_ATTENDANCE,
    )


def change_words(training: Training, entries: Sequence[AuditEntry]) -> list[ChangeWords]:
    """Audit entries as the overview shows them."""
    about = {
        entry.id: entry.subject_id
        for entry in entries
        if entry.subject_type == "registration" and entry.subject_id is not None
    }
    names = names_of(db.session(), training.id, set(about.values())) if about else {}
    told = []
    for entry in entries:
        one, text = about.get(entry.id, 0), str(ACTIONS.get(entry.action, entry.action))
        who = names.get(one)
        if who is None or entry.at < who.since:
            told.append(ChangeWords(entry.at, entry.actor, text))
            continue
        url = url_for("roster.person", code=training.code, registration_id=one)
        told.append(ChangeWords(entry.at, entry.actor, text, who.name, url))
    return told
