"""Certificates of nobody, by which one sees what a design makes of short and long words."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from trainingmgr.config import EXAMPLE_HOST
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateLanguage,
    CertificateSnapshot,
    verify_url,
)

_SERIAL, _CODE = "XFY-C-0001", "7K3M9QXA2BCD4EFG5HJK6LMNP8"
# As long as a signed token is, so that the symbol is as fine as on paper.
_ADDRESS = verify_url(f"https://{EXAMPLE_HOST}", _SERIAL, "SPECIMEN-" * 50)


class Holder(StrEnum):
    """Whose name stands on a specimen: a short one, one with a middle dot, or one as long as names become."""

    SHORT = "short"
    MIDDLE_DOT = "middle_dot"
    LONG = "long"


class _Person(NamedTuple):
    name: str
    latin: str
    unit: str
    unit_en: str
    post: str


_PEOPLE = {
    Holder.SHORT: _Person("王芳", "Wang Fang", "江州市民政局", "Jiangzhou Civil Affairs Bureau", "科长"),
    Holder.MIDDLE_DOT: _Person(
        "古丽娜尔·买买提",
        "Gulnar Mamat",
        "和安县社会组织服务中心",
        "He’an County Service Centre for Social Organisations",
        "主任",
    ),
    Holder.LONG: _Person(
        "阿卜杜热合曼江·吾布力卡斯木艾尼瓦尔",
        "Abdurahmanjan Ubulqasim-Anwar Featherstonehaugh",
        "江州市高新技术产业开发区社会组织综合服务与能力建设促进中心",
        "Centre for Services to Social Organisations in the High-Tech Development Zone of Jiangzhou",
        "副主任兼新闻发言人",
    ),
}
_TOPIC = ("公共事件中的媒体沟通与舆情应对", "Talking to the media when an incident is public")


def specimen(
    kind: CertificateKind,
    language: CertificateLanguage,
    holder: Holder = Holder.SHORT,
    *,
    is_sample: bool = False,
) -> CertificateSnapshot:
    """The facts of a certificate that was never issued."""
    person = _PEOPLE[holder]
    long = holder is Holder.LONG
    lecturing = kind in {CertificateKind.APPOINTMENT, CertificateKind.THANKS}
    return CertificateSnapshot(
        language=language,
        kind=kind,
        serial=_SERIAL,
        code=_CODE,
        verify_url=_ADDRESS,
        holder_name=person.name,
        holder_latin_name=person.latin,
        holder_detail=person.unit if long and not lecturing else None,
        holder_unit=person.unit,
        holder_unit_en=person.unit_en,
        holder_post=person.post,
        training_title_zh="全省社会组织新闻发言人能力提升培训班" if long else "社会组织新闻发言人培训班",
        training_title_en=(
            "Provincial Advanced Training Class for Spokespersons of Social Organisations"
            if long
            else "Training for Spokespersons of Social Organisations"
        ),
        host_zh="示例省民政厅",
        host_en="Sample Department of Civil Affairs",
        co_hosts_zh=("江州市民政局", "示例省社会组织促进会") if long else (),
        co_hosts_en=("Jiangzhou Civil Affairs Bureau", "Sample Association of Social Organisations")
        if long
        else (),
        place_zh="江州",
        place_en="Jiangzhou",
        start_date=date(2026, 5, 12),
        end_date=date(2026, 5, 14),
        class_hours=Decimal(4) if lecturing else Decimal(20),
        issue_date=date(2026, 5, 14),
        topic_zh=_TOPIC[0] if lecturing else "",
        topic_en=_TOPIC[1] if lecturing else "",
        is_sample=is_sample,
    )
