"""The boxes of a training's form as columns of a file, with the words that the screen has for them."""

from collections.abc import Collection

from flask_babel import force_locale

from trainingmgr.domain.registration_form import (
    FieldKey,
    FileBox,
    FormDefinition,
    Mode,
    Part,
    parts_of,
)
from trainingmgr.http.registration_words import part_label, value_words

_LOCALES = ("zh_Hans_CN", "en")


def built_in_parts(
    definition: FormDefinition, categories: Collection[int | None]
) -> list[tuple[FieldKey, Part]]:
    """The boxes of built-in fields that anybody of these categories is asked, but for those kept with the person."""
    return [
        (key, part)
        for key, field in definition.fields.items()
        if any(field.modes.of(category) is not Mode.OFF for category in categories)
        for part in parts_of(definition, key)
        if not part.personal
    ]


def built_in_boxes(definition: FormDefinition, categories: Collection[int | None]) -> list[FileBox]:
    """The same as columns, known by their words in either language."""
    return [_box(definition, key, part) for key, part in built_in_parts(definition, categories)]


def _box(definition: FormDefinition, key: FieldKey, part: Part) -> FileBox:
    headings: list[str] = []
    choices: dict[str, str] = {}
    for locale in _LOCALES:
        with force_locale(locale):
            headings.append(part_label(definition, key, part))
            choices |= {value_words(definition, key, part, value): value for value in part.values}
    return FileBox(part.key, part.kind, tuple(headings), choices)
