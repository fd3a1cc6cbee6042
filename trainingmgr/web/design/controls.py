"""What can be set about a design, as fields of a form: their names are the paths of the data.

`size` is the open item's, `paragraphs.0.runs.1.text` a part of its text, `paper.width` the design's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from flask_babel import LazyString
from msgspec import Meta, Struct

from trainingmgr.domain.design import AnyItem, Design, Paragraph, Run, TextItem
from trainingmgr.http.labels import choices
from trainingmgr.web.design.words import SETTINGS

HEAD = ("paper", "background", "border")
_PLACE = ("x", "y", "width", "height")
_FIRST = (*_PLACE, "label", "signer", "asset", "shape", "size", "face", "align", "colour", "stroke", "fill")
_SELECTED_ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Control:
    """One field. `kind` is number, text, colour, words, choice, asset or check; `optional` may be left empty."""

    name: str
    label: LazyString
    kind: str
    value: Any
    optional: bool = False
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    choices: list[tuple[str, LazyString]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a text with its controls, the words first."""

    words: Control
    more: list[Control]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its runs."""

    parts: list[Part]
    more: list[Control]


def head_controls(design: Design) -> list[Control]:
    """The controls of paper, background and border."""
    return [control for name in HEAD for control in _controls(getattr(design, name), f"{name}.")]


def item_controls(item: AnyItem) -> list[Control]:
    """The controls of an item without its words, the most used first."""
    found = {control.name: control for control in _controls(item, "")}
    order = [*(name for name in _FIRST if name in found), *(name for name in found if name not in _FIRST)]
    return [found[name] for name in order]


def blocks(item: AnyItem) -> list[Block]:
    """The paragraphs of a text; nothing for other items."""
    if not isinstance(item, TextItem):
        return []
    return [_block(paragraph, f"paragraphs.{index}.") for index, paragraph in enumerate(item.paragraphs)]


def _block(paragraph: Paragraph, prefix: str) -> Block:
    parts = []
    for index, run in enumerate(paragraph.runs):
        words, *more = _controls(run, f"{prefix}runs.{index}.")
        parts.append(Part(words, more))
    return Block(parts, list(_controls(paragraph, prefix)))


def _controls(data: Struct, prefix: str) -> Iterator[Control]:
    for name, hint in get_type_hints(type(data), include_extras=True).items():
        shape = _shape(hint)
        if shape is None:
            continue
        kind, optional, meta, options = shape
        if name == _SELECTED_ASSET:
            kind = "asset"
        elif isinstance(data, Run) and name == "text":
            kind = "words"
        value = getattr(data, name)
        yield Control(
            name=prefix + name,
            label=SETTINGS.get(prefix + name, SETTINGS.get(name, LazyString(str, name))),
            kind=kind,
            value=value.value if isinstance(value, StrEnum) else value,
            optional=optional,
            least=meta.ge if meta.ge is not None else meta.gt,
            most=meta.le,
            longest=meta.max_length,
            choices=options,
        )


_Shape = tuple[str, bool, Meta, list[tuple[str, LazyString]]]


def _shape(hint: Any) -> _Shape | None:
    """Which control a type gets; None for what is no single value."""
    optional = False
    if isinstance(hint, UnionType) or get_origin(hint) is not Annotated:
        arguments = [one for one in get_args(hint) if one is not NoneType]
        if NoneType in get_args(hint) and len(arguments) == 1:
            optional, hint = True, arguments[0]
    meta = Meta()
    if get_origin(hint) is Annotated:
        hint, *metas = get_args(hint)
        meta = next((one for one in metas if isinstance(one, Meta)), meta)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "choice", optional, meta, choices(hint)
    if hint is bool:
        return "check", optional, meta, []
    if hint in {float, int}:
        return "number", optional, meta, []
    if hint is str:
        return "colour" if meta.pattern and "#" in meta.pattern else "text", optional, meta, []
    return None


def values_of(form: Mapping[str, str], controls: list[Control]) -> dict[str, Any]:
    """What a posted form says of these controls, by name; a number that is none stays the text that it is.

    A box that is not ticked is not posted, so all controls must have stood in the form.
    """
    found: dict[str, Any] = {}
    for control in controls:
        if control.kind == "check":
            found[control.name] = control.name in form
        elif control.kind == "colour" and control.optional and f"{control.name}.on" not in form:
            if control.name in form:
                found[control.name] = None
        elif control.name in form:
            found[control.name] = _value(control, form[control.name])
    return found


def number(text: str) -> float | int | str:
    """The number that a text is, or the text that is none."""
    try:
        found = round(float(text.replace(",", ".")), 3)
    except ValueError:
        return text
    if not isfinite(found):
        return text
    return int(found) if found.is_integer() else found


def _value(control: Control, text: str) -> Any:
    if control.kind == "words":
        return text.replace("\r\n", "\n")
    text = text.strip()
    if control.optional and not text:
        return None
    if control.kind == "number":
        return number(text)
    return text.lower() if control.kind == "colour" else text
