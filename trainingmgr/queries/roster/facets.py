"""What a roster's filters offer, and what its reader has saved."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.roster_column import DEFAULTS, ColumnUse, RosterColumn, columns_of
from trainingmgr.models import Category, ColumnChoice, Registration, RegistrationTally, SavedFilter, Training

_R: Any = Registration.__table__


class Saved(NamedTuple):
    """Filters that the reader saved: `query` is the list's address behind the question mark.

    `everywhere` tells that they are for all trainings of the organisation.
    """

    id: int
    name: str
    query: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters offer: people by status, categories (id, name zh, name en), group names.

    `saved` and `columns` are the reader's own: filters by name, and the columns that they want where.
    """

    people: dict[RegistrationStatus, int]
    categories: dict[int, tuple[str, str]]
    groups: list[str]
    saved: list[Saved] = field(default_factory=list)
    columns: dict[ColumnUse, tuple[RosterColumn, ...]] = field(default_factory=lambda: dict(DEFAULTS))

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def on_class(self) -> int:
        return sum(self.people.get(status, 0) for status in PRESENT_STATUSES)


def facets(session: Session, training_id: int, user_id: int = 0) -> Facets:
    """What the filters offer, and what the reader `user_id` has saved; one query, whose cost does not grow
    with the roster."""
    values = {"training": training_id, "user": user_id}
    rows = session.connection().execute(_facets_statement(), values).all()
    chosen = {ColumnUse(r.key): columns_of(r.zh.split(",")) for r in rows if r.kind == "columns"}
    return Facets(
        people={RegistrationStatus(r.key): r.number for r in rows if r.kind == "status" and r.number},
        categories={
            r.number: (r.zh, r.en)
            for r in sorted((r for r in rows if r.kind == "category"), key=lambda r: int(r.key))
        },
        groups=sorted((r.key for r in rows if r.kind == "group"), key=natural_key),
        saved=sorted(
            (Saved(r.number, r.key, r.zh, r.en == "") for r in rows if r.kind == "saved"),
            key=lambda one: (natural_key(one.name), one.id),
        ),
        columns=DEFAULTS | chosen,
    )


@lru_cache(maxsize=1)
def _facets_statement() -> sa.CompoundSelect[Any]:
    tally, category = RegistrationTally.__table__.c, Category.__table__.c
    groups = _groups()
    chosen, saved = ColumnChoice.__table__.c, SavedFilter.__table__.c
    training: sa.BindParameter[int] = sa.bindparam("training")
    user: sa.BindParameter[int] = sa.bindparam("user")
    organisation = sa.select(Training.organisation_id).where(Training.id == training).scalar_subquery()
    nothing: sa.ColumnClause[str] = sa.literal_column("''")
    return sa.union_all(
        sa.select(
            sa.literal_column("'status'").label("kind"),
            tally.status.label("key"),
            nothing.label("zh"),
            nothing.label("en"),
            tally.people.label("number"),
        ).where(tally.training_id == training),
        sa.select(
            sa.literal_column("'category'"),
            sa.cast(category.position, sa.String),
            category.name_zh,
            category.name_en,
            category.id,
        ).where(category.training_id == training),
        sa.select(
            sa.literal_column("'group'"), groups.c.name, nothing, nothing, sa.literal_column("0")
        ).where(groups.c.name != ""),
        sa.select(
            sa.literal_column("'columns'"),
            sa.cast(chosen.use, sa.String),
            chosen.columns,
            nothing,
            sa.literal_column("0"),
        ).where(chosen.user_id == user),
        sa.select(
            sa.literal_column("'saved'"),
            saved.name,
            saved.query,
            sa.case((saved.training_id.is_(None), ""), else_="here"),
            saved.id,
        ).where(
            saved.user_id == user,
            saved.organisation_id == organisation,
            sa.or_(saved.training_id.is_(None), saved.training_id == training),
        ),
    )


def group_names(session: Session, training_id: int) -> list[str]:
    """The groups that a training's people are in."""
    groups = _groups()
    wanted = sa.select(groups.c.name).where(groups.c.name != "")
    return sorted(session.connection().scalars(wanted, {"training": training_id}), key=natural_key)


def _groups() -> sa.CTE:
    # One look into the index for each group; DISTINCT would read every row.
    of_training = _R.c.training_id == sa.bindparam("training")
    first = sa.select(sa.func.min(_R.c.group_name).label("name")).where(of_training)
    found = first.cte("groups", recursive=True)
    following = (
        sa.select(sa.func.min(_R.c.group_name))
        .where(of_training, _R.c.group_name > found.c.name)
        .correlate(found)
        .scalar_subquery()
    )
    return found.union_all(sa.select(following).where(found.c.name.is_not(None)))
