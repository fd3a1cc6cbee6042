"""The roster as a file, in the words of the screen: the same table for the web and the command line."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.documents.vcard import Contact, write_vcards
from trainingmgr.domain.person import IdType, Sex, mask_phone, name_parts, show_phone
from trainingmgr.domain.roster_column import FILE_COLUMNS, RosterColumn
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import local
from trainingmgr.queries.roster import ExportRow

MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
}
_C = RosterColumn


def header(columns: Iterable[RosterColumn] = FILE_COLUMNS) -> list[str]:
    """The column heads, in the order of `cells`."""
    return [_("Name"), *map(label, columns)]


def cells(
    rows: Iterable[ExportRow],
    columns: Sequence[RosterColumn] = FILE_COLUMNS,
    *,
    phones: bool,
    zone: str = "Asia/Shanghai",
) -> Iterator[list[str]]:
    """The rows as text in the language of the screen, moments in `zone`; phones are masked unless `phones`."""
    told = _telling(phones=phones, zone=zone)
    ways = [told[one] for one in columns]
    for row in rows:
        yield [row.name, *(way(row) for way in ways)]


def _telling(*, phones: bool, zone: str) -> dict[RosterColumn, Callable[[ExportRow], str]]:
    sexes = {one.value: label(one) for one in Sex}
    documents = {one.value: label(one) for one in IdType}
    show = show_phone if phones else mask_phone

    def moment(at: datetime | None) -> str:
        return f"{local(at, zone):%Y-%m-%d %H:%M}" if at else ""

    return {
        _C.LATIN_NAME: lambda row: row.latin_name,
        _C.SEX: lambda row: sexes.get(row.sex, row.sex),
        _C.ETHNICITY: lambda row: row.ethnicity,
        _C.UNIT: lambda row: row.unit,
        _C.NOMINATED_BY: lambda row: row.nominated_by,
        _C.POST: lambda row: row.post,
        _C.CATEGORY: lambda row: pick(row.category_zh, row.category_en),
        _C.GROUP: lambda row: row.group,
        _C.BUS: lambda row: row.bus,
        _C.ROOM: lambda row: row.room,
        _C.TABLE: lambda row: row.table,
        _C.PHONE: lambda row: show(row.phone),
        _C.EMAIL: lambda row: row.email,
        _C.ID_TYPE: lambda row: documents.get(row.id_type, ""),
        _C.ID_NUMBER: lambda row: row.id_number,
        _C.STATUS: lambda row: label(row.status),
        _C.REASON: lambda row: row.reason,
        _C.ARRIVED: lambda row: moment(row.arrived_at),
        _C.REGISTERED: lambda row: moment(row.registered_at),
        _C.NOTE: lambda row: row.note,
    }


def roster_file(
    form: str,
    title: str,
    rows: Iterable[ExportRow],
    columns: Sequence[RosterColumn] = FILE_COLUMNS,
    *,
    phones: bool,
    zone: str = "Asia/Shanghai",
) -> bytes:
    """The roster as `csv` or `xlsx`, every cell inert; `title` stands above a workbook's table."""
    body = cells(rows, columns, phones=phones, zone=zone)
    if form == "csv":
        return write_csv(header(columns), body)
    return write_xlsx([OutSheet(_("Roster"), header(columns), body, title=title)])


def vcards(rows: Iterable[ExportRow], columns: Collection[RosterColumn], book: str, version: str) -> bytes:
    """The roster as contacts for a telephone, of the facts in `columns`; `book` is the category that all bear."""
    return write_vcards((_contact(row, columns, book) for row in rows), version)


def _contact(row: ExportRow, columns: Collection[RosterColumn], book: str) -> Contact:
    def wanted(column: RosterColumn, value: str) -> str:
        return value if column in columns else ""

    family, given = name_parts(row.name)
    further = (
        wanted(_C.CATEGORY, pick(row.category_zh, row.category_en)),
        wanted(_C.GROUP, row.group),
    )
    return Contact(
        uid=f"trainingmgr:{row.uid}",
        name=row.name,
        family=family,
        given=given,
        sort_as=tuple(row.pinyin.split(" ", 1)),
        unit=wanted(_C.UNIT, row.unit),
        post=wanted(_C.POST, row.post),
        phone=wanted(_C.PHONE, row.phone),
        email=wanted(_C.EMAIL, row.email),
        sex=wanted(
            _C.SEX, {Sex.MALE: "M", Sex.FEMALE: "F"}.get(Sex(row.sex), "") if row.sex in set(Sex) else ""
        ),
        categories=tuple(one for one in (book, *further) if one),
        note=wanted(_C.NOTE, row.note),
    )
