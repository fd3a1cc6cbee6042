"""One roster with every kind of row that offices get wrong, each with what it must come to."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl

from tests.rosters import id_number

HEADER = ("序号", "姓 名", "工作单位", "职务", "手机号码", "证件号码", "性别", "备注")
TITLE = "全国社区治理和服务创新实验区示范培训班学员名册"
NEW, CHANGED, TO_CORRECT, PASSED_OVER = "New", "Changed", "To correct", "passed over"
WRONG_DIGIT = id_number(101)[:17] + ("1" if id_number(101)[17] != "1" else "2")


@dataclass(frozen=True)
class Case:
    """A row of the file: what is wrong with it, its cells, what it must come to, and what the preview must say of it.

    `unit_goes_on`: its unit is merged with that of the row above. `doubtful`: it is taken, and asks to be looked at.
    """

    kind: str
    cells: Sequence[Any]
    verdict: str
    said: tuple[str, ...] = ()
    unit_goes_on: bool = False
    doubtful: bool = False


def person(name: object, unit: object = "甲市民政局", post: object = "处长", phone: object = None,
           number: object = None, sex: object = None, note: object = None) -> tuple[object, ...]:  # fmt: skip
    return (name, unit, post, phone, number, sex, note)


CASES: tuple[Case, ...] = (
    Case("full-width digits", person("全宽", phone="１３８００１３８００１", number="".join(chr(ord(c) + 0xFEE0) for c in id_number(1)[:17]) + id_number(1)[17]),
         NEW, ("全宽", "138 0013 8001", "110***********" + id_number(1)[-4:])),
    Case("gaps in a name", person("李 　四", phone="13800138002"), NEW, ("李四",)),
    Case("an ID number kept as a number", person("钱科", number=int(id_number(3)[:17] + "4")), TO_CORRECT,
         ("ID number: The spreadsheet turned this number into a rounded one",)),
    Case("a wrong check digit", person("孙校", number=WRONG_DIGIT), TO_CORRECT, ("ID number: The check digit of the ID number is wrong",)),
    Case("an ID number of 15 digits", person("周旧", number="110105800307001"), TO_CORRECT, ("ID number: ID numbers of 15 digits",)),
    Case("a passport", person("John  Smith", number="e 1234567"), NEW, ("John Smith", "E****567")),
    Case("a residence permit of Hong Kong", person("吴港", number=id_number(5, region="810000")), NEW, ("810***********",)),
    Case("a residence permit of Macau", person("郑澳", number=id_number(7, region="820000")), NEW, ("820***********",)),
    Case("a residence permit of Taiwan", person("王台", number=id_number(9, region="830000")), NEW, ("830***********",)),
    Case("a landline with an extension", person("冯座", phone="028-86612345转801"), NEW, ("028 8661 2345-801",)),
    Case("+86 and dashes", person("陈杠", phone="+86-138-0013-8011"), NEW, ("138 0013 8011",)),
    Case("two phones in one cell", person("褚双", phone="028-86612346/13800138012"), NEW,
         ("138 0013 8012", "Phone: More than one number stands in the cell; the others go into the note: 028 8661 2346"), doubtful=True),
    Case("a post behind the name", person("卫名（处长）", post=None), NEW, ("卫名 ", "处长", "“处长” stood behind the name"), doubtful=True),
    Case("a word behind the name", person("蒋队（领队）", post="科员"), NEW, ("蒋队 ", "“领队” stood behind the name"), doubtful=True),
    Case("a post run on to the name", person("沈三处长"), NEW, ("“沈三处长” is unusual for a name",), doubtful=True),
    Case("another dot in a name", person("阿不都•热西提"), NEW, ("阿不都·热西提",)),
    Case("a long name", person("阿卜杜热合曼・阿卜力孜・麦麦提依明・热西提"), NEW, ("阿卜杜热合曼·阿卜力孜·麦麦提依明·热西提",)),
    Case("traditional characters", person("張偉國"), NEW, ("張偉國",)),
    Case("a number where text is usual, and text for a number", person("韩数", phone=13800138019, number=id_number(11)), NEW,
         ("138 0013 8019", "110***********" + id_number(11)[-4:])),
    Case("a date for a phone", person("杨日", phone=date(2019, 10, 30)), TO_CORRECT, ("Phone: “2019-10-30” is a date, no telephone number",)),
    Case("a formula that became text", person("朱式", unit="=VLOOKUP(B2,单位!A:B,2,0)"), NEW, ("looks like a formula and is taken as text",), doubtful=True),
    Case("an error of the spreadsheet", person("秦错", unit="#N/A"), TO_CORRECT, ("Unit: The cell shows an error of the spreadsheet (#N/A)",)),
    Case("tabs and line breaks", person("尤行\t\n", unit="乙市\n民政局\t", phone="13800138022\n"), NEW, ("尤行", "乙市民政局", "138 0013 8022")),
    Case("one person twice with two phones", person("许重", phone="13800138023"), TO_CORRECT, ("The same person stands in row {next} too",)),
    Case("the same person again", person("许 重", phone="13900139023"), TO_CORRECT, ("The same person stands in row {before} too",)),
    Case("a namesake of one unit", person("何同", unit="甲市民政局", phone="13800138025"), NEW, ("何同",)),
    Case("a namesake of another unit", person("何同", unit="乙市民政局", phone="13800138026"), NEW, ("何同",)),
    Case("on the roster with other values", person("吕在", post="局长", phone="13800138027"), CHANGED, ("Post: 科员 → 局长", "Phone: 138 0013 9999 → 138 0013 8027")),
    Case("characters of no width", person("施\u200b零\ufeff", phone="\u202a13800138028\u202c"), NEW, ("施零", "138 0013 8028")),
    Case("the header again", HEADER, PASSED_OVER, ("the header again",)),
    Case("the page's title again", (TITLE,), PASSED_OVER, ("above the table",)),
    Case("a page's number", ("第 2 页，共 3 页",), PASSED_OVER, ("a note",)),
    Case("an empty row in the middle", (), PASSED_OVER),
    Case("the first of a merged unit", person("张合", unit="丙省民政厅"), NEW, ("丙省民政厅",)),
    Case("the second of a merged unit", person("孔合", unit=None), NEW, ("丙省民政厅",), unit_goes_on=True),
    Case("the third of a merged unit", person("曹合", unit=None), NEW, ("丙省民政厅",), unit_goes_on=True),
    Case("the word for as above", person("严同", unit="同上", post="〃"), NEW, ("丙省民政厅", "处长")),
    Case("a mobile of ten digits", person("华短", phone="1380013803"), TO_CORRECT, ("Phone: “1380013803” is no telephone number",)),
    Case("a landline without its area code", person("金本", phone="86612345"), TO_CORRECT, ("Phone: The area code of “86612345” is missing",)),
    Case("words around a phone", person("魏微", phone="手机：13800138034（微信同号）"), NEW, ("138 0013 8034",)),
    Case("two people in one cell", person("陶一、姜二"), TO_CORRECT, ("Name: Two people stand in one cell",)),
    Case("one for several", person("戚三等5人"), TO_CORRECT, ("Name: Two people stand in one cell",)),
    Case("no name", person(None, phone="13800138037"), TO_CORRECT, ("Name: The name is missing",)),
    Case("columns that slipped", person("13800138038", phone="谢移"), TO_CORRECT, ("Name: “13800138038” is no name", "Phone: “谢移” is no telephone number")),
    Case("a cross for the X", person("邹叉", number=next(one for order in range(1, 99) if (one := id_number(order, born=date(1981, 1, 1)))[17] == "X")[:17] + "×"),
         NEW, ("110***********",)),
    Case("neither sex struck out", person("喻性", sex="男/女"), TO_CORRECT, ("Sex: “男/女” was not understood",)),
    Case("a sex against the ID number", person("柏性", number=id_number(13), sex="女"), NEW, ("Sex: The ID number says otherwise",), doubtful=True),
    Case("a dash for nothing", person("水无", phone="——", number="无"), NEW, ("水无",)),
    Case("a sum", ("合计", "48人"), PASSED_OVER, ("a note",)),
    Case("whoever filled in", ("填表人：王小明　联系电话：028-86612345",), PASSED_OVER, ("a note",)),
)  # fmt: skip
FIRST_ROW = 4


def row_of(case: Case) -> int:
    """The row in which the file has this case."""
    return FIRST_ROW + CASES.index(case)


def workbook(cases: Sequence[Case] = CASES) -> bytes:
    """The file: a title, who sends it, the header, then the cases in their order."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([TITLE])
    page.append(["报送单位（盖章）：丙省民政厅", None, None, None, "报送日期：", date(2019, 10, 20)])
    page.append(list(HEADER))
    page.merge_cells("A1:H1")
    number, merged = 0, 0
    for row, case in enumerate(cases, FIRST_ROW):
        own = case.verdict != PASSED_OVER
        number += own
        cells = [number, *case.cells] if own else list(case.cells)
        for column, value in enumerate(cells, 1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                # Text that looks like a formula is text here, as where a column was set to text.
                cell.data_type = "s"
        merged = merged + 1 if case.unit_goes_on else 0
        ends = row - FIRST_ROW + 1 == len(cases) or not cases[row - FIRST_ROW + 1].unit_goes_on
        if merged and ends:
            page.merge_cells(start_row=row - merged, end_row=row, start_column=3, end_column=3)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
