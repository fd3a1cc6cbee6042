"""How somebody looks at rosters: the columns they chose, the filters they saved."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingmgr.domain.roster_column import ColumnUse
from trainingmgr.extensions import Model
from trainingmgr.models.columns import choice, not_blank


class ColumnChoice(Model):
    """The columns that a user sees in rosters, or takes along in files: names of `RosterColumn` with commas between."""

    __tablename__ = "column_choice"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    use: Mapped[ColumnUse] = mapped_column(choice(ColumnUse), primary_key=True)
    columns: Mapped[str] = mapped_column(sa.String(400), default="")


class SavedFilter(Model):
    """A user's filters under a name: for one training, or for all of an organisation where that is None.

    `query` is what the address of the list holds behind its question mark.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (
        not_blank("name"),
        not_blank("query"),
        sa.ForeignKeyConstraint(
            ["training_id", "organisation_id"],
            ["training.id", "training.organisation_id"],
            ondelete="CASCADE",
            name="training_of_organisation",
        ),
        sa.Index(
            "uq_saved_filter_of_training",
            "user_id",
            "training_id",
            "name",
            unique=True,
            sqlite_where=sa.text("training_id IS NOT NULL"),
            postgresql_where=sa.text("training_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_saved_filter_of_organisation",
            "user_id",
            "organisation_id",
            "name",
            unique=True,
            sqlite_where=sa.text("training_id IS NULL"),
            postgresql_where=sa.text("training_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    training_id: Mapped[int | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[str] = mapped_column(sa.String(600))
