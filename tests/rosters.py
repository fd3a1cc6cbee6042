"""Rosters as offices send them, built on the spot: the good ones, the sloppy ones and the hopeless ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date

import openpyxl

HEADER = ("序号", "姓名", "工作单位", "职务", "手机号码", "身份证号码")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(order: int = 1, *, region: str = "110105", born: date = date(1980, 3, 7)) -> str:
    """A well-formed invented ID number; an odd `order` (1 to 999) is a man's."""
    body = f"{region}{born:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


PEOPLE: list[Sequence[object]] = [
    (1, "陈一鸣", "四川省成都市民政局", "副局长", "13800138001", id_number(1)),
    (2, "阿卜杜拉·麦麦提", "新疆维吾尔自治区民政厅", "处长", "13800138002", id_number(3)),
    (3, "欧阳静", "北京市海淀区民政局", "局长", "13800138003", id_number(2)),
]
NAMES = [str(row[1]) for row in PEOPLE]


def xlsx(rows: Sequence[Sequence[object]], *, merge: Sequence[str] = (), sheet: str = "名单") -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cells in merge:
        page.merge_cells(cells)
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(rows: Sequence[Sequence[object]] = (HEADER, *PEOPLE), delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows)


def titled_and_annotated() -> bytes:
    """Title lines and merged cells above the header, empty rows inside, notes below."""
    return xlsx(
        [
            ("附件2",),
            ("全国社区治理和服务创新实验区示范培训班参训人员名册",),
            ("填报单位（盖章）：四川省民政厅", None, None, None, "填报日期：2019年10月20日"),
            HEADER,
            PEOPLE[0],
            (),
            PEOPLE[1],
            ("一、补报人员",),
            PEOPLE[2],
            (4,),
            (5,),
            ("合计", "3人"),
            ("填表说明：1.请如实填写。",),
            ("2.手机号码用于接收开班通知，请务必准确。",),
            ("联系人：", "王小明", None, None, "028-86612345"),
        ],
        merge=("A2:F2", "A14:F14"),
    )


def merged_units_and_two_headers() -> bytes:
    """A unit merged over its people's rows, and a header in two lines."""
    return xlsx(
        [
            ("序号", "姓 名", "工作单位", "联系方式", None),
            (None, None, None, "手　机", "电子\n邮箱"),
            (1, "陈一鸣", "四川省成都市民政局", "13800138001", "a@example.org"),
            (2, "李二虎", None, "13800138002", None),
            (3, "王三丰", "北京市民政局", "13800138003", None),
        ],
        merge=("A1:A2", "B1:B2", "C1:C2", "D1:E1", "C3:C4"),
    )


def sloppy_values() -> bytes:
    """Full-width digits, gaps in names, +86 and dashes, landlines, permits, passports."""
    return xlsx(
        [
            ("姓 名", "工作单位及职务", "联系电话", "证件类型", "证件号码", "性别"),
            ("张　三", "四川省成都市民政局　副局长", "＋８６　１３８－００１３－８００１", "身份证", "１１０１０５１９８００３０７００１" + id_number(1)[-1], "男"),
            ("阿不都•热西提", "新疆维吾尔自治区民政厅处长", "0991-2345678转801", None, id_number(3), None),
            ("李 四", "香港社区服务联合会总干事", "+852 9123 4567", "港澳台居民居住证", id_number(5, region="810000"), "女"),
            ("John  Smith", "City of London Corporation", "+44 20 7946 0018", "护照", "e 1234567", "M"),
            ("王芳（女，回族）", "民政部社会组织管理局主任科员", 13800138009, None, None, None),
        ]
    )  # fmt: skip


def many_sheets() -> bytes:
    """A cover sheet and a hidden list before the sheet that holds the roster."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "封面"
    cover.append(["培训班报名材料"])
    hidden = book.create_sheet("字典")
    hidden.append(HEADER)
    hidden.append(["1", "不该出现", "字典单位"])
    hidden.sheet_state = "hidden"
    page = book.create_sheet("报名表")
    for row in (HEADER, *PEOPLE):
        page.append(list(row))
    return _saved(book)


def excel_rounded() -> bytes:
    """ID numbers kept as numbers: the last digits are gone."""
    return xlsx(
        [HEADER, (1, "陈一鸣", "四川省成都市民政局", "副局长", 13800138001, int(id_number(14)[:17] + "0"))]
    )


def excel_rounded_csv() -> bytes:
    return csv_text([HEADER, (1, "陈一鸣", "成都市民政局", "副局长", "13800138001", "1.10105E+17")]).encode(
        "gb18030"
    )


def sparse() -> bytes:
    """A roster of one, and one cell at the sheet's very last corner."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "单位"])
    page.append(["张三", "成都市民政局"])
    page["XFD1048576"] = "x"
    return _saved(book)


