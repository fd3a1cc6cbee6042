"""`trainingmgr training`: list, show and copy trainings."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator, training_of
from trainingmgr.cli._table import aligned
from trainingmgr.domain.training import ALL_PARTS, CopyPart
from trainingmgr.extensions import db
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import days, localised, number
from trainingmgr.http.words.training import STEPS
from trainingmgr.models import Category, Training
from trainingmgr.queries import training as queries
from trainingmgr.queries.training import Overview, TrainingCard
from trainingmgr.services import training as service


@click.group()
def training() -> None:
    """List, show and copy trainings."""


@training.command("list")
@json_option
@in_app
def list_(as_json: bool) -> None:
    """All trainings: those that run first, then what is coming, then what is over."""
    cards = queries.cards(db.session(), None)
    if as_json:
        echo_json([asdict(card) for card in cards])
        return
    if not cards:
        click.echo(_("There is no training yet. `trainingmgr demo` loads two samples."))
        return
    head = [_("Code"), _("Days"), _("Phase"), _("People"), _("Certificates"), _("Title")]
    for line in aligned([head, *map(_row, cards)]):
        click.echo(line)


def _row(card: TrainingCard) -> list[str]:
    return [
        card.code,
        days(card.start_date, card.end_date),
        label(card.phase),
        number(card.people),
        number(card.certificates),
        localised(card, "title"),
    ]


@training.command()
@click.argument("code")
@json_option
@in_app
def show(code: str, as_json: bool) -> None:
    """One training: its facts, how it stands, and what to do next."""
    found = training_of(code)
    view = queries.overview(db.session(), found)
    if as_json:
        echo_json(facts(found) | {"figures": asdict(view)})
        return
    for line in aligned([[name, text] for name, text in _lines(found, view) if text]):
        click.echo(line)
    for step in view.next_steps:
        values = dict(step.values)
        if "title_zh" in values:
            values["title"] = pick(str(values["title_zh"]), str(values["title_en"]))
        click.echo(f"  → {str(STEPS[step.step]) % values}")


def facts(row: Training) -> dict[str, Any]:
    """Every fact of a training as plain values, its hosts, categories and study topics with it."""
    columns = sa.inspect(Training).column_attrs.keys()
    return {name: getattr(row, name) for name in columns if name not in {"id", "organisation_id"}} | {
        "organisation": row.organisation.name_zh,
        "hosts": [{"name": one.unit.name, "role": one.role} for one in row.hosts],
        "categories": [
            {name: getattr(one, name) for name in ("name_zh", "name_en", "post_zh", "post_en")}
            for one in row.categories
        ],
        "study_topics": [{"text_zh": one.text_zh, "text_en": one.text_en} for one in row.study_topics],
    }


def _lines(row: Training, view: Overview) -> list[tuple[str, str]]:
    people = " · ".join(f"{label(status)} {count}" for status, count in view.people.items() if count)
    title = localised(row, "title")
    if row.title_en_translated and title == row.title_en:
        title += f" ({_('translation')})"
    return [
        (_("Code"), row.code + (f" · {_('Sample')}" if row.is_sample else "")),
        (_("Title"), title),
        *((label(one.role), pick(one.unit.name, one.unit.name_en)) for one in row.hosts),
        (_("Place"), localised(row, "place")),
        (_("Days"), f"{days(row.start_date, row.end_date)} · {label(view.phase)}"),
        (_("Purpose"), localised(row, "purpose")),
        (_("Theme"), localised(row, "theme")),
        *((_("Study topic"), localised(one, "text")) for one in row.study_topics),
        *((_("Category"), _category(one)) for one in row.categories),
        (_("People"), people or "0"),
        (_("Sessions"), number(view.sessions)),
        (_("Class hours"), number(view.hours)),
        (_("Attendance sheets taken"), f"{view.sheets_taken}/{view.sheets_due}"),
        (_("Certificates"), number(view.certificates_valid)),
        (_("Trainees’ word"), localised(row, "feedback")),
        (_("Source"), localised(row, "source")),
    ]


def _category(one: Category) -> str:
    return " · ".join(filter(None, (localised(one, "name"), localised(one, "post"))))


@training.command("copy")
@click.argument("code")
@click.option("--code", "new_code", required=True, help="The new training's code.")
@click.option(
    "--start", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its first day, as 2026-05-11."
)
@click.option("--title", "title_zh", default="", help="Its Chinese title, where it is another one.")
@click.option("--title-en", default="", help="Its English title.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice([one.value for one in CopyPart]),
    help="A part that stays behind; may be given more than once.",
)
@click.option("--own", is_flag=True, help="Of a sample: make it a real training, without sample marks.")
@json_option
@in_app
def copy_(
    code: str,
    new_code: str,
    start: datetime,
    title_zh: str,
    title_en: str,
    without: tuple[str, ...],
    own: bool,
    as_json: bool,
) -> None:
    """A new training with the plan of an old one on other days, without its people."""
    made = service.copy(
        operator(),
        training_of(code),
        new_code,
        start.date(),
        title_zh=title_zh,
        title_en=title_en,
        own=own,
        parts=ALL_PARTS - {CopyPart(one) for one in without},
    )
    if as_json:
        echo_json(facts(made))
        return
    click.echo(
        _(
            "Made %(code)s: %(title)s, %(days)s",
            code=made.code,
            title=localised(made, "title"),
            days=days(made.start_date, made.end_date),
        )
    )


commands = [training]
