"""Pages of the roster, their filters and their cost."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training, make_unit
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.extensions import db
from trainingmgr.models import Category, Person, Registration, Training
from trainingmgr.queries import roster
from trainingmgr.queries.roster import COUNT_CAP, Filters


@dataclasses.dataclass(frozen=True)
class At:
    key: str
    id: int
    backwards: bool = False


def fill(session: Session, training: Training, keys: list[str], **values: object) -> list[int]:
    """Registrations with these sort keys, written past the ORM."""
    first = (session.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
    people = [
        {
            "uid": f"{training.id}-{first + at}", "organisation_id": training.organisation_id,
            "name": f"学员{key}", "name_key": f"学员{key}", "pinyin": key, "created_at": training.created_at,
            "is_sample": False, "sex": "", "ethnicity": "", "phone": "", "phone_tail": "", "email": "",
            "id_type": "", "id_masked": "", "version": 1,
        }
        for at, key in enumerate(keys)
    ]  # fmt: skip
    written = sa.insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids = session.scalars(written, people).all()
    session.execute(
        sa.insert(Registration),
        [
            {
                "training_id": training.id, "person_id": person_id, "sort_key": one["pinyin"],
                "search_text": f"{one['name']} {one['pinyin']}", "status": RegistrationStatus.CONFIRMED,
                "post": "", "group_name": "", "latin_name": "", "note": "", "created_at": training.created_at,
                "is_sample": False, "version": 1, **values,
            }
            for person_id, one in zip(ids, people, strict=True)
        ],
    )  # fmt: skip
    session.commit()
    wanted = sa.select(Registration.id).where(Registration.training_id == training.id)
    return list(session.scalars(wanted.order_by(Registration.sort_key, Registration.id)))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.lists(st.sampled_from(["a", "a b", "b", "ba", "z", "王"]), max_size=23), size=st.integers(1, 7)
)
def test_walking_forth_and_back_sees_everybody_once(
    session: Session, cast: Cast, keys: list[str], size: int
) -> None:
    training = make_training(session, cast.organisation)
    everybody = fill(session, training, keys) if keys else []
    forth: list[int] = []
    at: At | None = None
    while True:
        page = roster.page(session, training.id, Filters(), at, size)
        assert len(page.rows) <= size
        forth += [row.id for row in page.rows]
        if page.next is None:
            break
        at = At(*page.next)
    assert forth == everybody
    back = [row.id for row in page.rows]
    while page.previous is not None:
        page = roster.page(session, training.id, Filters(), At(*page.previous, True), size)
        if [row.id for row in page.rows][-1] >= back[0] and set(back) & {row.id for row in page.rows}:
            break  # nothing was left before: the first page is shown again
        back = [row.id for row in page.rows] + back
    assert back == everybody


def test_each_page_but_the_first_leads_back_and_the_first_does_not(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    fill(session, training, [f"k{n:02d}" for n in range(10)])
    first = roster.page(session, training.id, Filters(), None, 4)
    assert first.previous is None
    assert first.next is not None
    second = roster.page(session, training.id, Filters(), At(*first.next), 4)
    assert second.previous is not None
    again = roster.page(session, training.id, Filters(), At(*second.previous, True), 4)
    assert again.rows == first.rows
    assert again.previous is None


def test_a_cursor_behind_which_nothing_is_left_gives_the_first_page(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    ids = fill(session, training, ["a", "b"])
    page = roster.page(session, training.id, Filters(), At("zzz", 1), 4)
    assert [row.id for row in page.rows] == ids


@pytest.mark.parametrize(
    "typed", ["王小明", "wangxiaoming", "wang ming", "wxm", "民政局", "8000", "wxm 成都", "小明 8000"]
)
def test_somebody_is_found_by_each_key(session: Session, cast: Cast, typed: str) -> None:
    training = make_training(session, cast.organisation)
    unit = make_unit(session, cast.organisation, "成都市民政局")
    wanted = make_registration(
        session,
        training,
        "王小明",
        unit_id=unit.id,
        search_text=search_text("王小明", "wang xiao ming", "wxm", "成都市民政局", "8000"),
    )
    make_registration(
        session, training, "李华", search_text=search_text("李华", "li hua", "lh", "杭州市", "1111")
    )
    found = roster.page(session, training.id, Filters(text=typed)).rows
    assert [row.id for row in found] == [wanted.id]
    assert found[0].unit == "成都市民政局"


def test_signs_of_a_pattern_are_looked_for_as_they_are(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_registration(session, training, "王小明")
    for typed in ("%", "_", "王%明", "\\"):
        assert not roster.page(session, training.id, Filters(text=typed)).rows


def test_filters_hold_together(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    category = Category(training_id=training.id, position=1, name_zh="处长")
    session.add(category)
    session.commit()
    both = make_registration(session, training, category_id=category.id, group_name="第1组")
    make_registration(session, training, category_id=category.id, group_name="第2组")
    none = make_registration(session, training, status=RegistrationStatus.WITHDRAWN)

    def ids(filters: Filters) -> list[int]:
        return [row.id for row in roster.page(session, training.id, filters).rows]

    assert ids(Filters(category_id=category.id, group="第1组")) == [both.id]
    assert ids(Filters(category_id=0, group="")) == [none.id]
    assert ids(Filters(status=RegistrationStatus.WITHDRAWN)) == [none.id]
    assert ids(Filters(status=RegistrationStatus.WITHDRAWN, group="第1组")) == []


def test_facets_count_by_status_and_order_groups_as_people_do(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    elsewhere = make_training(session, cast.organisation)
    for group in ("第10组", "第2组", "", "第1组", "十一组", "三组", "第2组"):
        make_registration(session, training, group_name=group)
    make_registration(session, training, status=RegistrationStatus.NOMINATED)
    make_registration(session, elsewhere, group_name="别组")
    facets = roster.facets(session, training.id)
    assert facets.total == 8
    assert facets.on_class == 7
    assert facets.people == {RegistrationStatus.CONFIRMED: 7, RegistrationStatus.NOMINATED: 1}
    assert facets.groups == ["三组", "十一组", "第1组", "第2组", "第10组"]
    assert roster.group_names(session, training.id) == facets.groups


def test_a_search_that_finds_very_many_is_counted_to_the_cap(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    fill(session, training, [f"k{n:04d}" for n in range(COUNT_CAP + 30)])
    assert roster.count(session, training.id, Filters(text="学员")) == COUNT_CAP + 1
    assert roster.count(session, training.id, Filters(text="k0007")) == 1


def test_a_page_costs_the_same_statements_for_ten_and_for_five_hundred(session: Session, cast: Cast) -> None:
    costs = []
    for people in (10, 500):
        training = make_training(session, cast.organisation)
        fill(session, training, [f"k{n:04d}" for n in range(people)])
        with statements() as seen:
            way = roster.way(session, training.id, Filters(text="学员 k 00"))
            roster.page(session, training.id, Filters(text="学员 k 00"), way=way)
            roster.facets(session, training.id)
            roster.count(session, training.id, Filters(text="学员 k 00"), way)
        costs.append(len(seen))
    assert costs == [4, 4]
