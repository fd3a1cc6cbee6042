"""Handing issued papers over: the orders in which they are printed, and what a scanner types at the desk."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.person import pinyin_key

_T = TypeVar("_T")
_IN_QR = re.compile(r"/v/([^/?#\s]+)")


class PaperOrder(StrEnum):
    """How a pile of papers is sorted."""

    SERIAL = "serial"
    UNIT = "unit"
    GROUP = "group"


class Place(NamedTuple):
    """Where the holder of a paper belongs; empty where that is nowhere."""

    unit: str = ""
    group: str = ""

    def pile(self, order: PaperOrder) -> str:
        """What the papers that lie together have in common."""
        if order is PaperOrder.UNIT:
            return self.unit
        return self.group if order is PaperOrder.GROUP else ""


def in_order(papers: Sequence[_T], place_of: Callable[[_T], Place], order: PaperOrder) -> list[_T]:
    """`papers`, which come by serial, in piles by unit or group; whoever belongs to none comes last."""
    piles: dict[str, list[_T]] = {}
    for paper in papers:
        piles.setdefault(place_of(paper).pile(order), []).append(paper)
    key = pinyin_key if order is PaperOrder.UNIT else natural_key
    names = sorted(piles, key=lambda pile: (not pile, key(pile), pile))
    return [paper for name in names for paper in piles[name]]


def words_typed(text: str) -> list[str]:
    """The words to search for in what was typed or scanned: the address in a QR stands for its serial."""
    found = _IN_QR.search(text)
    return (unquote(found[1]) if found else text).casefold().split()[:8]
