"""Everybody's answers as a file, in the words of the screen."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.domain.registration_form import FormDefinition, Part, every_part
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_words import part_label, value_words
from trainingmgr.queries.registration_answer import AnswerRow

_SEALED = "••••••"


def answer_file(form: str, title: str, definition: FormDefinition, rows: Sequence[AnswerRow]) -> bytes:
    """The answers as `csv` or `xlsx`: a column for each box that anybody filled in; what is sealed is masked."""
    filled_in = {key for row in rows for key in row.answers}
    boxes = [(key, part) for key, part in every_part(definition) if part.key in filled_in]
    header = [_("Name"), _("Unit"), _("Category"), _("Status")]
    header += [part_label(definition, key, part) for key, part in boxes]
    body = _lines(definition, boxes, rows)
    if form == "csv":
        return write_csv(header, body)
    return write_xlsx([OutSheet(_("Answers"), header, body, title=title)])


def _lines(
    definition: FormDefinition, boxes: Sequence[tuple[str, Part]], rows: Sequence[AnswerRow]
) -> Iterator[list[str]]:
    for row in rows:
        line = [row.name, row.unit, pick(row.category_zh, row.category_en), label(row.status)]
        for key, part in boxes:
            value = row.answers.get(part.key, "")
            line.append(_SEALED if value is None else value and value_words(definition, key, part, value))
        yield line
