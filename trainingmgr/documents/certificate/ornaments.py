"""Drawn borders as SVG, read off what ReportLab makes of them, so that there is one drawing of each."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.certificate.borders import draw_border
from trainingmgr.domain.design import Border


@lru_cache(maxsize=32)
def border_shapes(border: Border, width: float, height: float) -> str:
    """The border on paper of this size in points as SVG elements, y upwards."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), pageCompression=0)
    draw_border(canvas, border, width, height)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(buffer) as source:
        page = source.pages[0]
        kept: dict[str, str] = {}
        drawn = _shapes(page, _forms(page.resources), kept)
        return (
            f"<defs>{''.join(kept.values())}</defs>"
            f'<g stroke="{border.colour}" stroke-linecap="round">{drawn}</g>'
        )


def _forms(resources: pikepdf.Object) -> dict[str, pikepdf.Object]:
    return dict(resources.get("/XObject", pikepdf.Dictionary()).items())


def _shapes(
    drawn: pikepdf.Page | pikepdf.Object, forms: Mapping[str, pikepdf.Object], kept: dict[str, str]
) -> str:
    """What a content stream draws; forms that it uses go into `kept`. Those operators are known that borders use."""
    parts: list[str] = []
    path: list[str] = []
    opened = [0]
    for step in pikepdf.parse_content_stream(drawn):
        values = [str(value) for value in step.operands]
        match str(step.operator):
            case "q":
                parts.append("<g>")
                opened.append(0)
            case "Q":
                parts.append("</g>" * (opened.pop() + 1))
            case "cm":
                parts.append(f'<g transform="matrix({" ".join(_short(values))})">')
                opened[-1] += 1
            case "w":
                parts.append(f'<g stroke-width="{values[0]}">')
                opened[-1] += 1
            case "m" | "l" | "c" as letter:
                path.append(f"{letter.upper()}{' '.join(_short(values))}")
            case "h":
                path.append("Z")
            case "re":
                x, y, wide, high = values
                path.append(f"M{x} {y}h{wide}v{high}h-{wide}Z")
            case "S":
                parts.append(f'<path fill="none" d="{"".join(path)}"/>')
                path = []
            case "n":
                path = []
            case "Do":
                parts.append(_form(values[0], forms, kept))
    parts.append("</g>" * (sum(opened) + len(opened) - 1))
    return "".join(parts)


def _form(name: str, forms: Mapping[str, pikepdf.Object], kept: dict[str, str]) -> str:
    key = f"border-{name[1:].replace('.', '-')}"
    if key not in kept:
        form = forms[name]
        inner = {**forms, **_forms(form.get("/Resources", pikepdf.Dictionary()))}
        shapes = _shapes(form, inner, kept)
        kept[key] = f'<g id="{key}">{shapes}</g>'
    return f'<use href="#{key}"/>'


def _short(values: Sequence[str]) -> list[str]:
    return [f"{float(value):.3f}".rstrip("0").rstrip(".") for value in values]
