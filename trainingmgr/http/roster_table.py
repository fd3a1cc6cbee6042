"""The roster as a file, in the words of the screen: the same table for the web and the command line."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.domain.person import IdType, Sex, mask_phone, show_phone
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.queries.roster import ExportRow

MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def header() -> list[str]:
    """The column heads, in the order of `cells`."""
    return [
        _("Name"),
        _("Latin name"),
        _("Sex"),
        _("Ethnic group"),
        _("Unit"),
        _("Post"),
        _("Category"),
        _("Group"),
        _("Phone"),
        _("Mail"),
        _("ID document"),
        _("ID number"),
        _("Status"),
        _("Note"),
    ]


def cells(rows: Iterable[ExportRow], *, phones: bool) -> Iterator[list[str]]:
    """The rows as text in the language of the screen; phones are masked unless `phones`."""
    sexes = {one.value: label(one) for one in Sex}
    documents = {one.value: label(one) for one in IdType}
    show = show_phone if phones else mask_phone
    for row in rows:
        yield [
            row.name,
            row.latin_name,
            sexes.get(row.sex, row.sex),
            row.ethnicity,
            row.unit,
            row.post,
            pick(row.category_zh, row.category_en),
            row.group,
            show(row.phone),
            row.email,
            documents.get(row.id_type, ""),
            row.id_number,
            label(row.status),
            row.note,
        ]


def roster_file(form: str, title: str, rows: Iterable[ExportRow], *, phones: bool) -> bytes:
    """The roster as `csv` or `xlsx`, every cell inert; `title` stands above a workbook's table."""
    body = cells(rows, phones=phones)
    if form == "csv":
        return write_csv(header(), body)
    return write_xlsx([OutSheet(_("Roster"), header(), body, title=title)])
