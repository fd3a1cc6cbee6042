"""What the built-in designs are called, in Chinese and English."""

from typing import NamedTuple


class Names(NamedTuple):
    zh: str
    en: str


NAMES = {
    "classic": Names("经典防伪花边", "Classic, engraved border"),
    "ministry": Names("庄重红金", "Ministry, red and gold"),
    "association": Names("雅致青绿", "Association, teal corners"),
    "company": Names("现代竖版色带", "Company, portrait with a band"),
    "hours": Names("A5 学时凭证", "Compact A5 for class hours"),
    "letter": Names("竖版聘书与感谢状", "Letter of appointment or thanks, portrait"),
}
