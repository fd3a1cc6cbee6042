"""What to do next and what was done last, in words with their links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from trainingmgr.domain.next_steps import NextStep, Step
from trainingmgr.http.locale import pick
from trainingmgr.http.words.audit import ACTIONS
from trainingmgr.http.words.training import STEPS
from trainingmgr.models import AuditEntry, Training


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step with its address; `urgent` ones are those of this hour."""

    text: str
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One line of the last changes."""

    at: datetime
    actor: str
    text: str


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


def change_words(entry: AuditEntry) -> ChangeWords:
    """An audit entry as the overview shows it."""
    return ChangeWords(entry.at, entry.actor, str(ACTIONS.get(entry.action, entry.action)))
