"""The database connection that every layer shares."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from trainingmgr.models import Person


def test_a_database_fault_tells_no_values_of_people(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    uid = make_registration(session, training).person.uid
    with pytest.raises(sa.exc.IntegrityError) as fault:
        session.execute(
            sa.insert(Person),
            {
                "uid": uid,
                "organisation_id": training.organisation_id,
                "name": "王小明",
                "name_key": "王小明",
                "pinyin": "wang xiao ming",
                "phone": "+8613800138000",
            },
        )
    session.rollback()
    assert "王小明" not in str(fault.value)
    assert "13800138000" not in str(fault.value)


def test_each_connection_is_set_up_for_short_statements_that_last(session: Session) -> None:
    """On PostgreSQL nothing is compiled; on SQLite references hold, and readers do not wait for the writer."""
    asked = {"postgresql": ("SHOW jit",), "sqlite": ("PRAGMA foreign_keys", "PRAGMA journal_mode")}
    expected: dict[str, list[object]] = {"postgresql": ["off"], "sqlite": [1, "wal"]}
    store = session.get_bind().dialect.name
    assert [session.scalar(sa.text(words)) for words in asked[store]] == expected[store]
    session.rollback()
    # It outlives a transaction that was taken back.
    assert [session.scalar(sa.text(words)) for words in asked[store]] == expected[store]
