"""How a page becomes a whole file, whichever way it was drawn, and where a signature finds its room."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

import pikepdf

from trainingmgr.documents.certificate.page import Qr
from trainingmgr.documents.certificate.paperwork import About, colour_profile, information, metadata
from trainingmgr.documents.pdf import PdfWriter, deflate, dictionary, ref
from trainingmgr.documents.pdf_copy import Copier


class Numbers(NamedTuple):
    """The numbers of objects: `page` and `catalog` as they will be, `first` the next that is free."""

    first: int
    page: int
    catalog: int


class Addition(NamedTuple):
    """What is added to a file while it is written, such as a signature field.

    `bodies` become the objects from `Numbers.first` on, in this order. `page` and `catalog` are entries for
    those two dictionaries, their values as they are written.
    """

    bodies: Sequence[bytes]
    page: Mapping[str, str]
    catalog: Mapping[str, str]


Adding = Callable[[Numbers], Addition]


class Bound(NamedTuple):
    """A finished file, and where in it each body of its addition begins."""

    data: bytes
    places: tuple[int, ...]


# Parentheses and backslashes would end or bend a PDF's string.
_IN_ADDRESSES = "%/:?=&#[]@!$'*+,;~"
_NOTHING = Addition((), {}, {})


def catalog_entries(pages: str, profile: str, about: About) -> dict[str, str]:
    """The catalogue of a certificate, but for its metadata."""
    intent = dictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": "(sRGB)",
            "Info": "(sRGB IEC61966-2.1)",
            "DestOutputProfile": profile,
        }
    )
    return {
        "Type": "/Catalog",
        "Pages": pages,
        "Lang": f"({about.language})",
        "ViewerPreferences": "<</DisplayDocTitle true>>",
        "OutputIntents": f"[{intent}]",
    }


def qr_link(qr: Qr) -> str:
    """What leads from the symbol on the screen where it leads a telephone; a reader of the file finds it here too."""
    box = qr.box
    corners = (box.x, box.y, box.x + box.width, box.y + box.height)
    return dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Link",
            "Rect": f"[{' '.join(f'{corner:.2f}' for corner in corners)}]",
            "Border": "[0 0 0]",
            # Printed, as PDF/A wants of all annotations: there is nothing to be seen of it.
            "F": 4,
            "A": dictionary({"S": "/URI", "URI": f"({quote(qr.text, _IN_ADDRESSES)})"}),
        }
    )


def bind_plain(
    page: bytes, about: About, adding: Adding | None = None, *, links: Sequence[str] = ()
) -> Bound:
    """The file of one page that the plain way drew, with these bodies of links."""
    buffer = BytesIO()
    writer = PdfWriter(buffer)
    tree, number, catalog = writer.reserve(), writer.reserve(), writer.reserve()
    with pikepdf.open(BytesIO(page)) as source:
        entries = Copier(writer, {}).page(source.pages[0].obj)
    profile = writer.add_stream(deflate(colour_profile()), {"N": 3})
    writer.add(dictionary({"Type": "/Pages", "Kids": f"[{ref(number)}]", "Count": 1}), tree)
    root = catalog_entries(ref(tree), ref(profile), about) | {
        "Metadata": ref(add_metadata(writer, about, archival=False))
    }
    annotations = [ref(writer.add(link)) for link in links]
    bound = finish(
        writer, number, catalog, {**entries, "Parent": ref(tree)}, root, about, adding, annotations
    )
    return bound._replace(data=buffer.getvalue())


def add_metadata(writer: PdfWriter, about: About, *, archival: bool) -> int:
    return writer.add_raw(metadata(about, archival=archival), {"Type": "/Metadata", "Subtype": "/XML"})


def finish(
    writer: PdfWriter,
    page: int,
    catalog: int,
    page_entries: Mapping[str, str],
    catalog_entries: Mapping[str, str],
    about: About,
    adding: Adding | None,
    annotations: Sequence[str] = (),
) -> Bound:
    """Write what is left of a file: its information, what is added to it, its page and catalogue.

    `annotations` refer to links of the page. `data` of the answer is empty: the writer's sink has it.
    """
    info = writer.add(dictionary(information(about)))
    added = adding(Numbers(writer.next_number, page, catalog)) if adding else _NOTHING
    places = []
    for body in added.bodies:
        number = writer.add(body)
        places.append(writer.place(number) + len(b"%d 0 obj\n" % number))
    entries = {**page_entries, **added.page}
    if annotations:
        entries["Annots"] = f"[{' '.join((added.page.get('Annots', '[]')[1:-1], *annotations)).strip()}]"
    writer.add(dictionary(entries), page)
    writer.add(dictionary({**catalog_entries, **added.catalog}), catalog)
    writer.finish(catalog, info)
    return Bound(b"", tuple(places))
