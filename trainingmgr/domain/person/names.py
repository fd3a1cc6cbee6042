"""Names: how they are put right, compared, ordered and written in Latin letters."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from functools import cache, lru_cache

from trainingmgr.domain.person.surnames import COMPOUND, SINGLE
from trainingmgr.domain.person.text import HAN, INVISIBLE
from trainingmgr.domain.refusal import Refusal

NAME_LIMIT = 120
MIDDLE_DOT = "\u00b7"

_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN = re.compile(f"[{HAN}]")
_DOTS = re.compile(
    r"\s*[\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\u25cf\u2e31\ua78f\u16eb\u02d9\u2981.]+\s*"
)
_HAN_GAP = re.compile(rf"(?<=[{HAN}{MIDDLE_DOT}])\s+(?=[{HAN}{MIDDLE_DOT}])")
_WORDS = re.compile(rf"[{HAN}]+|\w+")
_SEVERAL = re.compile(rf"[{HAN}]{{2,}}\s*(?:[、,;/|\\\n\r]\s*)+[{HAN}]{{2,}}")

# Radicals that text copied from a PDF carries in place of the characters they look like, and
# that NFKC leaves alone.
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻰", "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐龙"
)


def has_han(text: str) -> bool:
    """Tell whether `text` holds a Chinese character."""
    return _HAN.search(text) is not None


def clean_name(raw: str) -> str:
    """Put a typed name right.

    Width is folded (NFKC); spaces inside Chinese names go; every form of the middle dot in a
    Chinese-written minority or foreign name becomes U+00B7; names in other scripts keep single
    spaces and their dots. Raises Refusal: `name_missing`, `name_several` (two people in one cell),
    `control_character` (value: character as U+XXXX), `name_not_a_name` (value), `too_long`.
    """
    if _PLAIN.fullmatch(raw):
        return raw
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).translate(_RADICALS).strip()
    if not text:
        raise Refusal("name_missing")
    for character in text:
        _refuse_unwritable(character)
    if _SEVERAL.search(text):
        raise Refusal("name_several", value=" ".join(text.split())[:80])
    text = " ".join(text.split())
    if has_han(text):
        text = _HAN_GAP.sub("", _DOTS.sub(_dot, text)).strip(f" {MIDDLE_DOT}")
    if not any(character.isalnum() for character in text):
        raise Refusal("name_not_a_name", value=text[:80])
    if len(text) > NAME_LIMIT:
        raise Refusal("too_long", limit=NAME_LIMIT, length=len(text))
    return text


def _refuse_unwritable(character: str) -> None:
    category = unicodedata.category(character)
    if category in {"Co", "Cs"} or character == "\ufffd" or (category == "Cc" and not character.isspace()):
        raise Refusal("control_character", character=f"U+{ord(character):04X}")
    # Python's tables are older than the latest Chinese blocks, which lie in planes 2 and 3.
    if category == "Cn" and not 0x20000 <= ord(character) <= 0x3FFFF:
        raise Refusal("control_character", character=f"U+{ord(character):04X}")


def _dot(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()], found.string[found.end() :]
    between = bool(before) and bool(after) and has_han(before[-1] + after[0])
    return MIDDLE_DOT if between or not before or not after else found[0]


_SOUNDS = {
    "卜": "bu",
    "都": "du",
    "丁": "ding",
    "卡": "ka",
    "什": "shi",
    "哈": "ha",
    "拉": "la",
    "的": "di",
    "仔": "zi",
}
_KEY_DROP = re.compile(rf"[\s{MIDDLE_DOT}.'’`\-]+")


@lru_cache(maxsize=32768)
def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, spaces, dots, hyphens and apostrophes put aside."""
    if _PLAIN.fullmatch(name):
        return name
    folded = unicodedata.normalize("NFKC", name).translate(_RADICALS).casefold()
    return _KEY_DROP.sub("", folded) or folded


@cache
def _phrases() -> Container[str]:
    # The dictionaries take a fifth of a second and 40 MB: loaded where a name is first ordered.
    from pypinyin.constants import PHRASES_DICT

    phrases: Container[str] = PHRASES_DICT
    return phrases


