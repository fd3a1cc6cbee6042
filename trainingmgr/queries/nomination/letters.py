"""What letters to units say of their places."""

from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.chinese import date_en, date_zh
from trainingmgr.domain.mail import Letter, MailKind, render
from trainingmgr.domain.nomination import LinkState
from trainingmgr.models import Organisation, Training, Unit
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.mail.queueing import shared_values, template_of
from trainingmgr.queries.nomination.overview import UnitRow
from trainingmgr.queries.quota import QuotaTable


class Reminder(NamedTuple):
    """What a unit is told that has not answered, to be passed on by hand."""

    row: UnitRow
    letter: Letter


def letter_values(table: QuotaTable, unit: Unit, language: str) -> dict[str, str]:
    """What a mail says of a unit's places: how many of each category, and until when."""
    english = language == "en"
    said: list[str] = []
    days: list[date] = []
    named = 0
    for line in table.lines:
        for one in line.units:
            if one.unit_id != unit.id or not one.places:
                continue
            category = (line.category_en or line.category_zh) if english else line.category_zh
            count = str(one.places) if english else f"{one.places}名"
            mark = ": " if english else "："
            said.append(f"{category}{mark}{count}" if category else count)
            named += one.taken + one.waiting
            if line.deadline and line.deadline not in days:
                days.append(line.deadline)
    return {
        "unit": (unit.name_en or unit.name) if english else unit.name,
        "quota": ("; " if english else "；").join(said),
        "deadline": (", " if english else "、").join(_day(one, english=english) for one in sorted(days)),
        "nominated": str(named),
    }


def reminders(
    session: Session,
    training: Training,
    rows: Collection[UnitRow],
    language: str,
    address_of: Callable[[str], str],
) -> list[Reminder]:
    """The text of a reminder for each of these units, as a mail would say it.

    `address_of` makes a unit's address of the random half of it; one that has none in force is told none.
    """
    table = quotas.table(session, training)
    template = template_of(session, training.organisation_id, MailKind.NOMINATION_REMINDER, language)
    organisation = session.get_one(Organisation, training.organisation_id)
    shared = shared_values(organisation, training, language)
    wanted = sa.select(Unit).where(Unit.id.in_([row.unit_id for row in rows]))
    units = {unit.id: unit for unit in session.scalars(wanted)}
    found = []
    for row in rows:
        link = address_of(row.key) if row.link is LinkState.IN_FORCE else ""
        values = {"name": row.contact_name or row.name, "link": link}
        values |= letter_values(table, units[row.unit_id], language)
        found.append(Reminder(row, render(template, shared | values)))
    return found


def group_reminder(session: Session, training: Training, rows: Collection[UnitRow], language: str) -> str:
    """One text that names all these units and no address, for a group that all of them read."""
    english = language == "en"
    lines = quotas.table(session, training).lines
    wanted = {row.unit_id for row in rows}
    days = sorted(
        {line.deadline for line in lines if line.deadline and wanted & {one.unit_id for one in line.units}}
    )
    until = (", " if english else "、").join(_day(one, english=english) for one in days)
    names = [(row.name_en or row.name) if english else row.name for row in rows]
    if english:
        text = (
            f"These units have not named participants for “{training.title_en or training.title_zh}” yet: "
            f"{'; '.join(names)}."
        )
        return text + (f" Please do so by {until}." if until else " Please do so soon.")
    text = f"以下单位尚未报送“{training.title_zh}”参训人员名单：{'、'.join(names)}。"
    return text + (f"请于{until}前报送。" if until else "请尽快报送。")


def _day(day: date, *, english: bool) -> str:
    return date_en(day) if english else date_zh(day)
