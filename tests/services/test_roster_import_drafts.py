"""Uploads between preview and confirmation, and what a large import leaves behind."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.roster_imports import ROWS, counts, file, roster, run
from tests.rosters import xlsx
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.roster_file import RosterField
from trainingmgr.models import (
    ImportDraft,
    Registration,
    Training,
)
from trainingmgr.services.roster_import import (
    ImportRefused,
    Verdict,
    confirm_draft,
    discard_draft,
    keep_upload,
    map_columns,
    open_draft,
)
from trainingmgr.services.roster_import.use_cases import STATISTICS_FROM


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def test_an_upload_is_kept_sealed_till_it_is_confirmed(
    session: Session, cast: Cast, training: Training
) -> None:
    data = file()
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", data)
    draft = session.scalars(sa.select(ImportDraft)).one()
    assert data[:200] not in draft.content_sealed
    shown = open_draft(session, training, cast.actor(), uid)
    assert counts(shown.plan) == {"new": 3}
    assert shown.samples[0] == ("张三", "李四", "欧阳静")
    confirm_draft(training.id, cast.actor(), uid, expected={Verdict.NEW: 3, Verdict.UPDATE: 0})
    assert len(roster(session, training)) == 3
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_what_was_not_previewed_is_not_written(session: Session, cast: Cast, training: Training) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    make_registration(session, training, "别人")
    run(training, cast, file(ROWS[0]))
    with pytest.raises(ImportRefused, match="import_moved"):
        confirm_draft(training.id, cast.actor(), uid, expected={Verdict.NEW: 3, Verdict.UPDATE: 0})
    assert len(roster(session, training)) == 2


def test_an_upload_is_its_uploaders_alone_and_goes_after_a_day(
    session: Session, cast: Cast, training: Training
) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    with pytest.raises(NotFound):
        open_draft(session, training, cast.actor("owner"), uid)
    session.execute(sa.update(ImportDraft).values(created_at=ImportDraft.created_at))
    draft = session.scalars(sa.select(ImportDraft)).one()
    draft.created_at -= timedelta(hours=25)
    session.commit()
    with pytest.raises(NotFound):
        open_draft(session, training, cast.actor(), uid)
    keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    assert session.scalar(sa.select(sa.func.count()).select_from(ImportDraft)) == 1


def test_columns_are_mapped_by_hand(session: Session, cast: Cast, training: Training) -> None:
    data = xlsx([("姓名", "甲列", "乙列"), ("张三", "13800138000", "处长")])
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", data)
    map_columns(
        training.id,
        cast.actor(),
        uid,
        {0: RosterField.NAME, 1: RosterField.PHONE, 2: RosterField.POST},
    )
    (row,) = open_draft(session, training, cast.actor(), uid).plan.rows
    assert row.person is not None
    assert (row.person.phone, row.person.post) == ("+8613800138000", "处长")
    with pytest.raises(Refusal, match="mapping_no_name"):
        map_columns(training.id, cast.actor(), uid, {0: None})


def test_a_discarded_upload_is_gone(session: Session, cast: Cast, training: Training) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    discard_draft(training.id, cast.actor(), uid)
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_a_hopeless_file_is_not_kept(session: Session, cast: Cast, training: Training) -> None:
    with pytest.raises(Refusal, match="roster_no_header"):
        keep_upload(training.id, cast.actor(), "x.xlsx", xlsx([("a", "b"), ("c", "d")]))
    assert session.scalars(sa.select(ImportDraft)).all() == []


def analysed(session: Session) -> int:
    """How often, or for how many indexes, the planner was told of the roster."""
    session.rollback()
    if session.connection().dialect.name == "postgresql":
        query = "SELECT sum(analyze_count) FROM pg_stat_user_tables WHERE relname = 'registration'"
    elif "sqlite_stat1" in session.scalars(sa.text("SELECT name FROM sqlite_master")).all():
        query = "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'registration'"
    else:
        return 0
    found = int(session.scalar(sa.text(query)) or 0)
    session.rollback()
    return found


def many(people: int) -> bytes:
    return file(*((f"学员{n}", "甲市民政局", "", f"138{n:08d}", None, None, None) for n in range(people)))


def test_a_large_import_tells_the_planner_how_large_the_roster_is(
    session: Session, training: Training, cast: Cast
) -> None:
    before = analysed(session)
    run(training, cast, many(STATISTICS_FROM))
    assert analysed(session) > before


def test_a_small_import_leaves_the_planners_statistics_alone(
    session: Session, training: Training, cast: Cast
) -> None:
    before = analysed(session)
    run(training, cast, many(20))
    assert analysed(session) == before


def test_a_large_import_stands_though_the_statistics_cannot_be_refreshed(
    session: Session, training: Training, cast: Cast
) -> None:
    failed = []

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("ANALYZE"):
            failed.append(statement)
            raise OperationalError(statement, None, Exception("locked"))

    sa.event.listen(session.get_bind(), "before_cursor_execute", refuse)
    try:
        run(training, cast, many(STATISTICS_FROM))
    finally:
        sa.event.remove(session.get_bind(), "before_cursor_execute", refuse)
    assert failed
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == STATISTICS_FROM
