"""Whether days abreast fit on a sheet of A4: their lines are counted as the style sheet sets them in print.

Where they do not, the days are printed one below the other, which may go on over pages.
"""

import unicodedata
from collections.abc import Iterable

from trainingmgr.http.locale import language, pick
from trainingmgr.queries.schedule import Entry

# Millimetres: what a landscape sheet has for the days, how wide they are together, and what a column loses to its frame.
_HEIGHT, _WIDTH, _FRAME = 150.0, 266.0, 6.5
# The lines of a session and the air below it; a title is set larger; a head over sessions that run at once.
_LINE = {"zh": 4.1, "en": 3.6}
_SIGN = {"zh": 3.0, "en": 2.65}
_AIR, _TITLE, _TOGETHER, _BAND = 1.9, 1.2, 6.5, 2.8


def fits_abreast(days: int, bands: Iterable[Iterable[tuple[tuple[Entry, ...], ...]]]) -> bool:
    """Whether so many days fit beside each other. `bands` are the half-days, each with the blocks of every day."""
    room = (_WIDTH / days - _FRAME) / _SIGN[language()]
    return sum(_BAND + max((_half_day(blocks, room) for blocks in of), default=0) for of in bands) <= _HEIGHT


def _half_day(blocks: tuple[tuple[Entry, ...], ...], room: float) -> float:
    return sum(
        sum(_entry(entry, room) for entry in block) + (_TOGETHER if len(block) > 1 else 0) for block in blocks
    )


def _entry(entry: Entry, room: float) -> float:
    english = language() == "en"
    # Meals and rides have their time and their title on one line.
    lines = float(entry.counts) + _TITLE * _lines(pick(entry.title_zh, entry.title_en), room)
    lines += bool(entry.groups)
    for part in entry.contributors:
        words = part.en if english else part.zh
        lines += _lines(words.name + words.of, room - 3)
        lines += _lines(pick(part.topic_zh, part.topic_en), room - 3)
    for stop in entry.stops:
        lines += _lines(
            pick(stop.district_zh, stop.district_en) + pick(stop.name_zh, stop.name_en), room - 1.5
        )
    text = pick(entry.description_zh, entry.description_en)
    lines += sum(_lines(part, room) for part in text.splitlines())
    lines += bool(entry.place_zh or entry.place_en or entry.counts)
    return lines * _LINE[language()] + _AIR


def _lines(text: str, room: float) -> int:
    """How many lines a text takes where so many signs stand on one; Latin letters are half as wide."""
    wide = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.5 for sign in text)
    return -int(-wide // room)
