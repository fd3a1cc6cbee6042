"""A QR symbol as a picture inside a page."""

from markupsafe import Markup

from trainingmgr.documents.qr import qr_symbol

_QUIET = 4


def qr_picture(text: str, label: str) -> Markup:
    """An SVG element with the symbol of `text` and its quiet zone; `label` is what is said of it instead."""
    symbol = qr_symbol(text)
    side = symbol.modules + 2 * _QUIET
    dark = "".join(
        f"M{column + _QUIET} {row + _QUIET}h{length}v1h-{length}z" for row, column, length in symbol.runs()
    )
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<rect width="{}" height="{}" fill="#fff"/><path d="{}" fill="#000"/></svg>'
    ).format(label, side, side, side, side, dark)
