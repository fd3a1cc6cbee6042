"""Phone numbers in one normal form: E.164, an extension as `;ext=`."""

import re
import unicodedata

from trainingmgr.domain.person.text import INVISIBLE
from trainingmgr.domain.refusal import Refusal

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_EXTENSION = re.compile(
    r"(?:;?\s*(?:ext\.?|extension|x|转|轉|分机|分機|#)\s*[:=]?\s*([0-9]{1,6}))\)?$", re.IGNORECASE
)
_AREA_DASHES = re.compile(r"(\(?0[0-9]{2,3}\)?[-\s]?[0-9]{7,8})-([0-9]{1,6})")
_NOISE = re.compile(r"[\s\-‐‑‒–—―−.()]+")
_DATE = re.compile(r"(?:19|20)[0-9]{2}([-/.年])\s?[01]?[0-9](?:\1|月)\s?[0-3]?[0-9]日?(?:\s.*)?")
_SEVERAL = re.compile(r"[/、,;|\n]|\s或\s?|或")


def clean_phone(raw: str, region: str = "CN") -> str:
    """The normal form of a phone number, empty for an empty cell.

    Mainland mobiles by their exact pattern; landlines need their area code; other countries'
    numbers need their country code. Full-width digits, +86, 0086, dashes and brackets are read.
    `region` is the country of numbers that name none. Raises Refusal: `number_rounded` (a
    spreadsheet turned it into 1.38E+10), `phone_several`, `phone_no_area_code`, `phone_is_date`,
    `phone_invalid`, each with the value.
    """
    found = _MOBILE.fullmatch(raw)
    if found:
        return "+86" + found[1]
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip()
    text = text.removeprefix("'").removeprefix("tel:").strip()
    if not text:
        return ""
    if _ROUNDED.fullmatch(text):
        raise Refusal("number_rounded", value=text)
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    found = _MOBILE.fullmatch(_NOISE.sub("", text))
    if found:
        return "+86" + found[1]
    return _other(text, raw.strip()[:60], region)


def _other(text: str, shown: str, region: str) -> str:
    # Landlines, free numbers and foreign ones are rare and irregular: Google's tables know them.
    import phonenumbers

    if _DATE.fullmatch(text):
        raise Refusal("phone_is_date", value=shown)
    extension = ""
    dashed = _AREA_DASHES.fullmatch(text)
    if dashed:
        text, extension = dashed[1], dashed[2]
    else:
        tail = _EXTENSION.search(text)
        if tail:
            text, extension = text[: tail.start()], tail[1]
    if _SEVERAL.search(text.strip()):
        raise Refusal("phone_several", value=shown)
    digits = _NOISE.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not re.fullmatch(r"\+?[0-9]{5,17}", digits):
        raise Refusal("phone_invalid", value=shown)
    if region == "CN" and re.fullmatch(r"[2-8][0-9]{6,7}", digits):
        raise Refusal("phone_no_area_code", value=shown)
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        raise Refusal("phone_invalid", value=shown) from error
    if not phonenumbers.is_valid_number(number):
        raise Refusal("phone_invalid", value=shown)
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{normal};ext={extension}" if extension else normal


def phone_tail(phone: str) -> str:
    """The last four digits of a normal form, without the extension."""
    return phone.partition(";")[0][-4:]


def show_phone(phone: str) -> str:
    """A normal form as people read it: 138 0013 8000, 028 8661 2345-801, +44 20 7946 0018."""
    number, _, extension = phone.partition(";ext=")
    if number.startswith("+861") and len(number) == 14:
        shown = f"{number[3:6]} {number[6:10]} {number[10:]}"
    elif number:
        import phonenumbers

        parsed = phonenumbers.parse(number)
        form = phonenumbers.PhoneNumberFormat
        shown = phonenumbers.format_number(
            parsed, form.NATIONAL if parsed.country_code == 86 else form.INTERNATIONAL
        )
    else:
        return ""
    return f"{shown}-{extension}" if extension else shown


def mask_phone(phone: str) -> str:
    """A normal form with its middle hidden: 138****8000, +44****0018."""
    if not phone:
        return ""
    number = phone.partition(";")[0]
    head = number[3:6] if number.startswith("+861") and len(number) == 14 else number[:3]
    return f"{head}****{number[-4:]}"
