"""Many rows at once, on either database."""

from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import Cast
from trainingmgr.extensions import now
from trainingmgr.models import Person
from trainingmgr.queries.bulk import insert_rows
from trainingmgr.queries.ids import new_ids

PERSON = cast(sa.Table, Person.__table__)
EMPTY = ("sex", "ethnicity", "phone", "phone_tail", "email", "id_type", "id_masked")


def insert(session: Session, cast: Cast, names: list[str], uids: list[str]) -> None:
    connection = session.connection()
    columns = {
        "id": new_ids(connection, PERSON, len(names)),
        "uid": uids,
        "name": names,
        "name_key": names,
        "pinyin": names,
        "id_sealed": [None] * len(names),
    }
    same = {"organisation_id": cast.organisation.id, "is_sample": False, "created_at": now(), "version": 1}
    insert_rows(connection, PERSON, columns, same | dict.fromkeys(EMPTY, ""))


def test_every_row_has_its_own_values_and_those_of_all(session: Session, cast: Cast) -> None:
    # More than one statement holds, and what stands in the way of text formats.
    names = [f"学员\t{n}\\N\n" for n in range(1_100)]
    insert(session, cast, names, [f"u{n}" for n in range(1_100)])
    rows = session.scalars(sa.select(Person).order_by(Person.id)).all()
    assert [(row.name, row.uid) for row in rows] == [(name, f"u{n}") for n, name in enumerate(names)]
    assert {(row.organisation_id, row.version, row.is_sample, row.email, row.id_sealed) for row in rows} == {
        (cast.organisation.id, 1, False, "", None)
    }


def test_what_a_constraint_refuses_is_refused_as_of_any_statement(session: Session, cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        insert(session, cast, ["张三", "李四"], ["same", "same"])
