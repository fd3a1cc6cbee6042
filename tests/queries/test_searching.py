"""Searching a large roster by its index finds exactly whom looking at everybody finds, in the same order."""

import dataclasses
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.person import pinyin_initials, pinyin_key
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.jobs import Worker
from trainingmgr.models import Registration, RosterGram, Training
from trainingmgr.queries import roster
from trainingmgr.queries.roster import Filters, listing, searching
from trainingmgr.services.roster import indexing

NAMES = ("林小明", "林小红", "林芳", "陈林", "王民", "林民政", "欧阳静", "Ana Lin", "王Peter", "吉日格勒")
UNITS = ("成都市民政局", "第17民政局", "林业局", "17局")
SEARCHES = (
    "林", "林小", "小明", "民政", "民政局", "第17民政局", "lin", "l", "linxiao", "xiaoming", "ming", "lx", "xm", "inxi", "17",
    "ana", "peter", "王p", "8003", "800", "13900138003", "林 成都", "成都市 lin", "xyz", "小", "局", "成都", "老林", "业局",
    "siu", "müller", "muller", "üll", "林 Müller", "e", "ete", "ü", "məmət", "əm", "ə", "Иванов", "мəmət", "ванов",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class At:
    key: str
    id: int
    backwards: bool = False


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation)
    elsewhere = make_training(session, cast.organisation)
    units = [make_unit(session, cast.organisation, name) for name in UNITS]
    units[2].search_text += " 成都老林业局"
    for number in range(30):
        name, unit = NAMES[number % 10], units[number % 4]
        key = pinyin_key(name)
        latin = ("", "Siu Müller", "Məmət Иванов")[number % 3]
        text = search_text(name, key, pinyin_initials(name), unit.name, f"800{number % 7}", latin)
        status = RegistrationStatus.WITHDRAWN if number % 5 == 0 else RegistrationStatus.CONFIRMED
        make_registration(
            session, training, name, unit_id=unit.id, sort_key=key, search_text=text, status=status
        )
    make_registration(session, elsewhere, "林小明", unit_id=units[0].id)
    return training


@pytest.fixture
def index(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setattr(indexing, "INDEXED_FROM", 1)

    def run() -> None:
        with app.app_context():
            Worker(app).index()
        look_again(session)

    return run


def pages(session: Session, training: Training, filters: Filters) -> list[list[int]]:
    """All pages of four, there and back."""
    found, cursor = [], None
    while True:
        page = roster.page(session, training.id, filters, cursor, 4)
        found.append([row.id for row in page.rows])
        if page.next is None:
            break
        cursor = At(*page.next)
    while page.previous is not None:
        page = roster.page(session, training.id, filters, At(*page.previous, True), 4)
        found.append([row.id for row in page.rows])
    return found


def everything(session: Session, training: Training) -> dict[Filters, tuple[list[list[int]], int]]:
    asked = [Filters(text=text) for text in SEARCHES]
    asked += [Filters(text=text, status=RegistrationStatus.CONFIRMED) for text in ("林", "民政局", "lin")]
    return {
        filters: (pages(session, training, filters), roster.count(session, training.id, filters))
        for filters in asked
    }


@pytest.mark.parametrize("many", [searching._MANY, 3])
def test_the_index_finds_whom_looking_at_everybody_finds_in_the_same_order(
    session: Session,
    training: Training,
    index: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    many: int,
) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    searching._ways_statement.cache_clear()
    before = everything(session, training)
    index()
    assert session.scalars(sa.select(Registration.indexed).distinct()).all() == [True]
    assert everything(session, training) == before
    for filters, (found, counted) in before.items():
        wanted = sorted(roster.ids(session, training.id, filters))
        assert (sorted({one for page in found for one in page}), counted) == (wanted, len(wanted))
    assert before[Filters(text="inxi")][1] == 0
    assert before[Filters(text="xiaoming")][1] == 3
    searching._ways_statement.cache_clear()


@pytest.mark.parametrize(("text", "people"), [("成都市", 8), ("林芳", 3), ("小红", 3), ("第17民政局", 8)])
def test_whom_the_choice_of_a_way_has_counted_are_not_counted_again(
    session: Session, training: Training, index: Callable[[], None], text: str, people: int
) -> None:
    index()
    filters = Filters(text=text)
    way = roster.way(session, training.id, filters)
    with statements() as sent:
        assert roster.count(session, training.id, filters, way) == people
    assert sent == []


def test_counting_stops_at_its_limit_on_every_way(
    session: Session, training: Training, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (searching, listing):
        monkeypatch.setattr(module, "COUNT_CAP", 5)
    for _round in range(2):
        counted = [roster.count(session, training.id, Filters(text=text)) for text in ("民政局", "林", "芳")]
        assert counted == [6, 6, 3]
        index()


def test_whoever_is_renamed_or_comes_later_is_found_at_once_and_indexed_in_the_next_round(
    session: Session, training: Training, index: Callable[[], None]
) -> None:
    index()
    row = session.scalars(sa.select(Registration).where(Registration.search_text.like("欧阳静%"))).first()
    assert row is not None
    row.search_text, row.sort_key = search_text("万俟静", "moqi jing", "mqj", "", "8000"), "moqi jing"
    session.commit()
    new = make_registration(session, training, "万俟明", sort_key="moqi ming", search_text="万俟明 moqiming")
    old_grams = sa.select(RosterGram.gram).where(RosterGram.registration_id == row.id)
    assert session.scalars(old_grams).all() == []
    for _round in range(2):
        found = roster.page(session, training.id, Filters(text="万俟")).rows
        assert [one.id for one in found] == [row.id, new.id]
        assert row.id not in [one.id for one in roster.page(session, training.id, Filters(text="欧阳")).rows]
        index()
    assert set(session.scalars(old_grams)) >= {"万", "万俟", "moqi", "jing"}


def test_small_rosters_are_not_indexed(
    session: Session, training: Training, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "INDEXED_FROM", 31)
    index()
    assert session.scalars(sa.select(RosterGram.gram)).all() == []


def test_nothing_is_left_in_the_index_of_whoever_is_removed(
    session: Session, training: Training, index: Callable[[], None]
) -> None:
    index()
    session.execute(sa.delete(Registration).where(Registration.training_id == training.id))
    session.commit()
    assert (
        session.scalars(sa.select(RosterGram.gram).where(RosterGram.training_id == training.id)).all() == []
    )
