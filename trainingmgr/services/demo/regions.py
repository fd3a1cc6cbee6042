"""The units that the Chengdu class was offered to: provincial departments, capitals, cities planned separately."""

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import english_name
from trainingmgr.domain.unit import UnitType
from trainingmgr.services.demo.plan import UnitPlan

MINISTRY = "民政部"
CORPS = "新疆生产建设兵团"

# Name, and the capital with its English name; the four municipalities have none.
_PROVINCES = (
    ("北京市", "", ""),
    ("天津市", "", ""),
    ("河北省", "石家庄市", "Shijiazhuang"),
    ("山西省", "太原市", "Taiyuan"),
    ("内蒙古自治区", "呼和浩特市", "Hohhot"),
    ("辽宁省", "沈阳市", "Shenyang"),
    ("吉林省", "长春市", "Changchun"),
    ("黑龙江省", "哈尔滨市", "Harbin"),
    ("上海市", "", ""),
    ("江苏省", "南京市", "Nanjing"),
    ("浙江省", "杭州市", "Hangzhou"),
    ("安徽省", "合肥市", "Hefei"),
    ("福建省", "福州市", "Fuzhou"),
    ("江西省", "南昌市", "Nanchang"),
    ("山东省", "济南市", "Jinan"),
    ("河南省", "郑州市", "Zhengzhou"),
    ("湖北省", "武汉市", "Wuhan"),
    ("湖南省", "长沙市", "Changsha"),
    ("广东省", "广州市", "Guangzhou"),
    ("广西壮族自治区", "南宁市", "Nanning"),
    ("海南省", "海口市", "Haikou"),
    ("重庆市", "", ""),
    ("四川省", "成都市", "Chengdu"),
    ("贵州省", "贵阳市", "Guiyang"),
    ("云南省", "昆明市", "Kunming"),
    ("西藏自治区", "拉萨市", "Lhasa"),
    ("陕西省", "西安市", "Xi’an"),
    ("甘肃省", "兰州市", "Lanzhou"),
    ("青海省", "西宁市", "Xining"),
    ("宁夏回族自治区", "银川市", "Yinchuan"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "Urumqi"),
)

_SEPARATELY_PLANNED = (
    ("辽宁省", "大连市", "Dalian"),
    ("山东省", "青岛市", "Qingdao"),
    ("浙江省", "宁波市", "Ningbo"),
    ("福建省", "厦门市", "Xiamen"),
    ("广东省", "深圳市", "Shenzhen"),
)

_DISTRICTS = [
    "云台",
    "东湖",
    "青石",
    "望江",
    "南屏",
    "松涛",
    "银杏",
    "明月",
    "竹溪",
    "梅岭",
    "白鹭",
    "锦绣",
    "春晖",
    "和平里",
    "长亭",
    "北苑",
    "柳岸",
    "枫林",
    "新河",
    "桃源",
]


_CODES = {one.name: one.code for one in all_divisions()}


def _department_name(province: str) -> str:
    return f"{province}民政{'局' if province.endswith('市') else '厅'}"


def _provincial(province: str) -> UnitPlan:
    english = english_name(province)
    municipal = province.endswith("市")
    return UnitPlan(
        _department_name(province),
        f"{english} Municipal Civil Affairs Bureau"
        if municipal
        else f"Department of Civil Affairs of {english}",
        UnitType.PROVINCIAL,
        region=province,
        parent=MINISTRY,
        division_code=_CODES[province],
    )


def _city(province: str, city: str, english: str) -> UnitPlan:
    return UnitPlan(
        f"{province}{city}民政局",
        f"{english} Municipal Civil Affairs Bureau",
        UnitType.CITY,
        region=f"{province}{city}",
        parent=_department_name(province),
        aliases=(f"{city}民政局",),
        division_code=_CODES[city],
    )


def provincial() -> tuple[UnitPlan, ...]:
    """The departments of the 31 provinces, autonomous regions and municipalities, and the Corps's bureau."""
    corps = UnitPlan(
        f"{CORPS}民政局",
        "Civil Affairs Bureau of the Xinjiang Production and Construction Corps",
        UnitType.PROVINCIAL,
        region=CORPS,
        parent=MINISTRY,
    )
    return (*(_provincial(name) for name, *_ in _PROVINCES), corps)


def cities() -> tuple[UnitPlan, ...]:
    """The bureaus of the 27 capitals and of the five cities with separate planning."""
    capitals = [_city(name, city, english) for name, city, english in _PROVINCES if city]
    return (*capitals, *(_city(*one) for one in _SEPARATELY_PLANNED))


def districts() -> tuple[UnitPlan, ...]:
    """Twenty districts that do not exist: the source names none of those that sent somebody."""
    return tuple(
        UnitPlan(
            f"示例{name}区民政局",
            f"Civil Affairs Bureau of sample district {number}",
            UnitType.DISTRICT,
            region="示例",
            is_sample=True,
        )
        for number, name in enumerate(_DISTRICTS, start=1)
    )
