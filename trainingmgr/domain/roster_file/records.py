"""What a judged roster is made of: rows, and what is wrong or doubtful about them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from trainingmgr.domain.person import IdDocument, Sex, name_key
from trainingmgr.domain.roster_file.headers import RosterField

NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row: `code` and `values` as in a refusal; `field` None means the row as a whole."""

    row: int
    field: RosterField | None
    code: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class RosterRow(msgspec.Struct, frozen=True, gc=False):
    """One person as a file gives them, cleaned. Empty text means that the file does not say.

    `aside` is what stood in cells of other fields and has none of its own: a second phone, a word behind the name.

    A struct, since thousands are made at once: in a tenth of the time of a frozen dataclass, and past the
    cycle collector.
    """

    row: int
    name: str
    unit: str = ""
    post: str = ""
    phone: str = ""
    document: IdDocument | None = None
    latin_name: str = ""
    email: str = ""
    sex: Sex | None = None
    ethnicity: str = ""
    category: str = ""
    group: str = ""
    note: str = ""
    aside: str = ""

    @property
    def name_key(self) -> str:
        return name_key(self.name)

    def note_over(self, before: str) -> str:
        """What becomes of a person's note: the file's own, else the one `before`, and what stood aside."""
        note = self.note or before
        if not self.aside or self.aside in note:
            return note
        joined = f"{note}；{self.aside}" if note else self.aside
        return joined if len(joined) <= NOTE_LIMIT else note
