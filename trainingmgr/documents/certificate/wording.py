"""What a certificate says, for each kind and in each language, as an office would write it."""

from collections.abc import Iterator
from typing import NamedTuple

from trainingmgr.domain.certificate import CertificateKind, CertificateSnapshot
from trainingmgr.domain.chinese import (
    class_hours_en,
    class_hours_zh,
    date_range_en,
    date_range_zh,
    is_east_asian,
    join_en,
    join_zh,
)

SAMPLE = "示例 SAMPLE"
PREVIEW = "预览 PREVIEW"


class Atom(NamedTuple):
    """A stretch of words. `whole` is never broken, `personal` differs from one holder to the next, `name` is
    somebody's name, `anywhere` may be broken between any two characters, as an address without words is, and if it is
    `whole` too, only where it is longer than a line."""

    text: str
    whole: bool = False
    personal: bool = False
    name: bool = False
    anywhere: bool = False


class Words(NamedTuple):
    """What the kind alone decides in one language; `closing` is Chinese custom."""

    title: str
    opening: str
    closing: str = ""


_Kind = CertificateKind

ZH = {
    _Kind.COMPLETION: Words("结业证书", "学员", "特发此证。"),
    _Kind.ATTENDANCE: Words("参训证明", "兹证明", "特此证明。"),
    _Kind.CLASS_HOURS: Words("学时证明", "兹证明", "特此证明。"),
    _Kind.BEST_TRAINEE: Words("优秀学员证书", "学员", "特发此证，以资鼓励。"),
    _Kind.APPOINTMENT: Words("聘书", "兹聘请", "此聘。"),
    _Kind.THANKS: Words("感谢状", "承蒙", "特此致谢。"),
}

EN = {
    _Kind.COMPLETION: Words("Certificate of Completion", "This is to certify that"),
    _Kind.ATTENDANCE: Words("Certificate of Attendance", "This is to certify that"),
    _Kind.CLASS_HOURS: Words("Certificate of Class Hours", "This is to certify that"),
    _Kind.BEST_TRAINEE: Words("Best Trainee Award", "This is to certify that"),
    _Kind.APPOINTMENT: Words("Letter of Appointment", "We hereby appoint"),
    _Kind.THANKS: Words("Certificate of Appreciation", "Our sincere thanks go to"),
}


def is_chinese(name: str) -> bool:
    """Whether any of the name is written in Chinese characters."""
    return any(is_east_asian(character) for character in name)


def quoted(title: str) -> str:
    """A title in quotation marks, those inside it becoming single ones; a book title's marks are enough."""
    if title.startswith("《") and title.endswith("》"):
        return title
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def body_zh(snapshot: CertificateSnapshot) -> Iterator[Atom]:
    """What follows the holder's name, up to the full stop."""
    dates = date_range_zh(snapshot.start_date, snapshot.end_date)
    held = f"由{snapshot.host_zh}主办"
    if snapshot.co_hosts_zh:
        held += f"，{join_zh(snapshot.co_hosts_zh)}承办"
    where = f"在{snapshot.place_zh}" if snapshot.place_zh else ""
    title = quoted(snapshot.training_title_zh)
    hours = class_hours_zh(snapshot.class_hours) if snapshot.class_hours else ""
    if snapshot.kind is _Kind.APPOINTMENT:
        yield Atom(f"担任{held}的{title}授课教师，于{dates}{where}")
        yield from _taught_zh(snapshot, hours)
        yield Atom("。")
        return
    if snapshot.kind is _Kind.THANKS:
        yield Atom(f"老师于{dates}{where}为{held}的{title}")
        yield from _taught_zh(snapshot, hours)
        yield Atom("，对培训工作给予了大力支持。")
        return
    yield Atom(f"于{dates}{where}参加{held}的{title}")
    match snapshot.kind:
        case _Kind.COMPLETION:
            yield Atom("，修完规定课程")
            yield from _hours_zh("，共计", hours)
            yield Atom("，准予结业。")
        case _Kind.CLASS_HOURS:
            yield from _hours_zh("，共完成培训", hours)
            yield Atom("。")
        case _Kind.BEST_TRAINEE:
            yield Atom("，学习认真，表现突出")
            yield from _hours_zh("，修完", hours)
            yield Atom("，被评为优秀学员。")
        case _:
            yield from _hours_zh("，培训共计", hours)
            yield Atom("。")