@lru_cache(maxsize=16384)
def _read(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(str(one) for one in lazy_pinyin(text))


class _Sounds(dict[int, str]):
    """For `str.translate`: what each character's sound gives, worked out where the character first comes."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, code: int) -> str:
        self[code] = found = self._form("".join(_read(chr(code))))
        return found


_SPACED = _Sounds(lambda sound: f" {sound}")
_INITIAL = _Sounds(lambda sound: sound[:1])


def _sounds(part: str) -> list[str]:
    """Syllables of one part of a name written by sound, where each character has its plain reading."""
    return [_SOUNDS.get(c) or s for c in part for s in _read(c) if s.strip()]


def _surname(name: str) -> tuple[str, str]:
    """The reading of the surname (its syllables run together) and the characters after it."""
    if len(name) > 2 and name[:2] in COMPOUND:
        return COMPOUND[name[:2]], name[2:]
    return SINGLE.get(name[0]) or "".join(_read(name[0])), name[1:]


@lru_cache(maxsize=65536)
def _keys(name: str) -> tuple[str, str]:
    """The key by which names are ordered, and the initials."""
    if _PLAIN.fullmatch(name):
        surname, given = _surname(name)
        # One or two characters that are no phrase are read one by one.
        if len(given) <= 2 and given not in _phrases():
            return surname + given.translate(_SPACED), surname[0] + given.translate(_INITIAL)
    readings = _readings(name)
    return " ".join(readings) or name.casefold(), "".join([one[0] for one in readings if one])


def _readings(name: str) -> tuple[str, ...]:
    """Syllables of a Chinese name, surname first; of any other name, its words in plain lower case."""
    if not has_han(name):
        plain = unicodedata.normalize("NFKD", name).casefold()
        return tuple(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))
    if MIDDLE_DOT in name:
        return tuple(s for part in name.split(MIDDLE_DOT) for s in _sounds(part))
    if not has_han(name[0]):
        return tuple(s.casefold() for s in _read(name) if s.strip())
    surname, given = _surname(name)
    return (surname, *(s.casefold() for s in _read(given) if s.strip())) if given else (surname,)


def pinyin_key(name: str) -> str:
    """The key by which names are ordered: `chen yueliang`-style syllables apart, `chen yue liang`.

    Surnames with a reading of their own (单 shan, 仇 qiu, 尉迟 yuchi, 万俟 moqi) have it; ü is v.
    Names in other scripts give their words in lower case without accents.
    """
    return _keys(name)[0]


@lru_cache(maxsize=4096)
def text_pinyin(text: str) -> tuple[str, ...]:
    """The syllables of a text that is nobody's name, as of a unit: `chong`, `qing`, `shi` for 重庆市."""
    return tuple(
        sound
        for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
        for sound in (_read_long(word) if has_han(word) else (word,))
    )


def _read_long(text: str) -> Iterator[str]:
    # Names of units share their words; each is worked out once, in a tenth of the time of the whole.
    from pypinyin.seg.mmseg import seg

    for word in seg.cut(text):
        yield from _read(word)


def pinyin_initials(name: str) -> str:
    """The first letters of the syllables: `cyl` for 陈越良, `yjd` for 尉迟敬德."""
    return _keys(name)[1]


def name_parts(name: str) -> tuple[str, str]:
    """Surname and given name; of a name in parts (阿卜杜拉·麦麦提) all is given, of one in Latin letters the last word is the surname."""
    if MIDDLE_DOT in name:
        return "", name
    if not has_han(name):
        given, _space, surname = name.rpartition(" ")
        return surname, given
    if not has_han(name[0]):
        return "", name
    given = _surname(name)[1]
    return name.removesuffix(given) if given else name, given


def latin_form(name: str) -> str:
    """The spelling by GB/T 28039 that an English print uses where the person gave none: `Chen Yueliang`.

    ü is written yu, as in passports. A name in Latin letters is returned as it is; a name in parts
    (阿卜杜拉·麦麦提) keeps its parts, though the person's own spelling usually differs.
    """
    if not has_han(name):
        return name
    if MIDDLE_DOT in name:
        parts = ["".join(_sounds(part)) for part in name.split(MIDDLE_DOT)]
    elif not has_han(name[0]):
        parts = ["".join(_read(name))]
    else:
        surname, given = _surname(name)
        parts = [surname, "".join(_read(given))] if given else [surname]
    return " ".join(part.replace("lv", "lyu").replace("nv", "nyu").capitalize() for part in parts)
