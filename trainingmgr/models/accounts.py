"""Organisations, the people who sign in, and what each may do where."""

from datetime import datetime

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingmgr.domain.membership import Role
from trainingmgr.extensions import Model, now
from trainingmgr.models.columns import choice, not_blank

# What the samples' organisation is called until somebody makes it theirs.
SAMPLE_NAME_ZH = "培训班演示（示例）"


class Organisation(Model):
    """A body whose organisers share trainings, people, units and sites."""

    __tablename__ = "organisation"
    __table_args__ = (not_blank("name_zh"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def has_sample_name(self) -> bool:
        """Whether it still goes by the name of the samples: what it holds itself would go out under that."""
        return self.is_sample and self.name_zh == SAMPLE_NAME_ZH


class User(Model, UserMixin):
    """Somebody who signs in, by mail address."""

    __tablename__ = "user"
    __table_args__ = (sa.CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password: Mapped[str] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # an attribute there
        """None for the framework: roles are held per organisation, in `Membership`."""
        return []


class Membership(Model):
    """A user's role in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("user_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(choice(Role))

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()
