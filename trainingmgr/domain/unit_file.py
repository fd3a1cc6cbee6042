"""Reading a list of units (单位名录): what a file says of each, nothing of what it has no cell for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.domain.person import clean_email, clean_phone, clean_text, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table, without_apostrophe
from trainingmgr.domain.unit import UnitType, clean_division_code, clean_uscc, key_of

HEADER_WITHIN = 30


class UnitField(StrEnum):
    """What a column of the list may hold; the values are columns of `Unit` but for parent and aliases."""

    NAME = "name"
    NAME_EN = "name_en"
    PARENT = "parent"
    TYPE = "type"
    REGION = "region"
    DIVISION_CODE = "division_code"
    USCC = "uscc"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"
    CONTACT_EMAIL = "contact_email"
    ALIASES = "aliases"


_WORDS: Mapping[UnitField, str] = {
    UnitField.NAME: "单位名称 单位 单位全称 名称 机构名称 nameoftheunit unit unitname name organisation organization",
    UnitField.NAME_EN: "英文名称 单位英文名称 英文名 nameinenglish englishname",
    UnitField.PARENT: "上级单位 主管单位 隶属单位 standsunder parent parentunit",
    UnitField.TYPE: "类型 单位类型 单位类别 类别 type",
    UnitField.REGION: "所在地区 地区 所属地区 行政区划 region",
    UnitField.DIVISION_CODE: "行政区划代码 区划代码 divisioncode",
    UnitField.USCC: "统一社会信用代码 社会信用代码 信用代码 unifiedsocialcreditcode uscc creditcode",
    UnitField.CONTACT_NAME: "联系人 推荐工作联系人 联系人姓名 contactperson contact",
    UnitField.CONTACT_PHONE: "电话 联系电话 联系人电话 手机 手机号码 phone telephone mobile",
    UnitField.CONTACT_EMAIL: "邮箱 电子邮箱 电子邮件 联系人邮箱 mailaddress mail email e-mail",
    UnitField.ALIASES: "其他名称 别名 曾用名 简称 其他名称和曾用名 othernames aliases otherandoldnames",
}
_FIELDS = {word: field for field, words in _WORDS.items() for word in words.split()}
_TYPES: Mapping[UnitType, str] = {
    UnitType.MINISTRY: "部委|国家部委|Ministry",
    UnitType.DEPARTMENT: "部委司局|司局|Department of a ministry",
    UnitType.PROVINCIAL: "省级厅（局）|省级|省级部门|Provincial department",
    UnitType.CITY: "市级局|市级|地市级|City bureau",
    UnitType.DISTRICT: "区（县）|区县|县级|District or county",
    UnitType.ASSOCIATION: "社会组织|协会|Social organisation",
    UnitType.MEDIA: "媒体|Media",
    UnitType.COMPANY: "企业|公司|Company",
    UnitType.COMMITTEE: "委员会|Committee",
    UnitType.OTHER: "其他|Other",
}
_TYPE_WORDS = {text_key(word): kind for kind, words in _TYPES.items() for word in words.split("|")}
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")


class UnitRow(NamedTuple):
    """One unit as a file gives it. `said` has the columns of `Unit` that it fills, `parent` is empty for none."""

    row: int
    name: str
    said: Mapping[str, str]
    parent: str
    aliases: tuple[str, ...]


class Problem(NamedTuple):
    """What is wrong with a row."""

    row: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What a file says, and what is to be corrected first."""

    rows: tuple[UnitRow, ...]
    problems: tuple[Problem, ...]


def has_header(table: Table) -> bool:
    """Tell whether the sheet has a heading with the names of units."""
    return _find_header(table) is not None


def read_unit_file(table: Table) -> UnitFile:
    """The rows below the heading. Raises Refusal `unit_file.no_header` (sheet) or `unit_file.no_rows`."""
    header = _find_header(table)
    if header is None:
        raise Refusal("unit_file.no_header", sheet=table.name)
    position, columns = header
    rows: list[UnitRow] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, cells in table.rows[position + 1 :]:
        said = {
            field: without_apostrophe(cells[at].strip()) if at < len(cells) else ""
            for field, at in columns.items()
        }
        try:
            row = _row(number, said)
            twin = first.setdefault(key_of(row.name), number)
            if twin != number:
                raise Refusal("unit_file.twice", name=row.name, other=twin)
            rows.append(row)
        except Refusal as refusal:
            problems.append(Problem(number, refusal))
    if not rows and not problems:
        raise Refusal("unit_file.no_rows")
    return UnitFile(tuple(rows), tuple(problems))


def _find_header(table: Table) -> tuple[int, dict[UnitField, int]] | None:
    for position, (_, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        columns: dict[UnitField, int] = {}
        for at, cell in enumerate(cells):
            field = _FIELDS.get(re.sub(r"[（(].*?[)）]|[\s:：*]", "", text_key(cell)))
            if field is not None:
                columns.setdefault(field, at)
        # A title above the table may say no more than "units".
        if UnitField.NAME in columns and (
            len(columns) > 1 or len([one for one in cells if one.strip()]) == 1
        ):
            return position, columns
    return None


def _type(text: str) -> str:
    found = _TYPE_WORDS.get(text_key(text))
    if found is None:
        raise Refusal("unit_file.bad_type", value=text[:40])
    return found.value


_CLEANERS: Mapping[UnitField, Callable[[str], str]] = {
    UnitField.NAME_EN: lambda text: clean_text(text, 200),
    UnitField.TYPE: _type,
    UnitField.REGION: lambda text: clean_text(text, 60),
    UnitField.DIVISION_CODE: clean_division_code,
    UnitField.USCC: clean_uscc,
    UnitField.CONTACT_NAME: lambda text: clean_text(text, 80),
    UnitField.CONTACT_PHONE: clean_phone,
    UnitField.CONTACT_EMAIL: clean_email,
}


def _row(number: int, said: Mapping[UnitField, str]) -> UnitRow:
    name = clean_text(said[UnitField.NAME], 120)
    if not name:
        raise Refusal("unit.name_missing")
    given = {field.value: clean(said[field]) for field, clean in _CLEANERS.items() if said.get(field)}
    names = (clean_text(one, 120) for one in _BETWEEN_NAMES.split(said.get(UnitField.ALIASES, "")))
    aliases = dict.fromkeys(one for one in names if one and one != name)
    return UnitRow(number, name, given, clean_text(said.get(UnitField.PARENT, ""), 120), tuple(aliases))
