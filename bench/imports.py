"""Importing a roster: file to database, validation and sealing included, against openpyxl and the ORM."""

import gc
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import openpyxl
import sqlalchemy as sa

from bench.row import Row, against
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.documents.tabular import warm_up
from trainingmgr.extensions import db
from trainingmgr.migrations import upgrade
from trainingmgr.models import Organisation, Person, Registration, Training, Unit
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.roster_import import import_roster

# A round of the smaller file is short enough for one turn of another process to double it.
SIZES = {1_000: 25, 10_000: 5}
AIM = 5
HEADER = ("序号", "姓名", "工作单位", "职务", "手机号码", "身份证号码", "性别", "备注")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏傅方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕彬凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思"


def make_file(people: int, variant: int = 0) -> bytes:
    """A roster of invented people with well-formed ID numbers, as a spreadsheet program saves it.

    Another `variant` has other names, so that nothing remembered of an earlier round helps.
    """
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("名册")
    page.append(HEADER)
    for number in range(variant * 100_003, variant * 100_003 + people):
        name = _SURNAMES[number % len(_SURNAMES)] + "".join(
            _GIVEN[(number // step) % len(_GIVEN)] for step in (1, len(_GIVEN))
        )
        identity = _id_number(number)
        page.append(
            [
                number, name, f"示例省第{number % 300 + 1}民政局", "处长", f"138{number % 10**8:08d}", identity,
                "男" if int(identity[16]) % 2 else "女", "",
            ]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _id_number(number: int) -> str:
    born = date(1965, 1, 1) + timedelta(days=number % 12_000)
    body = f"110105{born:%Y%m%d}{number // 12_000 % 900 + 1:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _ours(training_id: int, data: bytes) -> None:
    import_roster(training_id, data, Actor(None, "bench"), file_name="roster.xlsx")


def _plain(training_id: int, data: bytes) -> None:
    """What a short script does: openpyxl, one add a row, one commit; no checks, no sealing, no pinyin."""
    session = db.session()
    organisation_id = session.get_one(Training, training_id).organisation_id
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    units: dict[str, Unit] = {}
    for cells in page.iter_rows(min_row=2, values_only=True):
        _, name, unit, post, phone, identity, sex, note = (str(cell or "") for cell in cells)
        if unit not in units:
            units[unit] = Unit(organisation_id=organisation_id, name=unit)
        person = Person(
            organisation_id=organisation_id, name=name, name_key=name, pinyin=name, unit=units[unit],
            sex="male" if sex == "男" else "female", phone=phone, phone_tail=phone[-4:], id_type="resident_id",
            id_sealed=identity.encode(), id_index=identity.encode(), id_masked=identity,
        )  # fmt: skip
        session.add(
            Registration(
                training_id=training_id, person=person, unit=units[unit], post=post, note=note, sort_key=name,
                search_text=f"{name} {unit} {phone[-4:]}",
            )
        )  # fmt: skip
    session.commit()


@contextmanager
def _training() -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="trainingmgr-bench-") as folder:
        settings = load_settings({"TRAININGMGR_INSTANCE": str(Path(folder) / "instance")})
        with create_app(settings).app_context():
            upgrade()
            session = db.session()
            organisation = Organisation(name_zh="示例")
            session.add(organisation)
            session.flush()
            training = Training(
                organisation_id=organisation.id, code="BENCH", title_zh="示例", start_date=date(2026, 5, 1),
                end_date=date(2026, 5, 2),
            )  # fmt: skip
            session.add(training)
            session.commit()
            yield training.id
            db.session.remove()
            db.engine.dispose()


def _time(run: Callable[[int, bytes], None], training_id: int, data: bytes, people: int) -> float:
    session = db.session()
    for table in (Registration, Person, Unit):
        session.execute(sa.delete(table))
    session.commit()
    db.session.remove()
    gc.collect()
    started = perf_counter()
    run(training_id, data)
    elapsed = perf_counter() - started
    found = db.session().scalar(sa.select(sa.func.count()).select_from(Registration))
    if found != people:
        raise RuntimeError(f"{found} people on the roster, {people} in the file")
    return people / elapsed


def rows() -> list[Row]:
    """Rows a second at each size, in turns, from a roster file to a committed roster."""
    found = []
    with _training() as training_id:
        warm_up()
        for people, rounds in SIZES.items():
            ours, peer = [], []
            _time(_ours, training_id, make_file(people), people)
            for variant in range(1, rounds + 1):
                data = make_file(people, variant)
                ours.append(_time(_ours, training_id, data, people))
                peer.append(_time(_plain, training_id, data, people))
            found.append(
                against(
                    f"import {people:,} rows",
                    ours,
                    peer,
                    at_least=AIM,
                    show=lambda rate: f"{rate:,.0f} rows/s",
                )
            )
    return found


if __name__ == "__main__":
    for row in rows():
        print(row)
