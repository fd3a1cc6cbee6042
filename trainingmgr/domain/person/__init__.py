"""How a person is known: by name, by ID document, by phone."""

from trainingmgr.domain.person.identity import (
    IdDocument,
    IdType,
    Sex,
    birth_date,
    mask_id_number,
    read_id_number,
    read_id_type,
    read_sex,
    sex_of,
)
from trainingmgr.domain.person.names import (
    NAME_LIMIT,
    clean_name,
    has_han,
    latin_form,
    name_key,
    name_parts,
    pinyin_initials,
    pinyin_key,
    text_pinyin,
)
from trainingmgr.domain.person.phones import clean_phone, mask_phone, phone_tail, show_phone
from trainingmgr.domain.person.text import clean_email, clean_text, text_key

__all__ = [
    "NAME_LIMIT",
    "IdDocument",
    "IdType",
    "Sex",
    "birth_date",
    "clean_email",
    "clean_name",
    "clean_phone",
    "clean_text",
    "has_han",
    "latin_form",
    "mask_id_number",
    "mask_phone",
    "name_key",
    "name_parts",
    "phone_tail",
    "pinyin_initials",
    "pinyin_key",
    "read_id_number",
    "read_id_type",
    "read_sex",
    "sex_of",
    "show_phone",
    "text_key",
    "text_pinyin",
]
