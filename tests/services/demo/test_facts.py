"""Every fact that the newspaper page of November 2019 gives of the two classes, in its proper field."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.division import DivisionGroup
from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import HostRole
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import (
    Category,
    Handout,
    Lecturer,
    Material,
    Person,
    Registration,
    Site,
    Training,
    TrainingSession,
    Unit,
)
from trainingmgr.queries.unit import Filters, alikes, page, unit_named
from trainingmgr.services.unit import GroupWish, plan_of_group

PROVINCIAL = (
    "北京市民政局 天津市民政局 河北省民政厅 山西省民政厅 内蒙古自治区民政厅 辽宁省民政厅 吉林省民政厅 黑龙江省民政厅 "
    "上海市民政局 江苏省民政厅 浙江省民政厅 安徽省民政厅 福建省民政厅 江西省民政厅 山东省民政厅 河南省民政厅 湖北省民政厅 "
    "湖南省民政厅 广东省民政厅 广西壮族自治区民政厅 海南省民政厅 重庆市民政局 四川省民政厅 贵州省民政厅 云南省民政厅 "
    "西藏自治区民政厅 陕西省民政厅 甘肃省民政厅 青海省民政厅 宁夏回族自治区民政厅 新疆维吾尔自治区民政厅 "
    "新疆生产建设兵团民政局"
)
CITIES = (
    "石家庄 太原 呼和浩特 沈阳 长春 哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州 南宁 海口 成都 贵阳 昆明 "
    "拉萨 西安 兰州 西宁 银川 乌鲁木齐 大连 青岛 宁波 厦门 深圳"
)


def sessions(session: Session, training: Training, *kinds: SessionKind) -> list[TrainingSession]:
    return list(
        session.scalars(
            sa.select(TrainingSession)
            .where(TrainingSession.training_id == training.id, TrainingSession.kind.in_(kinds))
            .order_by(TrainingSession.starts_at)
        )
    )


def speakers(rows: list[TrainingSession]) -> list[str]:
    """Who contributes, as the page writes it: the unit, then the words or the post, then the name."""
    found = []
    for row in rows:
        for part in row.contributions:
            unit = part.lecturer.unit
            assert unit is not None
            found.append(f"{unit.name}{part.lecturer.title_zh}{part.lecturer.name}")
    return found


def test_chengdu_as_a_whole(chengdu: Training) -> None:
    assert chengdu.title_zh == "全国社区治理和服务创新实验区示范培训班"
    assert [(one.role, one.unit.name) for one in chengdu.hosts] == [(HostRole.HOST, "民政部")]
    assert chengdu.place_zh == "四川省成都市"
    assert (chengdu.start_date, chengdu.end_date) == (date(2019, 10, 30), date(2019, 11, 2))
    assert chengdu.purpose_zh == (
        "交流社区治理实验探索的有益经验，把准推进社区治理改革创新的发展方向和总体要求，推动各地区社区治理工作再上新台阶"
    )
    assert chengdu.source_zh == "据民政部网站"
    assert chengdu.is_sample


def test_chengdu_was_opened_by_the_director_general_and_work_was_assigned(
    session: Session, chengdu: Training
) -> None:
    (opening,) = sessions(session, chengdu, SessionKind.OPENING)
    assert opening.title_zh == "开班式"
    (part,) = opening.contributions
    assert (part.role, part.lecturer.type) == (ContributorRole.SPEECH, ContributorType.PERSON)
    assert part.lecturer.name == "陈越良"
    assert speakers([opening]) == ["民政部基层政权建设和社区治理司司长陈越良"]
    assert opening.description_zh.startswith("部署：")
    assert "第二批“不忘初心、牢记使命”主题教育中基层政权建设和社区治理相关工作" in opening.description_zh


def test_chengdu_had_three_groups_of_unnamed_lecturers(session: Session, chengdu: Training) -> None:
    lectures = sessions(session, chengdu, SessionKind.LECTURE)
    assert speakers(lectures) == [
        "中央组织部组织二局有关负责同志",
        "民政部基层政权建设和社区治理司有关负责同志",
        "全国基层政权建设和社区治理专家委员会有关专家",
    ]
    parts = [part for row in lectures for part in row.contributions]
    assert {part.role for part in parts} == {ContributorRole.LECTURE}
    assert {part.lecturer.type for part in parts} == {ContributorType.UNNAMED}


def test_chengdu_had_eight_units_present_their_experience(session: Session, chengdu: Training) -> None:
    (exchange,) = sessions(session, chengdu, SessionKind.EXCHANGE)
    assert speakers([exchange]) == [
        "四川省成都市民政局",
        "四川省成都市金牛区",
        "北京市海淀区",
        "山西省太原市",
        "黑龙江省哈尔滨市",
        "上海市静安区",
        "浙江省杭州市",
        "广东省珠海市香洲区",
    ]
    assert [part.position for part in exchange.contributions] == list(range(1, 9))
    assert {part.lecturer.type for part in exchange.contributions} == {ContributorType.UNIT}
    assert {part.role for part in exchange.contributions} == {ContributorRole.PRESENTATION}


def test_chengdu_visited_six_sites_in_three_districts(session: Session, chengdu: Training) -> None:
    visits = sessions(session, chengdu, SessionKind.SITE_VISIT)
    assert [
        [(stop.position, stop.site.district_zh, stop.site.name_zh) for stop in visit.stops]
        for visit in visits
    ] == [
        [(1, "金牛区", "社区发展治理创享中心"), (2, "金牛区", "沙河源街道新桥社区")],
        [(1, "青羊区", "苏坡街道清波社区"), (2, "青羊区", "清源社区")],
        [(1, "武侯区", "晋阳街道吉福社区"), (2, "武侯区", "簇桥街道锦城社区")],
    ]


def test_chengdu_was_offered_to_four_categories_with_the_post_asked_for(chengdu: Training) -> None:
    assert [f"{one.name_zh}{one.post_zh}" for one in chengdu.categories] == [
        "民政部基层政权和社区建设司负责同志",
        "各省（直辖市、自治区）民政厅（局）、新疆生产建设兵团民政局基层政权和社区建设处处长",
        "各省会（首府）城市、计划单列市民政局分管负责同志或基层政权和社区建设处处长",
        "部分全国社区治理和服务创新实验区、城区民政局局长",
    ]
    assert [one.post_zh for one in chengdu.categories] == [
        "负责同志",
        "基层政权和社区建设处处长",
        "分管负责同志或基层政权和社区建设处处长",
        "局长",
    ]


def test_the_department_stands_under_both_its_names(session: Session, chengdu: Training) -> None:
    unit = session.scalars(sa.select(Unit).where(Unit.name == "民政部基层政权建设和社区治理司")).one()
    assert "民政部基层政权和社区建设司" in {alias.name for alias in unit.aliases}
    assert unit.parent is not None
    assert (unit.parent.name, unit.type) == ("民政部", UnitType.DEPARTMENT)
    for name in ("基层政权建设和社区治理司", "基层政权和社区建设司", "民政部基层政权和社区建设司"):
        assert unit_named(session, chengdu.organisation_id, name) is unit
    (found,) = page(session, chengdu.organisation_id, Filters(text="基层政权和社区建设司")).rows
    assert found.id == unit.id
    assert not alikes(session, chengdu.organisation_id)
    wish = GroupWish(DivisionGroup.CAPITALS_AND_SEPARATELY_PLANNED)
    group = plan_of_group(session, chengdu.organisation_id, wish)
    assert all(one.unit_id for one in group)


def test_chengdu_has_a_row_for_each_unit_of_each_category(session: Session, chengdu: Training) -> None:
    rows = session.execute(
        sa.select(Category.position, Unit)
        .select_from(Registration)
        .join(Category, Category.id == Registration.category_id)
        .join(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == chengdu.id)
        .order_by(Registration.id)
    ).all()
    units = {position: [row[1] for row in rows if row[0] == position] for position in (1, 2, 3, 4)}

    assert [unit.name for unit in units[1]] == ["民政部基层政权建设和社区治理司"]
    assert [unit.name for unit in units[2]] == PROVINCIAL.split()
    assert {unit.type for unit in units[2]} == {UnitType.PROVINCIAL}
    assert {unit.parent.name for unit in units[2] if unit.parent} == {"民政部"}
    assert {alias.name for unit in units[3] for alias in unit.aliases} == {
        f"{city}市民政局" for city in CITIES.split()
    }
    assert all(unit.name.endswith(unit.aliases[0].name) and unit.region for unit in units[3])
    assert {unit.parent.type for unit in units[3] if unit.parent} == {UnitType.PROVINCIAL}
    assert not any(unit.is_sample for position in (1, 2, 3) for unit in units[position])
    assert len(units[4]) == 20
    assert all(unit.is_sample and "示例" in unit.name for unit in units[4])
    assert all(count == 1 for count in Counter(row[1].id for row in rows).values())


def test_beijing_as_a_whole(beijing: Training) -> None:
    assert beijing.title_zh == "2019年社会组织扶贫宣传暨新闻发言人培训班"
    assert [(one.role, one.unit.name) for one in beijing.hosts] == [(HostRole.HOST, "民政部社会组织管理局")]
    parent = beijing.hosts[0].unit.parent
    assert parent is not None
    assert parent.name == "民政部"
    assert beijing.place_zh == "北京市"
    assert (beijing.start_date, beijing.end_date) == (date(2019, 11, 8), date(2019, 11, 8))
    assert beijing.theme_zh == "社会组织扶贫宣传和新闻发言人制度建设"
    assert [(one.position, one.text_zh) for one in beijing.study_topics] == [
        (1, "党的十九届四中全会精神"),
        (2, "习近平总书记关于扶贫工作的重要论述"),
        (3, "习近平总书记关于民政工作的重要指示精神"),
        (4, "社会组织参与脱贫攻坚的有关政策"),
    ]
    assert "课程丰富、安排合理" in beijing.feedback_zh
    assert beijing.source_zh == "据民政部网站"
    assert beijing.is_sample


def test_beijing_was_opened_with_a_speech_and_a_briefing(session: Session, beijing: Training) -> None:
    (opening,) = sessions(session, beijing, SessionKind.OPENING)
    (part,) = opening.contributions
    assert part.role is ContributorRole.SPEECH
    assert "动员讲话" in opening.description_zh
    assert speakers([opening]) == ["民政部社会组织管理局副局长陈小勇"]
    briefing = sessions(session, beijing, SessionKind.BRIEFING)[0]
    assert briefing.title_zh == "2019年社会组织新闻宣传工作基本情况和2020年初步工作安排"
    assert speakers([briefing]) == ["民政部社会组织管理局"]
    assert {one.name for one in part.lecturer.unit.aliases} == {"社会组织管理局"}  # type: ignore[union-attr]


def test_beijing_had_experts_of_six_bodies(session: Session, beijing: Training) -> None:
    lectures = sessions(session, beijing, SessionKind.LECTURE)
    assert [part.lecturer.unit.name for row in lectures for part in row.contributions] == [  # type: ignore[union-attr]
        "共青团中央新媒体中心",
        "新华社",
        "中央电视台",
        "中国青年报社",
        "字节跳动",
        "晋商行科技",
    ]
    assert {part.lecturer.type for row in lectures for part in row.contributions} == {ContributorType.UNNAMED}


def test_beijing_heard_four_partners_and_of_three_platforms(session: Session, beijing: Training) -> None:
    (exchange,) = sessions(session, beijing, SessionKind.EXCHANGE)
    assert "全国社会组织宣传伙伴计划" in exchange.description_zh
    assert speakers([exchange]) == [
        "中国矿业联合会",
        "中国优质农产品开发服务协会",
        "中国儿童少年基金会",
        "中国器官移植发展基金会",
    ]
    assert [row.title_zh for row in sessions(session, beijing, SessionKind.BRIEFING)[1:]] == [
        "情况介绍：国家政务服务平台",
        "情况介绍：中国社会组织融媒体平台",
        "情况介绍：《中国社会组织》杂志",
    ]


def test_beijing_trained_the_spokespersons_of_260_organisations_and_gave_each_the_book(
    session: Session, beijing: Training
) -> None:
    units = session.scalars(
        sa.select(Unit).join(Registration).where(Registration.training_id == beijing.id)
    ).all()
    assert len(units) == len({unit.id for unit in units}) == 260
    assert {unit.type for unit in units} == {UnitType.ASSOCIATION}
    assert [(one.name_zh, one.post_zh) for one in beijing.categories] == [("社会组织", "新闻发言人")]
    posts = session.scalars(sa.select(Registration.post).where(Registration.training_id == beijing.id))
    assert set(posts) == {"新闻发言人"}
    book = session.scalars(sa.select(Material).where(Material.training_id == beijing.id)).one()
    assert (book.kind, book.title_zh) == (MaterialKind.BOOK, "《社会组织新闻发言人工作指南》")
    given = session.scalars(sa.select(Handout.registration_id).where(Handout.material_id == book.id)).all()
    assert len(set(given)) == 260


def test_english_titles_are_marked_as_translations_and_nothing_lacks_english(
    session: Session, loaded: Session
) -> None:
    trainings = session.scalars(sa.select(Training)).all()
    assert [bool(one.title_en and one.title_en_translated) for one in trainings] == [True, True]
    for table, names in (
        (Training, ("title", "place", "purpose", "theme", "feedback", "source", "signature")),
        (TrainingSession, ("title", "description")),
        (Category, ("name", "post")),
        (Site, ("name", "district")),
        (Lecturer, ("title",)),
        (Material, ("title",)),
    ):
        rows = session.scalars(sa.select(table)).all()
        assert rows, table
        for row in rows:
            for name in names:
                assert bool(getattr(row, f"{name}_zh")) == bool(getattr(row, f"{name}_en")), (table, name)
    assert all(session.scalars(sa.select(Unit.name_en)))


def test_whatever_the_page_does_not_say_is_marked_as_a_sample(session: Session, loaded: Session) -> None:
    rows = session.scalars(sa.select(TrainingSession)).all()
    assert rows
    for row in rows:
        invented = row.kind in {SessionKind.MEAL, SessionKind.TRANSFER, SessionKind.CLOSING}
        assert (row.times_are_sample, row.is_sample) == (True, invented)
    for marks in (Person.is_sample, Registration.is_sample, Handout.is_sample):
        assert set(session.scalars(sa.select(marks))) == {True}
    assert all(("示例" in unit.name) == unit.is_sample for unit in session.scalars(sa.select(Unit)))
    sites = session.scalars(sa.select(Site)).all()
    assert not any(site.address or site.host_contact or site.host_phone for site in sites)


def test_sessions_lie_within_the_days_and_never_overlap(session: Session, loaded: Session) -> None:
    for training in session.scalars(sa.select(Training)):
        rows = sessions(session, training, *SessionKind)
        zone = ZoneInfo(training.time_zone)
        days = {row.starts_at.astimezone(zone).date() for row in rows}
        last = training.end_date - training.start_date
        assert days == {training.start_date + timedelta(days=number) for number in range(last.days + 1)}
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(rows))
