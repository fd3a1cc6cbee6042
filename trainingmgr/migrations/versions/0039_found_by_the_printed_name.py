"""people found by their names as English prints have them

Revision: 0039, after 0038
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

_OTHER_LETTERS = str.maketrans({'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ı': 'i', 'æ': 'ae', 'œ': 'oe', 'þ': 'th'})
_HAN = re.compile('[\u2e80-\u2fdf\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]')


def _runs(parts: list[str]) -> list[str]:
    return [''.join(parts[start:]) for start in range(len(parts))]


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize('NFKD', word).translate(_OTHER_LETTERS)
    return ''.join(one for one in parts if not unicodedata.combining(one))


def _printed(name: str, sort_key: str, latin_name: str) -> list[str]:
    latin = latin_name or ('' if _HAN.search(name) else name)
    if not latin:
        return _runs([one.replace('lv', 'lyu').replace('nv', 'nyu') for one in sort_key.casefold().split()])
    words = re.findall(r'[^\W_]+', unicodedata.normalize('NFKC', latin).casefold())
    return _runs(words) + _runs([_without_accents(one) for one in words])


def upgrade() -> None:
    connection = op.get_bind()
    people = sa.text(
        "SELECT registration.id, registration.search_text, registration.sort_key, registration.latin_name, person.name "
        "FROM registration JOIN person ON person.id = registration.person_id"
    )
    changes = []
    for row in connection.execute(people):
        first, *rest = row.search_text.split(' ')
        text = ' '.join(dict.fromkeys([first, *_printed(row.name, row.sort_key, row.latin_name), *rest]))
        if len(text) > len(row.search_text):
            changes.append({'row_id': row.id, 'text': text})
    if changes:
        connection.execute(sa.text("UPDATE registration SET search_text = :text WHERE id = :row_id"), changes)


def downgrade() -> None:
    """What is found besides is in nobody's way."""
