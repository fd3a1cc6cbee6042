"""How somebody looks at rosters. It changes nothing that others see, so the audit trail does not tell of it."""

from collections.abc import Iterable

import sqlalchemy as sa

from trainingmgr.domain.person import clean_text
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.roster_column import DEFAULTS, ColumnUse, RosterColumn
from trainingmgr.extensions import transaction
from trainingmgr.models import ColumnChoice, SavedFilter
from trainingmgr.queries.upsert import upsert
from trainingmgr.services.roster import _records as records

MOST_FILTERS = 30
NAME_LIMIT = 40
QUERY_LIMIT = 600


def choose_columns(user_id: int, use: ColumnUse, columns: Iterable[RosterColumn]) -> None:
    """Remember which columns a user wants. Those that everybody has at first are not remembered."""
    chosen = tuple(columns)
    with transaction() as session:
        if chosen == DEFAULTS[use]:
            session.execute(
                sa.delete(ColumnChoice).where(ColumnChoice.user_id == user_id, ColumnChoice.use == use)
            )
            return
        row = {"user_id": user_id, "use": use, "columns": ",".join(chosen)}
        upsert(session, ColumnChoice, ("user_id", "use"), [row])


def save_filter(user_id: int, training_id: int, name: str, query: str, *, everywhere: bool = False) -> None:
    """Keep filters under a name, for this training or for all of its organisation; the name's old ones give way.

    `query` is what the list's address holds behind its question mark. Raises Refusal `view.name_missing`,
    `view.nothing_set`, `view.too_many` (limit), `too_long`; NotFound.
    """
    wanted = clean_text(name, NAME_LIMIT)
    if not wanted:
        raise Refusal("view.name_missing")
    if not query or len(query) > QUERY_LIMIT:
        raise Refusal("view.nothing_set")
    with transaction() as session:
        training = records.the_training(session, training_id)
        place = SavedFilter.training_id.is_(None) if everywhere else SavedFilter.training_id == training_id
        mine = [SavedFilter.user_id == user_id, SavedFilter.organisation_id == training.organisation_id]
        session.execute(sa.delete(SavedFilter).where(*mine, place, SavedFilter.name == wanted))
        kept = session.scalar(sa.select(sa.func.count()).select_from(SavedFilter).where(*mine, place)) or 0
        if kept >= MOST_FILTERS:
            raise Refusal("view.too_many", limit=MOST_FILTERS)
        session.add(
            SavedFilter(
                user_id=user_id,
                organisation_id=training.organisation_id,
                training_id=None if everywhere else training_id,
                name=wanted,
                query=query,
            )
        )


def drop_filter(user_id: int, filter_id: int) -> None:
    """Forget saved filters. Raises NotFound for those of somebody else."""
    with transaction() as session:
        row = session.get(SavedFilter, filter_id)
        if row is None or row.user_id != user_id:
            raise NotFound("not_found")
        session.delete(row)
