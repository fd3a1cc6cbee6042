"""Header words, in the many forms in which offices write them."""

import re
import unicodedata
from enum import StrEnum

from trainingmgr.domain.person.text import INVISIBLE


class RosterField(StrEnum):
    """What a column of a roster may hold."""

    NAME = "name"
    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    LATIN_NAME = "latin_name"
    UNIT = "unit"
    POST = "post"
    UNIT_AND_POST = "unit_and_post"
    PHONE = "phone"
    EMAIL = "email"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    CATEGORY = "category"
    GROUP = "group"
    NOTE = "note"
    SEQUENCE = "sequence"


# Words in order of preference: where two columns name one field, the earlier word wins.
_WORDS: dict[RosterField, str] = {
    RosterField.NAME: """
        姓名 学员姓名 参训人员姓名 参会人员姓名 人员姓名 参训人员 参训学员 参加人员 参会人员 参训人 学员 中文姓名 中文名 名字
        代表姓名 新闻发言人 新闻发言人姓名 发言人 姓名全称 真实姓名 姓名中文
        name fullname participant participantname nameofparticipant attendee attendeename traineename trainee
        delegate delegatename chinesename nameinchinese studentname
    """,
    RosterField.SURNAME: "姓 姓氏 surname lastname familyname",
    RosterField.GIVEN_NAME: "名 givenname firstname forename",
    RosterField.LATIN_NAME: """
        英文名 英文姓名 姓名拼音 拼音 拼音姓名 外文姓名 外文名 姓名英文 护照姓名 汉语拼音 罗马字姓名
        latinname englishname pinyin nameinenglish nameinlatin nameinpinyin romanizedname romanisedname
        nameonpassport passportname nameinlatinletters
    """,
    RosterField.UNIT: """
        单位 工作单位 单位名称 所在单位 所属单位 单位全称 工作单位全称 派出单位 选派单位 推荐单位 报送单位 参训单位 任职单位
        单位部门 工作单位及部门 单位及部门 工作部门 所在部门 部门 机构 机构名称 社会组织名称 社会组织 组织名称 公司 公司名称 服务单位
        unit organisation organization institution employer company workunit affiliation organisationname
        organizationname nameoforganisation nameoforganization agency department body
    """,
    RosterField.POST: """
        职务 现任职务 职务职称 职务职级 职务级别 岗位 职位 职称 职级 行政职务 担任职务 职务及职称
        post position title jobtitle duty role jobposition designation
    """,
    RosterField.UNIT_AND_POST: """
        工作单位及职务 单位及职务 单位职务 工作单位职务 工作单位和职务 单位和职务 所在单位及职务 工作单位与职务 单位与职务
        工作单位及现任职务 工作单位及职务职称 单位及职务职称 工作单位及职务职级 现工作单位及职务 所在单位职务
        unitandpost organisationandpost organizationandposition organisationandposition affiliationandposition
        unitpost organisationandtitle organizationandtitle unitandposition
    """,
    RosterField.PHONE: """
        手机号码 手机号 手机 移动电话 本人手机 手机电话 联系手机 联系电话手机 手机号联系电话 联系电话 联系方式 电话 电话号码 本人联系电话
        联系号码 联络电话 联络方式 行动电话 办公电话 座机 固定电话 单位电话
        mobile mobilenumber mobilephone mobileno cell cellphone phone phonenumber telephone tel contactnumber contact
        contactphone phoneno telephonenumber officephone cellphonenumber
    """,
    RosterField.EMAIL: """
        邮箱 电子邮箱 电子邮件 邮件 邮箱地址 电子信箱 电子邮箱地址 e-mail email emailaddress mail e-mailaddress
    """,
    RosterField.ID_TYPE: "证件类型 证件种类 证件类别 证件名称 idtype documenttype typeofid iddocumenttype typeofdocument",
    RosterField.ID_NUMBER: """
        身份证号码 身份证号 身份证 居民身份证号码 居民身份证号 公民身份号码 公民身份证号码 有效身份证号 身份证件号码 身份证件号 证件号码
        证件号 有效证件号码 证件编号 护照号 护照号码 身份证号证件号 身分证 身分证号 身分证号码
        id idnumber idno idcardnumber idcard nationalid residentid documentnumber iddocument iddocumentnumber
        passport passportnumber passportno residentidnumber documentno
    """,
    RosterField.SEX: "性别 sex gender",
    RosterField.ETHNICITY: "民族 族别 ethnicity ethnicgroup nationality(ethnic)",
    RosterField.CATEGORY: """
        类别 人员类别 学员类别 参训类别 参会类别 身份类别 人员类型 代表类别 类型 category type participantcategory
        categoryofparticipant participanttype
    """,
    RosterField.GROUP: "组别 小组 分组 组 所在小组 班组 group groupname groupno team",
    RosterField.NOTE: "备注 说明 备注说明 其他说明 特殊需求 note notes remark remarks comment comments",
    RosterField.SEQUENCE: "序号 编号 序 号 排序 行号 no no. # seq serial index s/n sn number",
}

# Words of header cells in traditional characters, as this list has them.
_SIMPLIFIED = str.maketrans(
    "單職務電話動號碼證聯絡備註員稱門類別組機郵學參訓會書記區處長級繫編國籍選擇發",
    "单职务电话动号码证联络备注员称门类别组机邮学参训会书记区处长级系编国籍选择发",
)
_DROP = re.compile(r"[\s*＊:：_\-—–·.。、，,/\\|&+'’\"“”()（）\[\]【】{}<>《》]+")
_BRACKETS = re.compile(r"[(\[【{<《][^)\]】}>》]*[)\]】}>》]")
# Names and numbers of other people than the participant.
_OTHERS = re.compile(
    r"联系人|填表|负责人姓名|领导|推荐人|家长|紧急|审核|经办|emergency|supervisor|manager", re.IGNORECASE
)
_ENDINGS: tuple[tuple[str, RosterField], ...] = (
    ("单位及职务", RosterField.UNIT_AND_POST),
    ("身份证号码", RosterField.ID_NUMBER),
    ("身份证号", RosterField.ID_NUMBER),
    ("证件号码", RosterField.ID_NUMBER),
    ("手机号码", RosterField.PHONE),
    ("手机号", RosterField.PHONE),
    ("联系电话", RosterField.PHONE),
    ("工作单位", RosterField.UNIT),
    ("单位名称", RosterField.UNIT),
    ("姓名", RosterField.NAME),
)


def _fold(text: str) -> str:
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _DROP.sub("", plain.translate(_SIMPLIFIED))


_FIELDS: dict[str, tuple[RosterField, int]] = {}
for _field, _text in _WORDS.items():
    for _rank, _word in enumerate(_text.split()):
        _FIELDS.setdefault(_fold(_word) or _word, (_field, _rank))

_RANK_OF_ENDINGS = 1000


def field_of(header: str) -> tuple[RosterField, int] | None:
    """The field that a header cell names, and how good the word is (0 best); None for other words.

    Spaces, line breaks, width, marks such as * and what stands in brackets are put aside.
    """
    if len(header) > 60:
        return None
    whole = _fold(header)
    if not whole:
        return _FIELDS.get(header.strip())
    found = _FIELDS.get(whole)
    if found:
        return found
    bare = _fold(_BRACKETS.sub("", unicodedata.normalize("NFKC", header)))
    found = _FIELDS.get(bare)
    if found:
        return found
    if len(bare) <= 14 and not _OTHERS.search(bare):
        for ending, field in _ENDINGS:
            if bare.endswith(ending):
                return field, _RANK_OF_ENDINGS
    return None
