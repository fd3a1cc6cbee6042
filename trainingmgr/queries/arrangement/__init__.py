"""Groups, buses, rooms and tables of a training, with who is in which and what is wished."""

from trainingmgr.queries.arrangement.places import Place, count_without, place_name, places_of
from trainingmgr.queries.arrangement.plan import Holder, Member, Plan, Wish, traits_of
from trainingmgr.queries.arrangement.reading import holders, members, plan, ranks, state
from trainingmgr.queries.arrangement.tables import PLACE_OF, TABLES

__all__ = [
    "PLACE_OF",
    "TABLES",
    "Holder",
    "Member",
    "Place",
    "Plan",
    "Wish",
    "count_without",
    "holders",
    "members",
    "place_name",
    "places_of",
    "plan",
    "ranks",
    "state",
    "traits_of",
]
