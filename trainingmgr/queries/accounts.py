"""Reads about who may do what."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.membership import Role
from trainingmgr.models import Membership, Organisation, Training, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user, or the command line (`user_id` None)."""

    user_id: int | None
    name: str


# Asked on every page of a training; written once, since putting it together costs more than running it.
_TRAINING_AND_ROLE = (
    sa.select(Training, Membership.role)
    .join(Membership, Membership.organisation_id == Training.organisation_id)
    .where(Training.code == sa.bindparam("code"), Membership.user_id == sa.bindparam("user_id"))
)


def training_and_role(session: Session, user_id: int, code: str) -> tuple[Training, Role] | None:
    """The training `code` with the user's role in its organisation; None where there is no role."""
    row = session.execute(_TRAINING_AND_ROLE, {"code": code, "user_id": user_id}).first()
    return (row[0], row[1]) if row else None


def role_in(session: Session, user_id: int, organisation_id: int) -> Role | None:
    """The user's role in an organisation, if any."""
    return session.scalar(
        sa.select(Membership.role).where(
            Membership.user_id == user_id, Membership.organisation_id == organisation_id
        )
    )


def organisations_of(session: Session, user_id: int) -> list[tuple[Organisation, Role]]:
    """The organisations that a user belongs to, with the role in each, by name."""
    rows = session.execute(
        sa.select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id)
        .order_by(Organisation.name_zh)
    )
    return [(row[0], row[1]) for row in rows]


def user_by_email(session: Session, email: str) -> User | None:
    """The account with this mail address, in whichever case it is written."""
    return session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def training_by_code(session: Session, code: str) -> Training | None:
    """The training `code`, whoever owns it: for the command line, which its operator owns."""
    return session.scalar(sa.select(Training).where(Training.code == code.strip().upper()))
