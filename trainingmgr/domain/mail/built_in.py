"""The texts that mails are written from where an organisation has none of its own."""

from trainingmgr.domain.mail.kinds import MailKind
from trainingmgr.domain.mail.template import Template

_ABOUT_ZH = "时间：{dates}\n地点：{place}\n"
_ABOUT_EN = "Dates: {dates}\nPlace: {place}\n"

_ZH: dict[MailKind, Template] = {
    MailKind.CERTIFICATE: Template(
        "{training}{certificate}（{serial}）",
        "{name}，您好：\n\n"
        "“{training}”{certificate}已颁发给您，见附件（PDF文件），请妥善保存。\n\n"
        "证书编号：{serial}\n颁发日期：{issue_date}\n核验网址：{link}\n\n"
        "如发现证书内容有误，请回复本邮件告知。\n\n"
        "{organisation}",
    ),
    MailKind.NOMINATION_INVITATION: Template(
        "请推荐“{training}”参训人员",
        "{unit}：\n\n"
        "我单位将举办“{training}”，请贵单位推荐参训人员，并在截止日期前通过下面的链接填报名单。\n\n"
        + _ABOUT_ZH
        + "名额：{quota}\n填报截止：{deadline}\n填报链接：{link}\n\n"
        "该链接仅供贵单位填报使用，请勿外传。如有疑问，请回复本邮件。\n\n"
        "{organisation}",
    ),
    MailKind.NOMINATION_REMINDER: Template(
        "提醒：请推荐“{training}”参训人员",
        "{unit}：\n\n"
        "“{training}”参训人员名单即将截止填报，请贵单位尽快通过下面的链接完成填报。\n\n"
        + _ABOUT_ZH
        + "名额：{quota}\n已推荐：{nominated}\n填报截止：{deadline}\n填报链接：{link}\n\n"
        "如已报齐，请忽略本邮件。如有疑问，请回复本邮件。\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_RECEIVED: Template(
        "已收到您的报名：{training}",
        "{name}，您好：\n\n"
        "已收到您参加“{training}”的报名，审核结果将另行通知。\n\n"
        + _ABOUT_ZH
        + "\n您可通过下面的链接查看进展或取消报名：\n{link}\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_CONFIRMED: Template(
        "报名已确认：{training}",
        "{name}，您好：\n\n"
        "您参加“{training}”的报名已确认，请按时参加。\n\n" + _ABOUT_ZH + "报名详情：{link}\n\n"
        "如不能参加，请尽早告知，以便安排候补人员。\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_WAITLISTED: Template(
        "已列入候补名单：{training}",
        "{name}，您好：\n\n"
        "“{training}”名额已满，您已列入候补名单。如有空缺，将按顺序递补并通知您。\n\n"
        + _ABOUT_ZH
        + "候补顺序：第{position}位\n报名详情：{link}\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_PROMOTED: Template(
        "候补递补通知：{training}",
        "{name}，您好：\n\n"
        "“{training}”现有空缺，您已由候补转为正式参训，请按时参加。\n\n" + _ABOUT_ZH + "报名详情：{link}\n\n"
        "如不能参加，请尽早告知。\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_DECLINED: Template(
        "报名未通过：{training}",
        "{name}，您好：\n\n"
        "很遗憾，您参加“{training}”的报名未能通过。\n\n"
        "原因：{reason}\n\n"
        "感谢您的关注与支持。\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_CANCELLED: Template(
        "报名已取消：{training}",
        "{name}，您好：\n\n"
        "您参加“{training}”的报名已取消。\n\n"
        "原因：{reason}\n\n"
        "如非您本人意愿，请回复本邮件告知。\n\n"
        "{organisation}",
    ),
    MailKind.TIMETABLE: Template(
        "您的日程：{training}",
        "{name}，您好：\n\n"
        "您在“{training}”的日程见下面的链接，如有调整，以该页面为准。\n\n"
        + _ABOUT_ZH
        + "个人日程：{link}\n在手机日历中订阅：{calendar}\n\n"
        "链接仅供您本人使用，请勿转发。如有疑问，请回复本邮件。\n\n"
        "{organisation}",
    ),
    MailKind.TIMETABLE_CHANGED: Template(
        "“{training}”日程通知",
        "{name}，您好：\n\n"
        "“{training}”的日程已发布，与您有关的安排如下，请留意。\n\n"
        "{changes}\n\n"
        "{note}\n\n"
        "个人日程：{link}\n\n"
        "{organisation}",
    ),
    MailKind.LECTURER_INVITATION: Template(
        "授课邀请：{training}",
        "{name}，您好：\n\n"
        "我单位将举办“{training}”，诚邀您授课：\n\n"
        "{sessions}\n\n"
        + _ABOUT_ZH
        + "\n请通过下面的链接答复能否授课、填写方便的时间，并上传课件和个人简介：\n{link}\n\n"
        "链接仅供您本人使用，请勿转发。如有疑问，请回复本邮件。\n\n"
        "{organisation}",
    ),
    MailKind.LECTURER_REMINDER: Template(
        "提醒：请答复授课邀请（{training}）",
        "{name}，您好：\n\n"
        "此前邀请您在“{training}”授课，尚未收到答复：\n\n"
        "{sessions}\n\n"
        "请通过下面的链接答复：\n{link}\n\n"
        "如已答复，请忽略本邮件。\n\n"
        "{organisation}",
    ),
    MailKind.MESSAGE: Template("{subject}", "{name}，您好：\n\n{text}\n\n{organisation}"),
}

