"""The class of Beijing in 2019, as the Ministry's website reported it; what the report leaves open is a sample."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import CategoryInput, StudyTopicInput, TrainingInput
from trainingmgr.domain.unit import UnitType
from trainingmgr.services.demo.names import UNCOMMON_IN_BEIJING, Invented, invented, phone
from trainingmgr.services.demo.plan import (
    MaterialPlan,
    PartPlan,
    PersonPlan,
    SessionPlan,
    TrainingPlan,
    UnitPlan,
)
from trainingmgr.services.demo.regions import MINISTRY

CODE = "BJ2019"
BUREAU = "民政部社会组织管理局"
PEOPLE = 260

SETTINGS = TrainingInput(
    code=CODE,
    title_zh="2019年社会组织扶贫宣传暨新闻发言人培训班",
    title_en=(
        "2019 Training Class for Social Organisations on Publicity for Poverty Alleviation and for Spokespersons"
    ),
    title_en_translated=True,
    place_zh="北京市",
    place_en="Beijing",
    start_date=date(2019, 11, 8),
    end_date=date(2019, 11, 8),
    capacity=PEOPLE,
    theme_zh="社会组织扶贫宣传和新闻发言人制度建设",
    theme_en="Publicity for poverty alleviation by social organisations, and their system of spokespersons",
    feedback_zh="课程丰富、安排合理；受益匪浅、学有所获。",
    feedback_en="Courses rich, arrangement sensible; the trainees gained from it.",
    source_zh="据民政部网站",
    source_en="From the website of the Ministry of Civil Affairs",
    signature_zh=BUREAU,
    signature_en="Bureau of Social Organisations Administration, Ministry of Civil Affairs",
    hosts=(BUREAU,),
    categories=(CategoryInput("社会组织", "Social organisations", "新闻发言人", "Spokesperson"),),
    study_topics=(
        StudyTopicInput(
            "党的十九届四中全会精神",
            "The spirit of the Fourth Plenary Session of the 19th CPC Central Committee",
        ),
        StudyTopicInput(
            "习近平总书记关于扶贫工作的重要论述",
            "General Secretary Xi Jinping’s important expositions on poverty alleviation",
        ),
        StudyTopicInput(
            "习近平总书记关于民政工作的重要指示精神",
            "The spirit of General Secretary Xi Jinping’s important instructions on civil affairs",
        ),
        StudyTopicInput(
            "社会组织参与脱贫攻坚的有关政策", "Policies on social organisations’ part in ending poverty"
        ),
    ),
)

LECTURERS = (
    ("共青团中央新媒体中心", "New Media Centre of the Communist Youth League", UnitType.MEDIA),
    ("新华社", "Xinhua News Agency", UnitType.MEDIA),
    ("中央电视台", "China Central Television", UnitType.MEDIA),
    ("中国青年报社", "China Youth Daily", UnitType.MEDIA),
    ("字节跳动", "ByteDance", UnitType.COMPANY),
    ("晋商行科技", "Jinshanghang Technology", UnitType.COMPANY),
)
PARTNERS = (
    ("中国矿业联合会", "China Mining Association"),
    ("中国优质农产品开发服务协会", "China Quality Agri-products Development and Service Association"),
    ("中国儿童少年基金会", "China Children and Teenagers’ Fund"),
    ("中国器官移植发展基金会", "China Organ Transplantation Development Foundation"),
)
PLATFORMS = (
    ("国家政务服务平台", "National Government Service Platform"),
    ("中国社会组织融媒体平台", "China Social Organisations Convergence Media Platform"),
    ("《中国社会组织》杂志", "the magazine “China Social Organisation”"),
)
BOOK = MaterialPlan(
    MaterialKind.BOOK,
    "《社会组织新闻发言人工作指南》",
    "Guide to the Work of Social Organisations’ Spokespersons",
)


def _invented_units() -> tuple[UnitPlan, ...]:
    return tuple(
        UnitPlan(
            f"示例社会组织第{number:03d}家",
            f"Sample social organisation {number:03d}",
            UnitType.ASSOCIATION,
            region="示例",
            is_sample=True,
        )
        for number in range(len(PARTNERS) + 1, PEOPLE + 1)
    )


_UNITS = (
    UnitPlan(MINISTRY, "Ministry of Civil Affairs", UnitType.MINISTRY),
    UnitPlan(
        BUREAU,
        "Bureau of Social Organisations Administration, Ministry of Civil Affairs",
        UnitType.DEPARTMENT,
        parent=MINISTRY,
        aliases=("社会组织管理局",),
    ),
    *(UnitPlan(name, english, kind) for name, english, kind in LECTURERS),
    *(UnitPlan(name, english, UnitType.ASSOCIATION) for name, english in PARTNERS),
)

_SPEAKER = PartPlan(
    ContributorType.PERSON,
    ContributorRole.SPEECH,
    BUREAU,
    name="陈小勇",
    title_zh="副局长",
    title_en="Deputy Director-General",
)


def _lectures(
    half: str, begin: time, end: time, bodies: tuple[tuple[str, str, UnitType], ...]
) -> SessionPlan:
    return SessionPlan(
        day=1,
        start=begin,
        end=end,
        kind=SessionKind.LECTURE,
        title_zh=f"专题授课（{half}）",
        title_en=f"Lectures, part {'上下'.index(half) + 1}",
        hours=Decimal(2),
        parts=tuple(
            PartPlan(
                ContributorType.UNNAMED,
                ContributorRole.LECTURE,
                body,
                title_zh="有关专家老师",
                title_en="Experts",
            )
            for body, *_ in bodies
        ),
    )


def _platform(begin: time, end: time, name: str, english: str) -> SessionPlan:
    return SessionPlan(
        day=1,
        start=begin,
        end=end,
        kind=SessionKind.BRIEFING,
        title_zh=f"情况介绍：{name}",
        title_en=f"Briefing on {english}",
        hours=Decimal("0.5"),
    )


SESSIONS = (
    SessionPlan(
        day=1,
        start=time(8, 30),
        end=time(9, 15),
        kind=SessionKind.OPENING,
        title_zh="开班式",
        title_en="Opening",
        hours=Decimal(1),
        compulsory=True,
        description_zh="出席开班式并作动员讲话。",
        description_en="Speech and mobilisation.",
        parts=(_SPEAKER,),
    ),
    SessionPlan(
        day=1,
        start=time(9, 15),
        end=time(10),
        kind=SessionKind.BRIEFING,
        title_zh="2019年社会组织新闻宣传工作基本情况和2020年初步工作安排",
        title_en="The publicity work of social organisations in 2019 and the plan for 2020",
        hours=Decimal(1),
        parts=(PartPlan(ContributorType.UNIT, ContributorRole.PRESENTATION, BUREAU),),
    ),
    _lectures("上", time(10, 15), time(11, 45), LECTURERS[:3]),
    SessionPlan(
        day=1,
        start=time(12),
        end=time(13),
        kind=SessionKind.MEAL,
        title_zh="午餐",
        title_en="Lunch",
        is_sample=True,
    ),
    _lectures("下", time(13), time(14, 30), LECTURERS[3:]),
    SessionPlan(
        day=1,
        start=time(14, 45),
        end=time(15, 55),
        kind=SessionKind.EXCHANGE,
        title_zh="经验交流",
        title_en="Exchange of experience",
        hours=Decimal("1.5"),
        description_zh="“全国社会组织宣传伙伴计划”四家参与机构交流新闻宣传、发言人制度建设等方面工作经验。",
        description_en=(
            "Four members of the National Publicity Partnership of Social Organisations on their experience "
            "with publicity and spokespersons."
        ),
        parts=tuple(
            PartPlan(ContributorType.UNIT, ContributorRole.PRESENTATION, name) for name, _ in PARTNERS
        ),
    ),
    _platform(time(16, 5), time(16, 30), *PLATFORMS[0]),
    _platform(time(16, 30), time(16, 55), *PLATFORMS[1]),
    _platform(time(16, 55), time(17, 20), *PLATFORMS[2]),
)

_COUNTED = 8
_GROUPS = "一二三四五六七八九十"


def _names() -> Iterator[Invented]:
    """Two people of one name among them, and the uncommon names spread over the roster."""
    ordinary = invented(20_011)
    uncommon = iter(UNCOMMON_IN_BEIJING)
    for number in range(10_000):
        if number % 19 == 6 and (rare := next(uncommon, None)):
            yield rare
        elif number in {33, 190}:
            yield Invented("李静", "female")
        else:
            yield next(ordinary)


def _marks(number: int) -> dict[int, AttendanceMark | None]:
    """A few come late or are away from half an hour: nobody so long that it costs the certificate."""
    if number % 29 == 11:
        return {number % _COUNTED: AttendanceMark.LATE}
    if number % 53 == 17:
        return {_COUNTED - 1: AttendanceMark.ON_LEAVE}
    if number % 97 == 41:
        return {_COUNTED - 2: AttendanceMark.ABSENT}
    return {}


def _people() -> Iterator[PersonPlan]:
    units = [*(name for name, _ in PARTNERS), *(unit.name for unit in _invented_units())]
    for number, (unit, who) in enumerate(zip(units, _names(), strict=False)):
        yield PersonPlan(
            name=who.name,
            sex=who.sex,
            latin_name=who.latin_name,
            unit=unit,
            post="新闻发言人",
            category=1,
            group=f"第{_GROUPS[number % len(_GROUPS)]}组",
            phone=phone(2001 + number),
            marks=_marks(number),
        )


def plan() -> TrainingPlan:
    """The whole training."""
    return TrainingPlan(
        settings=SETTINGS,
        units=(*_UNITS, *_invented_units()),
        sessions=SESSIONS,
        people=tuple(_people()),
        materials=(BOOK,),
    )
