"""Reads about the installation itself: the schema's revision, the keys it was sealed with, whether it is in use."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr import migrations
from trainingmgr.crypto import KeyRing
from trainingmgr.extensions import settings
from trainingmgr.models import Installation, Organisation, User


@dataclass(frozen=True, slots=True)
class Schema:
    """The revision that a database stands at (None before the first migration) and the newest one."""

    current: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        return self.current == self.head


def schema(connection: sa.Connection) -> Schema:
    """The revision of the database behind `connection`, beside the newest of this program."""
    begun = sa.inspect(connection).has_table("alembic_version")
    current = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if begun else None
    return Schema(current, migrations.revisions()[-1])


def key_fingerprint(session: Session) -> str | None:
    """The fingerprint of the keys that sealed this database; None before `init` has recorded one."""
    return session.scalar(sa.select(Installation.key_fingerprint))


def organisation_names(session: Session) -> list[str]:
    """The organisations here by their Chinese names, in the order in which they came."""
    return list(session.scalars(sa.select(Organisation.name_zh).order_by(Organisation.id)))


def is_empty(session: Session) -> bool:
    """Tell whether nobody has an account or an organisation here yet."""
    return not session.scalar(
        sa.select(sa.or_(sa.exists(sa.select(User.id)), sa.exists(sa.select(Organisation.id))))
    )


def has_users(session: Session) -> bool:
    """Tell whether anybody can sign in."""
    return bool(session.scalar(sa.select(sa.exists(sa.select(User.id)))))


def own_key_names() -> set[str]:
    """The organisations' names by which keys go that they brought, as the file has them now."""
    return set(KeyRing.load_or_create(settings.keys_file).signing.own)
