"""The blank roster that an office fills in."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

LAST_ROW = 2_000


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A further column: its heading, what is said of it, and what there is to choose from, if one may only choose."""

    heading: str
    explained: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    sheet: str
    help_sheet: str
    columns: tuple[tuple[str, int, str], ...]
    sexes: tuple[str, ...]
    documents: tuple[str, ...]
    help_title: str


_ZH = _Words(
    sheet="学员名单",
    help_sheet="填写说明",
    columns=(
        ("序号", 6, "可不填。"),
        ("姓名", 14, "必填。少数民族姓名中的间隔号写作“·”。"),
        ("工作单位", 34, "写单位全称；同一单位的写法应当一致。"),
        ("职务", 18, "写现任职务。"),
        ("手机号码", 18, "11 位手机号；座机写区号，境外号码写国家代码，如 +852 9123 4567。"),
        ("证件类型", 20, "从下拉列表中选；不填时，18 位号码按居民身份证或居住证识别。"),
        ("证件号码", 24, "按文本填写；本列已设为文本格式，请勿改为数字，否则后几位会丢失。"),
        ("性别", 8, "男或女。"),
        ("民族", 10, "如汉族、维吾尔族。"),
        ("英文姓名", 24, "用于英文证书；不填时按汉语拼音拼写。"),
        ("邮箱", 26, "可不填。"),
        ("类别", 24, "与培训班设置的学员类别名称一致。"),
        ("组别", 10, "可不填。"),
        ("备注", 30, "可不填。"),
    ),
    sexes=("男", "女"),
    documents=("居民身份证", "港澳台居民居住证", "护照", "其他"),
    help_title="每人一行，表头请保留；列的先后可以调整，不需要的列可以删去。",
)

_EN = _Words(
    sheet="Roster",
    help_sheet="How to fill in",
    columns=(
        ("No.", 6, "May stay empty."),
        ("Full name", 24, "Required. Chinese names in characters, others as in the passport."),
        ("Organisation", 34, "The full name, written the same way for everybody of one body."),
        ("Position", 22, "The present post."),
        ("Mobile", 20, "Mainland mobile, landline with area code, or with country code: +44 20 7946 0018."),
        ("ID type", 18, "Choose from the list; 18-digit numbers are recognised without it."),
        ("ID number", 24, "As text: this column is set to text so that no digit is lost. Keep it so."),
        ("Sex", 10, "Male or Female."),
        ("Ethnicity", 14, "May stay empty."),
        ("Latin name", 24, "For English certificates; spelt in pinyin where it is empty."),
        ("Email", 28, "May stay empty."),
        ("Category", 26, "One of the training's categories of participants."),
        ("Group", 10, "May stay empty."),
        ("Notes", 30, "May stay empty."),
    ),
    sexes=("Male", "Female"),
    documents=("Resident ID", "Residence permit", "Passport", "Other"),
    help_title="One row a person. Keep the headings; columns may be moved, and those not needed removed.",
)


# What a unit fills in about the people whom it names, in the order of the paper form.
_REPLY = (0, 1, 7, 8, 2, 3, 4, 5, 6, 10, 11, 13)
_SEX, _DOCUMENT, _CATEGORY = 7, 5, 11
_OWN_WIDTH = 22


def roster_template(language: str, categories: tuple[str, ...] = ()) -> bytes:
    """A blank roster workbook in `language` (`zh`, else English) with lists to choose from.

    Every column is set to text, so that a spreadsheet program keeps long numbers whole.
    `categories` are the names of the training's categories; without any the cell is free.
    """
    words = _ZH if language.startswith("zh") else _EN
    return _workbook(words, words.sheet, range(len(words.columns)), categories)


def reply_template(
    language: str,
    sheet: str,
    head: Sequence[str],
    categories: tuple[str, ...] = (),
    own: Sequence[OwnColumn] = (),
) -> bytes:
    """The form that a unit sends back (报名回执): `head` above the table, a row for each person below.

    Without `categories` to choose from there is no column for them. The columns `own` come last.
    """
    words = _ZH if language.startswith("zh") else _EN
    wanted = [at for at in _REPLY if at != _CATEGORY or categories]
    return _workbook(words, sheet, wanted, categories, head, own)


def _workbook(
    words: _Words,
    sheet: str,
    wanted: Sequence[int],
    categories: tuple[str, ...],
    head: Sequence[str] = (),
    own: Sequence[OwnColumn] = (),
) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    lists = {_DOCUMENT: words.documents, _SEX: words.sexes, _CATEGORY: categories}
    columns = [(*words.columns[at], lists.get(at, ())) for at in wanted]
    columns += [(one.heading, _OWN_WIDTH, one.explained, one.choices) for one in own]
    _write_page(book, book.add_worksheet(sheet), columns, head)
    guide = book.add_worksheet(words.help_sheet)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    guide.set_column(0, 0, 18)
    guide.set_column(1, 1, 80, wrap)
    guide.write_string(0, 0, words.help_title, bold)
    for row, (label, _width, explained, _choices) in enumerate(columns, 2):
        guide.write_string(row, 0, label, bold)
        guide.write_string(row, 1, explained, wrap)
    book.close()
    return out.getvalue()


def _write_page(
    book: xlsxwriter.Workbook,
    page: xlsxwriter.worksheet.Worksheet,
    columns: Sequence[tuple[str, int, str, tuple[str, ...]]],
    head: Sequence[str],
) -> None:
    heading = book.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#E3F1F0", "valign": "vcenter", "text_wrap": True}
    )
    text = book.add_format({"num_format": "@"})
    title = book.add_format({"bold": True, "font_size": 14})
    for row, line in enumerate(head):
        page.write_string(row, 0, line, text if row else title)
    top = len(head)
    for column, (label, width, _explained, _choices) in enumerate(columns):
        page.set_column(column, column, width, text)
        page.write_string(top, column, label, heading)
    page.set_row(top, 24)
    page.freeze_panes(top + 1, 2)
    for column, (_label, _width, _explained, choices) in enumerate(columns):
        # A list typed into a validation may hold 255 characters; longer ones stay free text.
        if choices and len(",".join(choices)) <= 255 and not any("," in one for one in choices):
            page.data_validation(
                top + 1,
                column,
                LAST_ROW,
                column,
                {"validate": "list", "source": list(choices), "ignore_blank": True},
            )
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
