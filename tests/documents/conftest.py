from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trainingmgr.documents.fonts import FontChain, load_chain
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot, verify_url

CODE = "7K3MQ9WEXR5TB2NHJ6PCVDY8ZA"


@pytest.fixture(scope="session")
def chain() -> FontChain:
    return load_chain(system=False)


@pytest.fixture
def snapshot() -> CertificateSnapshot:
    return CertificateSnapshot(
        language=CertificateLanguage.ZH,
        serial="CD2019-2019-0001",
        code=CODE,
        verify_url=verify_url("https://train.example.org", "CD2019-2019-0001", CODE),
        holder_name="王小明",
        holder_latin_name="Wang Xiaoming",
        training_title_zh="全国社区治理和服务创新实验区示范培训班",
        training_title_en="National Demonstration Training Class for Community Governance Pilot Areas",
        host_zh="民政部",
        host_en="Ministry of Civil Affairs",
        place_zh="四川省成都市",
        place_en="Chengdu, Sichuan",
        start_date=date(2019, 10, 30),
        end_date=date(2019, 11, 2),
        class_hours=Decimal("24.50"),
        issue_date=date(2019, 11, 2),
        is_sample=False,
    )


@pytest.fixture
def longest(snapshot: CertificateSnapshot) -> CertificateSnapshot:
    """The longest facts that offices are known to have, all on one paper."""
    serial = "CD2019-ABCDEFGHJKLMNPQR-2019-00000001"
    return replace(
        snapshot,
        holder_name="阿卜杜热合曼江·阿卜杜力提甫江·买买提艾力·图尔荪",
        holder_latin_name="Abdurehmanjan Abdulatifjan Mamateli Tursunniyaz Muhammad-Ibrahim",
        holder_detail="新疆维吾尔自治区乌鲁木齐市天山区民政局基层政权建设和社区治理科",
        training_title_zh="二〇一九年全国城乡社区治理和服务创新实验区、基层政权建设和社区治理系统领导干部"
        "能力提升示范培训班（第三期）暨经验交流会",
        training_title_en="Third National Demonstration Training Class of 2019 for Leading Officials of the Urban "
        "and Rural Community Governance and Service Innovation Pilot Areas, with an Exchange of Experience",
        host_zh="民政部基层政权建设和社区治理司",
        host_en="Department of Primary-level Governance, Ministry of Civil Affairs of the People’s Republic of China",
        co_hosts_zh=(
            "四川省民政厅",
            "成都市民政局",
            "成都市金牛区人民政府",
            "全国基层政权建设和社区治理专家委员会",
            "中国社区发展协会",
        ),
        co_hosts_en=(
            "Department of Civil Affairs of Sichuan Province",
            "Chengdu Civil Affairs Bureau",
            "People’s Government of Jinniu District",
            "National Expert Committee on Community Governance",
            "China Community Development Association",
        ),
        serial=serial,
        verify_url=verify_url("https://certificates.basic-governance.mca.example.org", serial, CODE),
        start_date=date(2019, 12, 30),
        end_date=date(2020, 1, 12),
    )
