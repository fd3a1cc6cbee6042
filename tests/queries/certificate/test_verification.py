"""A certificate is found among a million as among ten."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.queries.certificate import verification
from trainingmgr.queries.prepared import Prepared


@pytest.mark.parametrize("prepared", [verification._BY_SERIAL, verification._BY_SHA256])
def test_no_table_is_walked_to_find_a_certificate_and_what_stands_in_its_place(
    session: Session, prepared: Prepared
) -> None:
    dialect = session.get_bind().dialect
    if dialect.name == "postgresql":
        # Of a small table it would rather read all than use an index.
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    query = prepared.query.params(serial="X", sha256="Y")
    statement = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    plan = [row[-1] for row in session.connection().exec_driver_sql(f"{explain} {statement}")]
    assert len(plan) >= 4
    assert not [line for line in plan if re.search(r"SCAN|Seq Scan", line)], plan
