"""Demands on certain people, and the order of ranks."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from trainingmgr.domain.arrangement import FIRST_RANKS, ArrangementKind, Relation
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import ArrangementRank, ArrangementWish, ArrangementWishPerson
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked

_MOST_RANKS, _LONGEST = 30, 200


def add_wish(
    actor: Actor, training_id: int, kind: ArrangementKind, relation: Relation, people: Collection[int]
) -> int:
    """Ask that people be kept together, parted, or each alone in a room; gives the wish's id.

    Raises Refusal `arrangement.nobody`, `arrangement.two_needed` where keeping or parting is asked of one
    alone, `arrangement.alone_in_rooms` where somebody is to be alone elsewhere than in a room.
    """
    with transaction() as session:
        training = locked(session, training_id)
        known = queries.plan(session, training_id, kind).by_id
        chosen = sorted({one for one in people if one in known})
        if not chosen:
            raise Refusal("arrangement.nobody")
        if relation is Relation.ALONE and kind is not ArrangementKind.ROOM:
            raise Refusal("arrangement.alone_in_rooms")
        if relation is not Relation.ALONE and len(chosen) < 2:
            raise Refusal("arrangement.two_needed")
        wish = ArrangementWish(training_id=training_id, kind=kind, relation=relation)
        session.add(wish)
        session.flush()
        session.add_all(
            ArrangementWishPerson(wish_id=wish.id, registration_id=one, training_id=training_id)
            for one in chosen
        )
        audit.record(
            session,
            actor,
            "arrangement.wish_added",
            "training",
            training_id,
            training=training,
            kind=kind.value,
            relation=relation.value,
            people=len(chosen),
        )
        return wish.id


def remove_wish(actor: Actor, training_id: int, wish_id: int) -> None:
    """Drop a wish. Raises NotFound."""
    with transaction() as session:
        training = locked(session, training_id)
        wish = session.get(ArrangementWish, wish_id)
        if wish is None or wish.training_id != training_id:
            raise NotFound("not_found")
        audit.record(
            session,
            actor,
            "arrangement.wish_removed",
            "training",
            training_id,
            training=training,
            kind=wish.kind.value,
            relation=wish.relation.value,
        )
        session.delete(wish)


def set_ranks(actor: Actor, training_id: int, ranks: Sequence[str]) -> None:
    """Set the ranks of posts from high to low, each by its words; none puts the first ones back.

    Raises Refusal `arrangement.too_many_ranks` (most), `arrangement.rank_too_long` (most).
    """
    wanted = [" ".join(line.split()) for line in ranks if line.strip()]
    if len(wanted) > _MOST_RANKS:
        raise Refusal("arrangement.too_many_ranks", most=_MOST_RANKS)
    if any(len(line) > _LONGEST for line in wanted):
        raise Refusal("arrangement.rank_too_long", most=_LONGEST)
    if wanted == list(FIRST_RANKS):
        wanted = []
    with transaction() as session:
        training = locked(session, training_id)
        session.execute(sa.delete(ArrangementRank).where(ArrangementRank.training_id == training_id))
        session.add_all(
            ArrangementRank(training_id=training_id, position=position, words=words)
            for position, words in enumerate(wanted, 1)
        )
        audit.record(
            session,
            actor,
            "arrangement.ranks_set",
            "training",
            training_id,
            training=training,
            number=len(wanted),
        )
