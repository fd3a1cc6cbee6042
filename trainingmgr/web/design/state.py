"""What stands in the designer's form: the design, the item that is open, and what is wrong with what was typed.

The whole design travels with the form, so that nothing is lost when somebody else was first, and so
that undoing needs nobody's help.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec

from trainingmgr.domain.design import Align, Design, read_draft
from trainingmgr.domain.refusal import Refusal
from trainingmgr.web.design.controls import (
    HEAD,
    Control,
    blocks,
    head_controls,
    item_controls,
    number,
    values_of,
)

_PATH = re.compile(r"(?P<reason>.*?) - at `\$(?P<path>[^`]*)`$", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
GUIDES = ("across", "down")


@dataclass
class State:
    """`errors` are refusals by the name of the control that they are about."""

    design: Design
    opened: int | None = None
    errors: dict[str, Refusal] = field(default_factory=dict)


def posted(form: Mapping[str, str]) -> State:
    """The state of a posted form. What was typed wrong is in `errors`, and the design has what was there before.

    Raises what `read_draft` raises for a design that no form of ours has sent.
    """
    base = read_draft(form.get("design", ""))
    state = State(base)
    opened = _counted(form.get("open", ""))
    if 1 <= opened <= len(base.items):
        state.opened = opened
    if "typed" in form:
        _overlay(state, form)
    return state


def _counted(text: str) -> int:
    """The small whole number that a text is; 0 for any other."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _overlay(state: State, form: Mapping[str, str]) -> None:
    before = msgspec.to_builtins(state.design)
    data = msgspec.to_builtins(state.design)
    for name, value in values_of(form, head_controls(state.design)).items():
        _put(data, name, value)
    for way in GUIDES:
        if f"guides.{way}" in form:
            data["guides"][way] = _numbers(form[f"guides.{way}"])
    prefix = ""
    if state.opened is not None:
        prefix = f"items.{state.opened - 1}."
        for name, value in values_of(form, opened_controls(state)).items():
            _put(data, prefix + name, value)
    for _ in count():
        try:
            state.design = msgspec.convert(data, Design)
        except msgspec.ValidationError as error:
            path, refusal = _fault(str(error))
            place = _settle(data, before, path)
            state.errors[place.removeprefix(prefix) if prefix else place] = refusal
        else:
            return


def opened_controls(state: State) -> list[Control]:
    """The controls of the open item, those of its words with them."""
    if state.opened is None:
        return []
    item = state.design.items[state.opened - 1]
    found = item_controls(item)
    for block in blocks(item):
        found += block.more
        for part in block.parts:
            found += [part.words, *part.more]
    return found


def _numbers(text: str) -> list[float | int | str]:
    return sorted((number(one) for one in re.split(r"[\s,，、;；]+", text) if one), key=_by_size)


def _by_size(value: float | str) -> float:
    return value if isinstance(value, int | float) else 0.0


def _put(data: Any, name: str, value: Any) -> None:
    *way, last = name.split(".")
    for step in way:
        data = data[int(step)] if isinstance(data, list | tuple) else data[step]
    data[last] = value


def _get(data: Any, way: list[str]) -> Any:
    for step in way:
        data = data[int(step)] if isinstance(data, list | tuple) else data[step]
    return data


def _settle(data: Any, before: Any, path: str) -> str:
    """Put what was there before back at a path; gives the name of its control."""
    way = [name or index for name, index in _STEP.findall(path)]
    if way[:1] == ["guides"]:
        way = way[:2]
    try:
        old = _get(before, way)
    except (KeyError, IndexError):
        raise Refusal("design.malformed", path=path, reason="") from None
    name = ".".join(way)
    _put(data, name, old)
    return name


_REASONS = (
    (re.compile(r"Expected `\w+` (?:>=|>) (\S+)$"), "design.too_little", "least"),
    (re.compile(r"Expected `\w+` (?:<=|<) (\S+)$"), "design.too_much", "most"),
    (re.compile(r"Expected `(?:str|array)` of length <= (\S+)$"), "design.too_long", "most"),
    (re.compile(r"Expected `str` matching regex (.*)$"), "design.not_a_colour", ""),
    (re.compile(r"Expected `(?:float|int)(.*)`, got"), "design.not_a_number", ""),
)


def _fault(message: str) -> tuple[str, Refusal]:
    match = _PATH.match(message)
    path, reason = (match["path"], match["reason"]) if match else ("", message)
    for pattern, code, value in _REASONS:
        if found := pattern.match(reason):
            return path, Refusal(code, **({value: f"{float(found[1]):g}"} if value else {}))
    return path, Refusal("design.not_a_choice")


