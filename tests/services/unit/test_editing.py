"""Units added, changed, moved and removed."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training, make_unit
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.unit import AliasKind, UnitType
from trainingmgr.models import AuditEntry, Registration, Unit, UnitAlias
from trainingmgr.queries.roster import Filters, page
from trainingmgr.queries.unit import unit_known_as, unit_named
from trainingmgr.services.unit import AliasDraft, UnitDraft, move_unit, remove_unit, save_unit

CODE = "91110000600037341L"


def save(cast: Cast, unit_id: int | None = None, version: int | None = None, **values: Any) -> int:
    draft = UnitDraft(**({"name": "民政部基层政权建设和社区治理司"} | values))
    return save_unit(cast.actor(), cast.organisation.id, draft, unit_id, version)


def test_a_unit_is_kept_as_typed_put_right(session: Session, cast: Cast) -> None:
    ministry = make_unit(session, cast.organisation, "民政部")
    unit_id = save(
        cast,
        name=" 民政部　社会组织管理局 ",
        type=UnitType.DEPARTMENT,
        uscc=CODE.lower(),
        contact_phone="010-58123114",
        contact_email="office@MCA.example",
        parent="民政部",
        aliases=[AliasDraft("国家社会组织管理局", AliasKind.FORMER, "2016-8", "2023"), AliasDraft("")],
    )
    unit = session.get_one(Unit, unit_id)
    assert (unit.name, unit.uscc, unit.parent_id) == ("民政部社会组织管理局", CODE, ministry.id)
    assert (unit.contact_phone, unit.contact_email) == ("+861058123114", "office@mca.example")
    (alias,) = unit.aliases
    assert (alias.name, alias.kind, alias.since, alias.until) == (
        "国家社会组织管理局",
        AliasKind.FORMER,
        "2016-08",
        "2023",
    )
    assert "gjshzzglj" in unit.search_text


def test_a_changed_name_is_kept_as_an_old_one_and_rosters_find_both(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    old, new = "民政部基层政权和社区建设司", "民政部基层政权建设和社区治理司"
    unit = make_unit(session, cast.organisation, old)
    make_registration(session, training, "王小明", unit_id=unit.id)
    save(cast, unit.id, name=new, keep_name=True)
    look_again(session)
    assert unit_named(session, cast.organisation.id, old).id == unit.id
    assert [(one.name, one.kind) for one in session.get_one(Unit, unit.id).aliases] == [
        (old, AliasKind.FORMER)
    ]
    assert len(page(session, training.id, Filters(text="社区治理司")).rows) == 1
    save(cast, unit.id, name=old, aliases=[AliasDraft(new)])
    look_again(session)
    assert [one.name for one in session.get_one(Unit, unit.id).aliases] == [new]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "　"}, "unit.name_missing"),
        ({"name": "民政部( 筹 )"}, "unit.name_taken"),
        ({"name": "民政局筹备组"}, "unit.name_taken"),
        ({"aliases": [AliasDraft("民政部（筹）")]}, "unit.alias_taken"),
        ({"uscc": "91110000600037342L"}, "unit.bad_uscc"),
        ({"uscc": CODE}, "unit.uscc_taken"),
        ({"division_code": "51"}, "unit.bad_division_code"),
        ({"parent": "没有"}, "unit.parent_unknown"),
        ({"aliases": [AliasDraft("社区司", since="去年")]}, "unit.bad_when"),
        ({"contact_email": "office"}, "email_invalid"),
        ({"contact_phone": "12"}, "phone_invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    session: Session, cast: Cast, values: dict[str, Any], code: str
) -> None:
    other = make_unit(session, cast.organisation, "民政部（筹）", uscc=CODE)
    session.add(UnitAlias(unit_id=other.id, name="民政局筹备组"))
    session.commit()
    with pytest.raises(Refusal) as caught:
        save(cast, **values)
    assert caught.value.code == code
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1


def test_the_same_names_and_codes_may_stand_in_another_organisation(session: Session, cast: Cast) -> None:
    make_unit(session, cast.elsewhere, "民政部基层政权建设和社区治理司", uscc=CODE)
    save(cast, uscc=CODE)
    with pytest.raises(sa.exc.IntegrityError):
        make_unit(session, cast.organisation, "别的单位", uscc=CODE)
    session.rollback()


def test_whoever_edits_a_state_that_is_gone_is_told(session: Session, cast: Cast) -> None:
    unit_id = save(cast)
    seen = session.get_one(Unit, unit_id).version
    save(cast, unit_id, seen, region="北京市")
    with pytest.raises(Refusal, match="stale"):
        save(cast, unit_id, seen, region="四川省")


def test_a_unit_goes_nowhere_under_itself(session: Session, cast: Cast) -> None:
    top, middle, low = (save(cast, name=name) for name in ("民政部", "四川省民政厅", "成都市民政局"))
    move_unit(cast.actor(), cast.organisation.id, middle, "民政部")
    move_unit(cast.actor(), cast.organisation.id, low, "四川省民政厅")
    for parent in ("成都市民政局", "民政部"):
        with pytest.raises(Refusal) as caught:
            move_unit(cast.actor(), cast.organisation.id, top, parent)
        assert caught.value.code == "unit.circle"
    move_unit(cast.actor(), cast.organisation.id, low, "")
    look_again(session)
    assert session.get_one(Unit, low).parent_id is None
    assert session.scalars(sa.select(AuditEntry.action)).all().count("unit.move") == 3


def test_two_who_move_at_once_make_no_circle(app: Flask, session: Session, cast: Cast) -> None:
    one, two = save(cast, name="甲"), save(cast, name="乙")
    actor, here = cast.actor(), cast.organisation.id
    raised = at_once(
        app, lambda: move_unit(actor, here, one, "乙"), lambda: move_unit(actor, here, two, "甲")
    )
    assert [error.code for error in raised if isinstance(error, Refusal)] == ["unit.circle"]


def test_a_unit_is_removed_only_where_nothing_names_it(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    unit = make_unit(session, cast.organisation, "社区司")
    session.add(UnitAlias(unit_id=unit.id, name="社区处"))
    row = make_registration(session, training, unit_id=unit.id)
    with pytest.raises(Refusal) as caught:
        remove_unit(cast.actor(), cast.organisation.id, unit.id)
    assert (caught.value.code, caught.value.values["count"]) == ("unit.in_use", 2)
    with pytest.raises(NotFound):
        remove_unit(cast.actor("stranger"), cast.elsewhere.id, unit.id)
    session.execute(sa.delete(Registration).where(Registration.id == row.id))
    session.execute(sa.text("UPDATE person SET unit_id = NULL"))
    session.commit()
    assert remove_unit(cast.actor(), cast.organisation.id, unit.id) == "社区司"
    assert unit_known_as(session, cast.organisation.id, "社区处") is None
