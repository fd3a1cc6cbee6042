"""The class of Chengdu in 2019, as the Ministry's website reported it; what the report leaves open is a sample."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from itertools import cycle

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import CategoryInput, TrainingInput
from trainingmgr.domain.unit import UnitType
from trainingmgr.services.demo.names import UNCOMMON_IN_CHENGDU, Invented, id_number, invented, phone
from trainingmgr.services.demo.plan import (
    HolderPlan,
    PartPlan,
    PersonPlan,
    SessionPlan,
    SitePlan,
    TrainingPlan,
    UnitPlan,
)
from trainingmgr.services.demo.regions import MINISTRY, cities, districts, provincial

CODE = "CD2019"
DEPARTMENT = "民政部基层政权建设和社区治理司"
ORGANISATION_BUREAU = "中央组织部组织二局"
COMMITTEE = "全国基层政权建设和社区治理专家委员会"
HEAD_POST = "基层政权和社区建设处处长"

SETTINGS = TrainingInput(
    code=CODE,
    title_zh="全国社区治理和服务创新实验区示范培训班",
    title_en=(
        "Demonstration Training Class for the National Experimental Zones for Innovation in Community "
        "Governance and Services"
    ),
    title_en_translated=True,
    place_zh="四川省成都市",
    place_en="Chengdu, Sichuan Province",
    start_date=date(2019, 10, 30),
    end_date=date(2019, 11, 2),
    purpose_zh=(
        "交流社区治理实验探索的有益经验，把准推进社区治理改革创新的发展方向和总体要求，推动各地区社区治理工作再上新台阶"
    ),
    purpose_en=(
        "To share what the experiments in community governance have found useful, to be clear about the "
        "direction and the general requirements of its reform, and to take the work of every region further"
    ),
    source_zh="据民政部网站",
    source_en="From the website of the Ministry of Civil Affairs",
    signature_zh="民政部",
    signature_en="Ministry of Civil Affairs",
    hosts=(MINISTRY,),
    categories=(
        CategoryInput(
            "民政部基层政权和社区建设司",
            "Department of Grass-roots Governance and Community Building, Ministry of Civil Affairs",
            "负责同志",
            "Persons in charge",
        ),
        CategoryInput(
            "各省（直辖市、自治区）民政厅（局）、新疆生产建设兵团民政局",
            "Civil affairs departments of the provinces, municipalities and autonomous regions, and the bureau "
            "of the Xinjiang Production and Construction Corps",
            HEAD_POST,
            "Head of the division of grass-roots governance and community building",
        ),
        CategoryInput(
            "各省会（首府）城市、计划单列市民政局",
            "Civil affairs bureaus of provincial capitals and cities with separate planning",
            f"分管负责同志或{HEAD_POST}",
            "Person in charge of the field, or head of the division of grass-roots governance and community "
            "building",
        ),
        CategoryInput(
            "部分全国社区治理和服务创新实验区、城区民政局",
            "Civil affairs bureaus of some of the national experimental zones and of city districts",
            "局长",
            "Director of the bureau",
        ),
    ),
)

_OWN_UNITS = (
    UnitPlan(MINISTRY, "Ministry of Civil Affairs", UnitType.MINISTRY),
    UnitPlan(
        DEPARTMENT,
        "Department of Grass-roots Governance and Community Affairs, Ministry of Civil Affairs",
        UnitType.DEPARTMENT,
        parent=MINISTRY,
        aliases=(
            "民政部基层政权和社区建设司",
            "基层政权建设和社区治理司",
            "基层政权和社区建设司",
        ),
    ),
    UnitPlan("中央组织部", "Organisation Department of the CPC Central Committee", UnitType.MINISTRY),
    UnitPlan(
        ORGANISATION_BUREAU,
        "Second Bureau of Organisation, Organisation Department of the CPC Central Committee",
        UnitType.DEPARTMENT,
        parent="中央组织部",
    ),
    UnitPlan(
        COMMITTEE,
        "National Expert Committee on Grass-roots Governance and Community Affairs",
        UnitType.COMMITTEE,
    ),
    UnitPlan(
        "四川省成都市金牛区", "Jinniu District, Chengdu, Sichuan", UnitType.DISTRICT, region="四川省成都市"
    ),
    UnitPlan("北京市海淀区", "Haidian District, Beijing", UnitType.DISTRICT, region="北京市"),
    UnitPlan("山西省太原市", "Taiyuan, Shanxi", UnitType.CITY, region="山西省"),
    UnitPlan("黑龙江省哈尔滨市", "Harbin, Heilongjiang", UnitType.CITY, region="黑龙江省"),
    UnitPlan("上海市静安区", "Jing’an District, Shanghai", UnitType.DISTRICT, region="上海市"),
    UnitPlan("浙江省杭州市", "Hangzhou, Zhejiang", UnitType.CITY, region="浙江省"),
    UnitPlan(
        "广东省珠海市香洲区",
        "Xiangzhou District, Zhuhai, Guangdong",
        UnitType.DISTRICT,
        region="广东省珠海市",
    ),
)

PRESENTERS = (
    "四川省成都市民政局",
    "四川省成都市金牛区",
    "北京市海淀区",
    "山西省太原市",
    "黑龙江省哈尔滨市",
    "上海市静安区",
    "浙江省杭州市",
    "广东省珠海市香洲区",
)


def _lecture(number: str, day: int, begin: time, end: time, hours: int, unit: str, who: str) -> SessionPlan:
    english = {"有关负责同志": "Responsible persons", "有关专家": "Experts"}[who]
    part = PartPlan(ContributorType.UNNAMED, ContributorRole.LECTURE, unit, title_zh=who, title_en=english)
    return SessionPlan(
        day=day,
        start=begin,
        end=end,
        kind=SessionKind.LECTURE,
        title_zh=f"专题授课（{number}）",
        title_en=f"Lecture {'一二三'.index(number) + 1}",
        hours=Decimal(hours),
        parts=(part,),
    )


def _visit(day: int, begin: time, end: time, *stops: SitePlan) -> SessionPlan:
    return SessionPlan(
        day=day,
        start=begin,
        end=end,
        kind=SessionKind.SITE_VISIT,
        title_zh=f"现场教学（{stops[0].district_zh}）",
        title_en=f"Site visit in {stops[0].district_en}",
        hours=Decimal(3),
        stops=stops,
    )


def _aside(day: int, begin: time, end: time, kind: SessionKind, zh: str, english: str) -> SessionPlan:
    return SessionPlan(
        day=day, start=begin, end=end, kind=kind, title_zh=zh, title_en=english, is_sample=True
    )


def _lunch(day: int) -> SessionPlan:
    return _aside(day, time(12), time(13), SessionKind.MEAL, "午餐", "Lunch")


def _dinner(day: int) -> SessionPlan:
    return _aside(day, time(18), time(19), SessionKind.MEAL, "晚餐", "Dinner")


def _ride(day: int, begin: time, end: time, district: str, english: str) -> SessionPlan:
    return _aside(day, begin, end, SessionKind.TRANSFER, f"乘车前往{district}", f"Ride to {english} District")


_SPEAKER = PartPlan(
    ContributorType.PERSON,
    ContributorRole.SPEECH,
    DEPARTMENT,
    name="陈越良",
    title_zh="司长",
    title_en="Director-General",
)
_JINNIU = ("金牛区", "Jinniu District")
_QINGYANG = ("青羊区", "Qingyang District")
_WUHOU = ("武侯区", "Wuhou District")

SESSIONS = (
    SessionPlan(
        day=1,
        start=time(9),
        end=time(9, 45),
        kind=SessionKind.OPENING,
        title_zh="开班式",
        title_en="Opening",
        hours=Decimal(1),
        compulsory=True,
        description_zh=(
            "部署：民政部就第二批“不忘初心、牢记使命”主题教育中基层政权建设和社区治理相关工作进行部署。"
        ),
        description_en=(
            "Work assigned: the Ministry assigned the work on grass-roots governance and community affairs "
            "within the second group of the education campaign “Remain true to our original aspiration and "
            "keep our mission firmly in mind”."
        ),
        parts=(_SPEAKER,),
    ),
    _lecture("一", 1, time(10), time(11, 30), 2, ORGANISATION_BUREAU, "有关负责同志"),
    _lunch(1),
    _lecture("二", 1, time(14), time(16, 15), 3, DEPARTMENT, "有关负责同志"),
    _dinner(1),
    _lecture("三", 2, time(9), time(11, 15), 3, COMMITTEE, "有关专家"),
    _lunch(2),
    SessionPlan(
        day=2,
        start=time(14),
        end=time(17, 45),
        kind=SessionKind.EXCHANGE,
        title_zh="经验交流",
        title_en="Exchange of experience",
        hours=Decimal(5),
        description_zh="介绍典型经验做法。",
        description_en="Experience and practices worth learning from.",
        parts=tuple(
            PartPlan(ContributorType.UNIT, ContributorRole.PRESENTATION, unit) for unit in PRESENTERS
        ),
    ),
    _dinner(2),
    _ride(3, time(8, 15), time(9), "金牛区", "Jinniu"),
    _visit(
        3,
        time(9),
        time(11, 15),
        SitePlan(*_JINNIU, "社区发展治理创享中心", "Community Development and Governance Centre"),
        SitePlan(*_JINNIU, "沙河源街道新桥社区", "Xinqiao Community, Shaheyuan Subdistrict"),
    ),
    _lunch(3),
    _ride(3, time(13, 15), time(14), "青羊区", "Qingyang"),
    _visit(
        3,
        time(14),
        time(16, 15),
        SitePlan(*_QINGYANG, "苏坡街道清波社区", "Qingbo Community, Supo Subdistrict"),
        SitePlan(*_QINGYANG, "清源社区", "Qingyuan Community"),
    ),
    _dinner(3),
    _ride(4, time(8, 15), time(9), "武侯区", "Wuhou"),
    _visit(
        4,
        time(9),
        time(11, 15),
        SitePlan(*_WUHOU, "晋阳街道吉福社区", "Jifu Community, Jinyang Subdistrict"),
        SitePlan(*_WUHOU, "簇桥街道锦城社区", "Jincheng Community, Cuqiao Subdistrict"),
    ),
    _lunch(4),
    SessionPlan(
        day=4,
        start=time(14),
        end=time(14, 45),
        kind=SessionKind.CLOSING,
        title_zh="结业式",
        title_en="Closing ceremony",
        hours=Decimal(1),
        is_sample=True,
    ),
)

# Places in the list of the sessions that count.
_OPENING, _THIRD_LECTURE, _EXCHANGE = 0, 3, 4
_GROUPS = "一二三四五六"


def _places() -> Iterator[tuple[str, str, int]]:
    """Unit, post and category of everybody who is on the class."""
    yield DEPARTMENT, "副司长", 1
    for unit in provincial():
        yield unit.name, HEAD_POST, 2
    for number, unit in enumerate(cities()):
        yield unit.name, ("副局长", HEAD_POST)[number % 2], 3
    for unit in districts():
        yield unit.name, "局长", 4


def _names() -> Iterator[Invented]:
    """Two people of one name among them, and the uncommon names spread over the roster."""
    ordinary = invented(3)
    uncommon = iter(UNCOMMON_IN_CHENGDU)
    for number in range(10_000):
        if number % 7 == 4 and (rare := next(uncommon, None)):
            yield rare
        elif number in {10, 61}:
            yield Invented("王建华", "male")
        else:
            yield next(ordinary)


def _marks(number: int) -> dict[int, AttendanceMark | None]:
    """What is other than present; each of the last three keeps somebody from a certificate in another way."""
    special: dict[int, dict[int, AttendanceMark | None]] = {
        9: {_THIRD_LECTURE: AttendanceMark.LATE},
        23: {_OPENING: AttendanceMark.LATE},
        30: {_THIRD_LECTURE: AttendanceMark.ON_LEAVE},
        52: {_EXCHANGE: AttendanceMark.LATE},
        44: {_EXCHANGE: AttendanceMark.ON_LEAVE},
        57: {_OPENING: AttendanceMark.ABSENT},
        71: {_OPENING: None},
    }
    return special.get(number, {})


_WITHDRAWN = 36

# Two to a room, and a few rooms more than that takes.
ROOMS = tuple(HolderPlan(f"{floor}{door:02}", 2, f"{floor}楼") for floor in (8, 9) for door in range(1, 24))
TABLES = tuple(HolderPlan(str(number), 10, "二楼餐厅") for number in range(1, 10))
_MINISTRY_OWN = 1


def _people() -> Iterator[PersonPlan]:
    for number, ((unit, post, category), who) in enumerate(zip(_places(), _names(), strict=False)):
        gone = number == _WITHDRAWN
        yield PersonPlan(
            name=who.name,
            sex=who.sex,
            latin_name=who.latin_name,
            unit=unit,
            post=post,
            category=category,
            group=f"第{_GROUPS[number % len(_GROUPS)]}组",
            phone=phone(1001 + number),
            id_number=id_number(number, who.sex) if number in {10, 12, 25, 61, 80} else "",
            status=RegistrationStatus.WITHDRAWN if gone else RegistrationStatus.ARRIVED,
            marks=_marks(number),
            note="因工作原因退出（示例）" if gone else "",
        )


def _placed(people: Iterable[PersonPlan]) -> Iterator[PersonPlan]:
    """The same people, two of one sex to a room but the ministry's own, who has one alone, and spread over the tables."""
    doors, seats = iter(ROOMS), cycle(TABLES)
    half_full: dict[str, str] = {}
    for one in people:
        if one.status is RegistrationStatus.WITHDRAWN:
            yield one
            continue
        shared = half_full.pop(one.sex, "")
        room = shared or next(doors).name
        if not shared and one.category != _MINISTRY_OWN:
            half_full[one.sex] = room
        yield replace(one, room=room, table=next(seats).name)


def plan() -> TrainingPlan:
    """The whole training."""
    return TrainingPlan(
        settings=SETTINGS,
        units=(*_OWN_UNITS, *provincial(), *cities(), *districts()),
        sessions=SESSIONS,
        people=tuple(_placed(_people())),
        rooms=ROOMS,
        tables=TABLES,
        # The report asks for one post of each unit.
        places=1,
    )
