"""The schema that the migrations make is the one that the models describe, on the way up and down."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from trainingmgr.extensions import db, metadata


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_schema_has_no_difference_from_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert not differences


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _tables() == {table.name for table in metadata.sorted_tables}