# -- what a button does


def act(state: State, do: str, asset: str | None = None) -> None:
    """Do what a button of the form says, such as `add:text`, `up:3` or `run:add:0`; other words do nothing.

    `asset` is the picture that a new item shows.
    """
    name, _, rest = do.partition(":")
    if name == "add":
        _add(state, rest, asset)
    elif name == "close":
        state.opened = None
    elif name in {"paragraph", "run"}:
        _change_words(state, name, *rest.partition(":")[::2])
    elif name in {"open", "up", "down", "delete", "copy"}:
        at = _counted(rest) - 1
        if 0 <= at < len(state.design.items):
            _act_on_item(state, name, at)


def _act_on_item(state: State, name: str, at: int) -> None:
    items = list(state.design.items)
    match name:
        case "open":
            state.opened = at + 1
            return
        case "delete":
            del items[at]
            opened = state.opened
            state.opened = None if opened is None or opened == at + 1 else opened - (opened > at + 1)
        case "copy":
            shift = min(5.0, state.design.paper.width - items[at].x - items[at].width)
            items.insert(at + 1, msgspec.structs.replace(items[at], x=items[at].x + max(shift, 0.0)))
            state.opened = at + 2
        case "up" | "down":
            to = at + (1 if name == "down" else -1)
            if not 0 <= to < len(items):
                return
            items[at], items[to] = items[to], items[at]
            moved = {at + 1: to + 1, to + 1: at + 1}
            state.opened = moved.get(state.opened or 0, state.opened)
    _set_items(state, items)


def _set_items(state: State, items: list[Any]) -> None:
    data = msgspec.to_builtins(state.design)
    data["items"] = msgspec.to_builtins(items)
    # Read anew, since a design has limits of its own.
    state.design = read_draft(msgspec.json.encode(data))


_NEW: dict[str, dict[str, Any]] = {
    "text": {
        "width": 120.0,
        "height": 20.0,
        "align": Align.CENTRE.value,
        "paragraphs": [{"runs": [{"text": "{holder_name}"}]}],
    },
    "picture": {"width": 40.0, "height": 40.0},
    "signature": {"width": 45.0, "height": 18.0},
    "seal": {"width": 40.0, "height": 40.0},
    "qr": {"width": 30.0, "height": 30.0},
    "photo": {"width": 25.0, "height": 35.0},
    "shape": {"width": 80.0, "height": 1.0},
}


def _add(state: State, kind: str, asset: str | None) -> None:
    given = _NEW.get(kind)
    if given is None:
        return
    if kind in {"picture", "signature"}:
        if asset is None:
            raise Refusal("design.no_picture")
        given = given | {"asset": asset}
    paper = state.design.paper
    given = given | {"width": min(given["width"], paper.width), "height": min(given["height"], paper.height)}
    place = {
        "x": round((paper.width - given["width"]) / 2, 2),
        "y": round((paper.height - given["height"]) / 2, 2),
    }
    _set_items(state, [*state.design.items, {"type": kind, **given, **place}])
    state.opened = len(state.design.items)


def _change_words(state: State, what: str, how: str, where: str) -> None:
    """`paragraph:add`, `paragraph:delete:1`, `run:add:1` or `run:delete:1.0`, counted from 0."""
    if state.opened is None:
        return
    items = msgspec.to_builtins(state.design.items)
    paragraphs = items[state.opened - 1].get("paragraphs")
    if paragraphs is None:
        return
    paragraphs = items[state.opened - 1]["paragraphs"] = [
        paragraph | {"runs": list(paragraph["runs"])} for paragraph in paragraphs
    ]
    try:
        if what == "paragraph" and how == "add":
            paragraphs.append({"runs": [{"text": ""}]})
        elif what == "paragraph" and len(paragraphs) > 1:
            del paragraphs[int(where)]
        elif what == "run" and how == "add":
            paragraphs[int(where)]["runs"].append({"text": ""})
        elif what == "run":
            at, run = (int(one) for one in where.split("."))
            if len(paragraphs[at]["runs"]) > 1:
                del paragraphs[at]["runs"][run]
    except (ValueError, IndexError):
        return
    _set_items(state, items)


def writes_head(name: str) -> bool:
    """Whether a control is the design's own, not an item's."""
    return name.partition(".")[0] in {*HEAD, "guides"}
