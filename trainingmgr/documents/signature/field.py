"""What a signature is made of inside a PDF: its dictionary with room for the container, its field, its form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from trainingmgr.documents.pdf import dictionary, ref, text_string

FIELD_NAME = "Signature1"
_RANGE = "/ByteRange["
_RANGE_WIDTH = 44
_MOMENT = "D:20000101000000Z"
# The ISO extensions of a signature by PAdES, registered with ETSI's prefix.
_EXTENSIONS = "<</ESIC<</BaseVersion/1.7/ExtensionLevel 2>>>>"
_PRINTED_AND_LOCKED = 132


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where a visible signature stands on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class SignatureDictionary:
    """The body of a signature dictionary with places kept free, and the filling of them."""

    def __init__(self, *, name: str, reason: str, location: str, contact: str, room: int) -> None:
        self._room = room * 2
        texts = {"Name": name, "Reason": reason, "Location": location, "ContactInfo": contact}
        reference = (
            "[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
        )
        head = f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached{_RANGE}"
        middle = f"{' ' * _RANGE_WIDTH}]/M("
        entries = {key: text_string(text) for key, text in texts.items() if text}
        tail = f"{_MOMENT})/Reference{reference}{dictionary(entries)[2:-2]}/Contents"
        self._range_at = len(head)
        self._moment_at = len(head) + len(middle)
        self._contents_at = self._moment_at + len(tail)
        self.body = f"{head}{middle}{tail}<{'0' * self._room}>>>".encode("ascii")

    def digest(self, pdf: bytearray, at: int, moment: datetime) -> bytes:
        """Write byte range and time into the body that stands at `at`; the SHA-256 of all but the container.

        Raises ValueError if the body does not stand there.
        """
        if not pdf.startswith(self.body[: self._range_at + _RANGE_WIDTH], at):
            raise ValueError("there is no unsigned signature dictionary of this signer at that place")
        gap = at + self._contents_at
        after = gap + self._room + 2
        # As long as the place that is kept, so that nothing moves.
        spans = f"0 {gap} {after} {len(pdf) - after}".encode("ascii").ljust(_RANGE_WIDTH)
        pdf[at + self._range_at : at + self._range_at + _RANGE_WIDTH] = spans
        said = f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}Z".encode("ascii")
        pdf[at + self._moment_at : at + self._moment_at + len(said)] = said
        with memoryview(pdf) as view:
            state = sha256(view[:gap])
            state.update(view[after:])
        return state.digest()

    def put(self, pdf: bytearray, at: int, container: bytes) -> None:
        """Write the container into its room. Raises ValueError if it is too large."""
        text = container.hex().encode("ascii")
        if len(text) > self._room:
            raise ValueError("the room that was kept for the signature is too small")
        start = at + self._contents_at + 1
        pdf[start : start + len(text)] = text


def field_body(signature: int, page: int, rectangle: Rectangle | None, appearance: int | None) -> bytes:
    """The field and its place on the page in one; without a rectangle it is not to be seen."""
    corners = (
        (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top) if rectangle else (0, 0, 0, 0)
    )
    entries: dict[str, object] = {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": f"({FIELD_NAME})",
        "F": _PRINTED_AND_LOCKED,
        "Rect": f"[{' '.join(f'{corner:g}' for corner in corners)}]",
        "P": ref(page),
        "V": ref(signature),
    }
    if appearance is not None:
        entries["AP"] = dictionary({"N": ref(appearance)})
    return dictionary(entries).encode("ascii")


def catalog_entries(signature: int, field: int, store: int | None) -> dict[str, str]:
    """The form, the certification that allows no change, and the validation data if there are any."""
    entries = {
        "AcroForm": dictionary({"Fields": f"[{ref(field)}]", "SigFlags": 3}),
        "Perms": dictionary({"DocMDP": ref(signature)}),
        "Extensions": _EXTENSIONS,
    }
    return entries if store is None else entries | {"DSS": ref(store)}
