"""A prepared query gives what SQLAlchemy itself would, of either database."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import RevocationGround
from trainingmgr.extensions import db, metadata
from trainingmgr.models import Certificate
from trainingmgr.queries.prepared import Prepared
from trainingmgr.services import certificate as service

TABLE = metadata.tables["certificate"]
QUERY = sa.select(
    *TABLE.c,
    TABLE.c.snapshot["holder_name"].as_string().label("name"),
    metadata.tables["training"].c.time_zone,
).join_from(TABLE, metadata.tables["training"], TABLE.c.training_id == metadata.tables["training"].c.id)
BY_SERIAL = QUERY.where(
    TABLE.c.serial == sa.bindparam("serial"), TABLE.c.issue_date > datetime(2019, 1, 1, tzinfo=UTC).date()
)


@pytest.fixture
def serial(session: Session, cast: Cast) -> str:
    training = make_class(session, cast, 1)
    issue(cast, training)
    row = session.scalars(sa.select(Certificate)).one()
    service.revoke(cast.actor(), row, "姓名有误", RevocationGround.ERROR)
    return row.serial


def test_every_column_has_the_value_and_the_type_that_models_have(session: Session, serial: str) -> None:
    prepared = Prepared(BY_SERIAL)
    wanted = session.execute(BY_SERIAL, {"serial": serial}).one()
    for _twice in range(2):
        found = prepared.first(db.engine, serial=serial)
        assert found is not None
        assert vars(found).keys() == dict(wanted._mapping).keys()
        for name, value in wanted._mapping.items():
            assert getattr(found, name) == value, name
            assert type(getattr(found, name)) is type(value), name


@pytest.mark.parametrize("value", ["X-0001", "' OR '1'='1", ""])
def test_a_value_is_never_read_as_part_of_the_statement(session: Session, serial: str, value: str) -> None:
    assert Prepared(BY_SERIAL).first(db.engine, serial=value) is None


def test_what_was_committed_since_is_read_and_no_lock_stays(session: Session, serial: str) -> None:
    prepared = Prepared(BY_SERIAL)
    before = prepared.first(db.engine, serial=serial)
    session.execute(sa.update(Certificate).values(collected_by="王小明"))
    session.commit()
    after = prepared.first(db.engine, serial=serial)
    assert [one.collected_by for one in (before, after) if one] == ["", "王小明"]


def test_a_fault_of_the_database_is_told_as_sqlalchemy_tells_it(session: Session) -> None:
    """Whoever asks before the database was made ready is told to do that, and not met with a traceback."""
    prepared = Prepared(sa.select(sa.column("x")).select_from(sa.table("nowhere")))
    with pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError)):
        prepared.first(db.engine)
    with pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError)):
        prepared.all(session.connection())
