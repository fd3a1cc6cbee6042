"""Files as offices send them, for the browser to upload."""

from pathlib import Path

import xlsxwriter

PEOPLE = ["阿依古丽·买买提", "欧阳小明", "王建国"]


def office_workbook(path: Path) -> Path:
    """A roster with a title over merged cells, spaced names and headers, a note below the table."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("报名表")
    sheet.merge_range(0, 0, 0, 4, "基层治理实务培训班报名表")
    sheet.write_row(2, 0, ["序号", "姓 名", "工作单位", "职务", "手机号码"])
    rows = [
        ("1", "阿依古丽•买买提", "新疆维吾尔自治区民政厅", "处长", "138 0013 8000"),
        ("2", "欧阳小明", "四川省民政厅", "副处长", "+86 139-0013-9000"),
        ("3", "王 建 国", "成都市民政局", "科长", "１３７００１３７０００"),
    ]
    for number, row in enumerate(rows, start=3):
        sheet.write_row(number, 0, row)
    sheet.write(7, 0, "注：请于5月1日前报送。")
    book.close()
    return path