def _hours_zh(words: str, hours: str) -> Iterator[Atom]:
    if hours:
        yield Atom(words)
        yield Atom(hours, personal=True)


def _taught_zh(snapshot: CertificateSnapshot, hours: str) -> Iterator[Atom]:
    yield Atom("讲授" if snapshot.topic_zh else "授课")
    if snapshot.topic_zh:
        yield Atom(quoted(snapshot.topic_zh), personal=True)
    yield from _hours_zh("，共计", hours)


def body_en(snapshot: CertificateSnapshot) -> Iterator[Atom]:
    """What follows the holder's name, up to the full stop."""
    hours = class_hours_en(snapshot.class_hours) if snapshot.class_hours else ""
    title = quoted(snapshot.training_title_en)
    match snapshot.kind:
        case _Kind.APPOINTMENT:
            yield Atom(f"as a lecturer at {title}, ")
            yield from _held_en(snapshot)
            yield from _taught_en(", to teach", snapshot, hours)
            yield Atom(".")
        case _Kind.THANKS:
            yield from _taught_en("for teaching", snapshot, hours)
            yield Atom(f" at {title}, ")
            yield from _held_en(snapshot)
            yield Atom(".")
        case _:
            yield Atom(f"has attended {title}, ")
            yield from _held_en(snapshot)
            yield from _earned_en(snapshot.kind, hours)


def _earned_en(kind: CertificateKind, hours: str) -> Iterator[Atom]:
    match kind:
        case _Kind.COMPLETION:
            yield Atom(", and has completed the required course")
            yield from _hours_en(" of ", hours)
        case _Kind.CLASS_HOURS:
            yield from _hours_en(", and has completed ", hours)
        case _Kind.BEST_TRAINEE:
            yield from _hours_en(", has completed ", hours)
            yield Atom(", and has been named a best trainee of the class for outstanding performance")
        case _:
            yield from _hours_en(", a course of ", hours)
    yield Atom(".")


def _hours_en(words: str, hours: str) -> Iterator[Atom]:
    if hours:
        yield Atom(words)
        yield Atom(hours, personal=True)


def _taught_en(words: str, snapshot: CertificateSnapshot, hours: str) -> Iterator[Atom]:
    yield Atom(words)
    if snapshot.topic_en:
        yield Atom(f" {quoted(snapshot.topic_en)}", personal=True)
    if hours:
        yield Atom(f" ({hours})", personal=True)


def _held_en(snapshot: CertificateSnapshot) -> Iterator[Atom]:
    held = f"held by {with_article(snapshot.host_en)}"
    if snapshot.co_hosts_en:
        held += f" and co-hosted by {join_en(with_article(name) for name in snapshot.co_hosts_en)}"
    where = f" in {snapshot.place_en}" if snapshot.place_en else ""
    if "," in where:
        where += ","
    preposition = "on" if snapshot.start_date == snapshot.end_date else "from"
    yield Atom(f"{held}{where} {preposition} ")
    yield from dates_en(snapshot)


def dates_en(snapshot: CertificateSnapshot) -> Iterator[Atom]:
    """The days, none of which is broken over two lines."""
    first, to, last = date_range_en(snapshot.start_date, snapshot.end_date).partition(" to ")
    yield Atom(first, whole=True)
    if last:
        yield Atom(to)
        yield Atom(last, whole=True)


def with_article(name: str) -> str:
    """A body's name as a sentence takes it: the Ministry of Civil Affairs, but Chengdu Civil Affairs Bureau."""
    takes_one = " of " in name or name.startswith(("National ", "State ", "General ", "People"))
    return f"the {name}" if takes_one and not name.lower().startswith("the ") else name


def holder_en(snapshot: CertificateSnapshot) -> str:
    """The name by which an English certificate calls the holder."""
    return snapshot.holder_latin_name or snapshot.holder_name


def signature_zh(snapshot: CertificateSnapshot) -> tuple[str, ...]:
    return snapshot.signature_zh or (snapshot.host_zh,)


def signature_en(snapshot: CertificateSnapshot) -> tuple[str, ...]:
    return snapshot.signature_en or (snapshot.host_en,)
