"""Who collected which paper, and when; and papers in the order in which they are handed out."""

from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, at_once, make_unit
from trainingmgr.domain.handing import PaperOrder
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import AuditEntry, Certificate
from trainingmgr.services import certificate as service


def one(session: Session, cast: Cast) -> Certificate:
    training = make_class(session, cast, 0)
    add_person(session, training, "王小明")
    issue(cast, training)
    return certificates(session, training)[0]


def acts(session: Session) -> list[tuple[str, object]]:
    rows = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.action.in_(["certificate.handed_over", "certificate.handing_undone"]))
        .order_by(AuditEntry.id)
    )
    return [(row.action, row.details.get("by_holder")) for row in rows]


@pytest.mark.parametrize(
    ("typed", "collector", "by_holder"), [("", "王小明", True), ("  李  雷 ", "李 雷", False)]
)
def test_the_holder_or_somebody_named_collects_and_it_is_noted_without_a_name(
    session: Session, cast: Cast, typed: str, collector: str, by_holder: bool
) -> None:
    before = datetime.now(UTC)
    row = service.hand_over(cast.actor("front_desk"), one(session, cast), typed)
    assert (row.collected_by, row.handed_by) == (collector, "front_desk")
    assert row.collected_at is not None
    assert before <= row.collected_at <= datetime.now(UTC)
    assert acts(session) == [("certificate.handed_over", by_holder)]
    assert "雷" not in str(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()[-1].details)


def test_what_was_pressed_by_mistake_is_taken_back(session: Session, cast: Cast) -> None:
    row = service.hand_over(cast.actor(), one(session, cast))
    row = service.take_back(cast.actor(), row)
    assert (row.collected_at, row.collected_by, row.handed_by) == (None, "", "")
    assert [act for act, _ in acts(session)] == ["certificate.handed_over", "certificate.handing_undone"]
    with pytest.raises(Refusal) as refused:
        service.take_back(cast.actor(), row)
    assert refused.value.code == "certificate.not_collected"


def test_two_desks_at_once_hand_a_paper_over_once(app: Flask, session: Session, cast: Cast) -> None:
    row, actor = one(session, cast), cast.actor()
    # The two share no session, nor what one has read.
    session.expunge(row)
    session.rollback()
    raised = at_once(
        app,
        lambda: service.hand_over(actor, row, "甲"),
        lambda: service.hand_over(actor, row, "乙"),
    )
    assert [type(error) for error in raised] == [Refusal]
    assert isinstance(raised[0], Refusal)
    assert raised[0].code == "certificate.collected_already"
    session.rollback()
    assert len(acts(session)) == 1


def test_a_revoked_paper_is_not_handed_over(session: Session, cast: Cast) -> None:
    row = one(session, cast)
    service.revoke(cast.actor(), row, "x")
    with pytest.raises(Refusal) as refused:
        service.hand_over(cast.actor(), row)
    assert refused.value.code == "certificate.not_to_hand_over"


def test_a_name_that_is_too_long_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        service.hand_over(cast.actor(), one(session, cast), "长" * 121)
    assert refused.value.code == "certificate.collector_long"


def test_the_merged_file_lies_by_unit_with_a_bookmark_for_each(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    training = make_class(session, cast, 0, code="PILE")
    sichuan = make_unit(session, cast.organisation, "四川省民政厅")
    anhui = make_unit(session, cast.organisation, "安徽省民政厅")
    for name, unit in (("王小明", sichuan), ("李雷", None), ("韩梅梅", anhui), ("林涛", sichuan)):
        add_person(session, training, name, unit_id=unit.id if unit else None)
    issue(cast, training)
    target = tmp_path / "all.pdf"
    assert service.merged(cast.actor(), training, target, order=PaperOrder.UNIT) == 4
    with pikepdf.open(target) as pdf, pdf.open_outline() as outline:
        found = [(item.title, [inside.title for inside in item.children]) for item in outline.root]
    assert found == [
        ("安徽省民政厅", ["PILE-0003 韩梅梅"]),
        ("四川省民政厅", ["PILE-0001 王小明", "PILE-0004 林涛"]),
        ("PILE-0002 李雷", []),
    ]