def bomb(unpacked: int = 350 * 1024 * 1024, packed: int = 7 * 1024 * 1024) -> bytes:
    """A small workbook that unpacks to a huge one: a file of about `packed` bytes."""
    page = xlsx([HEADER, *PEOPLE])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        with zipfile.ZipFile(io.BytesIO(page)) as good:
            for name in good.namelist():
                archive.writestr(name, good.read(name))
        # Stored bytes make up the size on disk; the rest is what unpacks.
        archive.writestr("xl/media/filler.bin", bytes(range(256)) * ((packed - 400_000) // 256))
    return _with_zeros(out.getvalue(), unpacked)


def _with_zeros(archive: bytes, size: int) -> bytes:
    """Append an entry of `size` zero bytes, deflated once per megabyte rather than byte by byte."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(1024 * 1024)
    body = bytearray()
    crc = 0
    for _ in range(size // len(zeros)):
        body += deflate.compress(zeros)
        crc = zlib.crc32(zeros, crc)
    body += deflate.flush()
    name = b"xl/worksheets/sheet2.xml"
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(body), size, len(name), 0)
    end = archive.rindex(b"PK\x05\x06")
    count, directory_size, directory = struct.unpack("<HII", archive[end + 10 : end + 20])
    local = b"PK\x03\x04" + fields + name + bytes(body)
    central = (
        archive[directory : directory + directory_size]
        + b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, directory) + name
    )  # fmt: skip
    tail = b"PK\x05\x06" + struct.pack(
        "<HHHHIIH", 0, 0, count + 1, count + 1, len(central), directory + len(local), 0
    )
    return archive[:directory] + local + central + tail


def old_xls() -> bytes:
    """The first bytes of an Excel 97 file, whatever its name says."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(1024)


def encrypted() -> bytes:
    """The container that a workbook under a password comes in."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(1024)
    )


def bad_id_numbers() -> bytes:
    wrong = id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")
    return xlsx([HEADER, PEOPLE[1], (2, "陈一鸣", "成都市民政局", "副局长", "13800138001", wrong)])


def without_names() -> bytes:
    return xlsx([HEADER, PEOPLE[0], (2, None, "成都市民政局", "副局长", "13800138005", None)])


def twice() -> bytes:
    return xlsx([HEADER, *PEOPLE, (4, "陈 一鸣", "四川省成都市民政局", "副局长", "138-0013-8001", None)])


def headless() -> bytes:
    return xlsx([("张三", "成都市民政局"), ("李四", "北京市民政局")])


# What each file of the accepted kind must read as.
ACCEPTED: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "plain": (lambda: xlsx([HEADER, *PEOPLE]), NAMES),
    "titled": (titled_and_annotated, NAMES),
    "merged": (merged_units_and_two_headers, ["陈一鸣", "李二虎", "王三丰"]),
    "sloppy": (sloppy_values, ["张三", "阿不都·热西提", "李四", "John Smith", "王芳"]),
    "many sheets": (many_sheets, NAMES),
    "utf-8": (lambda: csv_text().encode(), NAMES),
    "utf-8 with a mark": (lambda: csv_text().encode("utf-8-sig"), NAMES),
    "gb18030": (lambda: csv_text().encode("gb18030"), NAMES),
    "gb18030 with rare characters": (
        lambda: csv_text([HEADER, (1, "王䶮𠅤", "成都市民政局")]).encode("gb18030"),
        ["王䶮𠅤"],
    ),
    "utf-16": (lambda: csv_text(delimiter="\t").encode("utf-16"), NAMES),
    "utf-16-be with a mark": (lambda: b"\xfe\xff" + csv_text().encode("utf-16-be"), NAMES),
    "utf-16 without a mark": (lambda: csv_text(delimiter="\t").encode("utf-16-le"), NAMES),
    "tab-separated": (lambda: csv_text(delimiter="\t").encode(), NAMES),
    "semicolons": (lambda: csv_text(delimiter=";").encode("utf-8-sig"), NAMES),
    "english": (
        lambda: (
            b"No.,Full name,Organisation,Position,Mobile\r\n1,Ann O'Neill,City Council,Head,+44 20 7946 0018\r\n"
        ),
        ["Ann O'Neill"],
    ),
}

# What each hopeless file is refused for.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "file_empty"),
    "blank sheet": (lambda: xlsx([]), "file_empty"),
    "sparse": (sparse, "file_too_sparse"),
    "bomb": (bomb, "file_unpacks_too_large"),
    "renamed xls": (old_xls, "file_is_old_xls"),
    "encrypted": (encrypted, "file_encrypted"),
    "html as xls": (lambda: "<html><table><tr><td>姓名</td></tr></table></html>".encode("gb18030"), "file_is_html"),
    "xml spreadsheet": (lambda: b'<?xml version="1.0"?><Workbook></Workbook>', "file_is_xml"),
    "pdf": (lambda: b"%PDF-1.7\n...", "file_not_a_table"),
    "broken zip": (lambda: xlsx([HEADER, *PEOPLE])[:-40], "file_damaged"),
    "damaged sheet": (lambda: _damaged(), "file_damaged"),
    "broken utf-8": (lambda: csv_text().encode()[:-30] + b"\xff\xfe\r\n", "file_undecodable"),
    "broken gb18030": (lambda: csv_text().encode("gb18030") + b"\xff\r\n", "file_undecodable"),
    "broken utf-16": (lambda: csv_text().encode("utf-16") + b"\x00", "file_undecodable"),
    "open quote": (lambda: '姓名,单位\r\n张三,"甲\r\n李四,乙\r\n'.encode(), "csv_quote_open"),
    "stray quotes": (
        lambda: '姓名,单位,职务\r\n"张三,甲,子\r\n李四,乙,丑\r\n王五",丙,寅\r\n'.encode(),
        "csv_quote_open",
    ),
    "too wide": (lambda: csv_text([["姓名", *range(300)]]).encode(), "sheet_too_wide"),
    "too long": (lambda: ("姓名\r\n" + "张三\r\n" * 20_500).encode(), "sheet_too_long"),
}  # fmt: skip


def _damaged() -> bytes:
    good = xlsx([HEADER, *PEOPLE])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if name.endswith("sheet1.xml") else data)
    return out.getvalue()
