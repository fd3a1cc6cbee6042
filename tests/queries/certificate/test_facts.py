"""What the paper will say, gathered from the training."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tests.certificates import add_person, make_class
from tests.factories import Cast, make_session, make_unit
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.training import HostRole
from trainingmgr.models import TrainingHost
from trainingmgr.queries.certificate import facts


def draft(session: Session, cast: Cast, **values: Any) -> Any:
    training = make_class(session, cast, 0, **values)
    return training, facts.draft(session, training, training.end_date)


def test_hosts_co_hosts_and_signature_stand_in_their_order(session: Session, cast: Cast) -> None:
    training, _blank = draft(session, cast, signature_zh="甲局\n  乙处 \n\n")
    for position, (role, name) in enumerate(
        [(HostRole.HOST, "第二主办"), (HostRole.CO_HOST, "承办甲"), (HostRole.CO_HOST, "承办乙")], 2
    ):
        unit = make_unit(session, cast.organisation, name, name_en=f"Unit {position}")
        training.hosts.append(TrainingHost(unit_id=unit.id, role=role, position=position))
    session.commit()
    blank = facts.draft(session, training, training.end_date)
    assert blank.host_zh.endswith("第二主办")
    assert blank.host_en.endswith("and Unit 2")
    assert blank.co_hosts_zh == ("承办甲", "承办乙")
    assert blank.co_hosts_en == ("Unit 3", "Unit 4")
    assert blank.signature_zh == ("甲局", "乙处")


def test_the_hours_are_the_planned_ones_of_what_counts(session: Session, cast: Cast) -> None:
    training, blank = draft(session, cast)
    assert blank.class_hours == Decimal(2)
    make_session(session, training, class_hours=Decimal("1.5"))
    make_session(session, training, class_hours=Decimal(1), kind=SessionKind.MEAL)
    assert facts.draft(session, training, training.end_date).class_hours == Decimal("3.5")


def test_both_languages_fall_back_to_chinese_where_english_is_missing(session: Session, cast: Cast) -> None:
    assert draft(session, cast)[1].language == "both"
    assert draft(session, cast, title_en="")[1].language == "zh"
    bare = make_unit(session, cast.organisation, "只有中文名")
    assert draft(session, cast, host=bare)[1].language == "zh"
    assert draft(session, cast, certificate_language="en", title_en="")[1].language == "en"


def test_somebody_who_withdrew_is_nobodys_namesake(session: Session, cast: Cast) -> None:
    training, _blank = draft(session, cast)
    here, there = (make_unit(session, cast.organisation, name) for name in ("甲局", "乙局"))
    stays = add_person(session, training, "王芳", unit_id=here.id)
    add_person(session, training, "王芳", unit_id=there.id, status="withdrawn")
    assert facts.holders(session, training, [stays.id])[stays.id].detail == ""


def test_namesakes_that_nothing_else_tells_apart_bear_the_end_of_their_phone_numbers(
    session: Session, cast: Cast
) -> None:
    training, _blank = draft(session, cast)
    unit = make_unit(session, cast.organisation, "甲局")
    first, second = (
        add_person(session, training, "王芳", unit_id=unit.id, phone_tail=tail) for tail in ("1234", "5678")
    )
    found = facts.holders(session, training, [first.id, second.id])
    assert [found[one.id].detail for one in (first, second)] == ["*1234", "*5678"]


def test_another_trainings_people_are_left_out(session: Session, cast: Cast) -> None:
    training, _blank = draft(session, cast)
    other, _other_blank = draft(session, cast)
    someone = add_person(session, other, "王芳")
    assert facts.holders(session, training, [someone.id]) == {}