_EN: dict[MailKind, Template] = {
    MailKind.CERTIFICATE: Template(
        "{certificate}, {training} ({serial})",
        "Dear {name},\n\n"
        "Your {certificate} for “{training}” has been issued. It is attached as a PDF file; please keep it safe.\n\n"
        "Number: {serial}\nDate of issue: {issue_date}\nAnybody can verify it at: {link}\n\n"
        "If anything on it is wrong, please reply to this mail.\n\n"
        "{organisation}",
    ),
    MailKind.NOMINATION_INVITATION: Template(
        "Please nominate participants for {training}",
        "To {unit}\n\n"
        "We are holding “{training}” and ask you to nominate participants. "
        "Please enter them under the link below before the closing date.\n\n"
        + _ABOUT_EN
        + "Places for you: {quota}\nClosing date: {deadline}\nEnter names at: {link}\n\n"
        "The link is meant for you alone; please do not pass it on. If you have a question, reply to this mail.\n\n"
        "{organisation}",
    ),
    MailKind.NOMINATION_REMINDER: Template(
        "Reminder: please nominate participants for {training}",
        "To {unit}\n\n"
        "Nominations for “{training}” close soon. Please complete yours under the link below.\n\n"
        + _ABOUT_EN
        + "Places for you: {quota}\nNominated so far: {nominated}\nClosing date: {deadline}\n"
        "Enter names at: {link}\n\n"
        "If your list is complete, please ignore this mail. If you have a question, reply to it.\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_RECEIVED: Template(
        "Your registration has arrived: {training}",
        "Dear {name},\n\n"
        "We have received your registration for “{training}” and will tell you the outcome.\n\n"
        + _ABOUT_EN
        + "\nSee how it stands, or cancel it, at:\n{link}\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_CONFIRMED: Template(
        "Your place is confirmed: {training}",
        "Dear {name},\n\n"
        "Your place in “{training}” is confirmed. We look forward to seeing you.\n\n"
        + _ABOUT_EN
        + "Your registration: {link}\n\n"
        "If you cannot come, please tell us early, so that somebody else gets the place.\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_WAITLISTED: Template(
        "You are on the waiting list: {training}",
        "Dear {name},\n\n"
        "All places in “{training}” are taken, and you are on the waiting list. "
        "When a place becomes free, the next on the list gets it and is told.\n\n"
        + _ABOUT_EN
        + "Your place on the list: {position}\nYour registration: {link}\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_PROMOTED: Template(
        "A place has become free: {training}",
        "Dear {name},\n\n"
        "A place in “{training}” has become free, and it is yours. We look forward to seeing you.\n\n"
        + _ABOUT_EN
        + "Your registration: {link}\n\n"
        "If you cannot come, please tell us early.\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_DECLINED: Template(
        "Your registration was not accepted: {training}",
        "Dear {name},\n\n"
        "We are sorry that your registration for “{training}” could not be accepted.\n\n"
        "Reason: {reason}\n\n"
        "Thank you for your interest.\n\n"
        "{organisation}",
    ),
    MailKind.REGISTRATION_CANCELLED: Template(
        "Your registration is cancelled: {training}",
        "Dear {name},\n\n"
        "Your registration for “{training}” is cancelled.\n\n"
        "Reason: {reason}\n\n"
        "If you did not wish this, please reply to this mail.\n\n"
        "{organisation}",
    ),
    MailKind.TIMETABLE: Template(
        "Your timetable: {training}",
        "Dear {name},\n\n"
        "Your timetable for “{training}” is at the address below. The page always shows how it stands.\n\n"
        + _ABOUT_EN
        + "Your timetable: {link}\nSubscribe to it in a calendar: {calendar}\n\n"
        "The addresses are meant for you alone; please do not pass them on. "
        "If you have a question, reply to this mail.\n\n"
        "{organisation}",
    ),
    MailKind.TIMETABLE_CHANGED: Template(
        "Timetable of {training}",
        "Dear {name},\n\n"
        "The timetable of “{training}” has been published. What concerns you stands below.\n\n"
        "{changes}\n\n"
        "{note}\n\n"
        "Your timetable: {link}\n\n"
        "{organisation}",
    ),
    MailKind.LECTURER_INVITATION: Template(
        "Invitation to teach: {training}",
        "Dear {name},\n\n"
        "We are holding “{training}” and would be glad if you taught:\n\n"
        "{sessions}\n\n" + _ABOUT_EN + "\nPlease tell us at the address below whether you can, and when; "
        "slides and a biography go there too:\n{link}\n\n"
        "The address is meant for you alone; please do not pass it on. If you have a question, reply to this mail.\n\n"
        "{organisation}",
    ),
    MailKind.LECTURER_REMINDER: Template(
        "Reminder: can you teach at {training}?",
        "Dear {name},\n\n"
        "We have asked you to teach at “{training}” and do not have your answer yet:\n\n"
        "{sessions}\n\n"
        "Please give it at:\n{link}\n\n"
        "If you have answered already, please ignore this mail.\n\n"
        "{organisation}",
    ),
    MailKind.MESSAGE: Template("{subject}", "Dear {name},\n\n{text}\n\n{organisation}"),
}


def built_in(kind: MailKind, language: str) -> Template:
    """The program's own text of `kind` in `zh` or `en`."""
    return (_EN if language == "en" else _ZH)[kind]
