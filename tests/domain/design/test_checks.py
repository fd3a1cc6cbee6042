from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.design import (
    Align,
    Design,
    Field,
    Paragraph,
    QrItem,
    Run,
    TextItem,
    pieces,
    printed_fields,
    read_design,
    write_design,
)
from trainingmgr.domain.refusal import Refusal


def _text(words: str, **changes: Any) -> TextItem:
    facts = {"x": 20.0, "y": 20.0, "width": 200.0, "height": 30.0} | changes
    return TextItem(paragraphs=(Paragraph((Run(words),)),), **facts)


def _design(*items: Any, qr: bool = True) -> Design:
    symbol = (QrItem(x=20, y=150, width=30, height=30),) if qr else ()
    return Design(items=(*items, *symbol))


GOOD = _design(_text("{sentence_zh}"), _text("证书编号：{serial}"))


def _refused(data: bytes | str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_design(data)
    return caught.value


def test_what_is_written_is_read_back_the_same() -> None:
    assert read_design(write_design(GOOD)) == GOOD
    assert write_design(read_design(write_design(GOOD))) == write_design(GOOD)


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (_design(_text("{serial}")), "design.holder_missing"),
        (_design(_text("{holder_name}")), "design.serial_missing"),
        (_design(_text("{holder_name} {serial}"), qr=False), "design.qr_missing"),
        (
            _design(_text("{holder_name} {serial}"), QrItem(x=0, y=0, width=30, height=30)),
            "design.qr_twice",
        ),
        (
            _design(_text("{holder_name} {serial}"), QrItem(x=0, y=0, width=10, height=30), qr=False),
            "design.qr_small",
        ),
        (_design(_text("{holder_name} {serial}", x=150.0)), "design.item_outside"),
        (_design(_text("{holder_name} {serial}", size=8.0, smallest=9.0)), "design.sizes_reversed"),
        (
            _design(_text("{holder_name} {serial}", align=Align.SPREAD)),
            "design.spread_needs_one_line",
        ),
        (_design(_text("{holder_name} {secret_key}")), "design.unknown_field"),
        (_design(_text("{holder_name} {serial")), "design.unknown_field"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused_with_its_own_reason(design: Design, code: str) -> None:
    assert _refused(write_design(design)).code == code


def test_an_unknown_field_is_named_with_the_item_that_asks_for_it() -> None:
    values = _refused(
        write_design(_design(_text("{serial}"), _text("{holder_name.__class__}", label="姓名")))
    ).values
    assert (values["item"], values["label"], values["field"]) == (2, "姓名", "holder_name.__class__")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda data: data["items"][0].update(size="big"), "$.items[0].size"),
        (lambda data: data["items"][0].update(onclick="x()"), "$.items[0]"),
        (lambda data: data["items"][1].update(x=-1), "$.items[1].x"),
        (lambda data: data["background"].update(asset="../../etc/passwd"), "$.background.asset"),
        (lambda data: data["border"].update(colour="red;}"), "$.border.colour"),
        (lambda data: data["items"].append({"type": "script"}), "$.items[3].type"),
    ],
)
def test_a_malformed_design_is_refused_with_the_place_of_the_fault(change: Any, path: str) -> None:
    data = msgspec.json.decode(write_design(GOOD))
    change(data)
    refusal = _refused(msgspec.json.encode(data))
    assert (refusal.code, refusal.values["path"]) == ("design.malformed", path)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"{", "不是"])
def test_what_is_no_json_is_refused(data: bytes | str) -> None:
    assert _refused(data).code == "design.not_json"


def test_a_file_of_a_later_program_says_so() -> None:
    data = msgspec.json.decode(write_design(GOOD)) | {"format": 99}
    assert _refused(msgspec.json.encode(data)).code == "design.newer_format"


def test_a_file_too_large_is_not_read_at_all() -> None:
    assert _refused(b" " * 300_000).code == "design.too_large"


def test_the_fields_of_all_texts_are_told() -> None:
    assert set(printed_fields(GOOD)) == {Field.SENTENCE_ZH, Field.SERIAL}


@given(st.lists(st.one_of(st.sampled_from([f"{{{field}}}" for field in Field]), st.text("ab 中，·"))))
def test_a_text_is_the_sum_of_its_pieces(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece.text for piece in pieces(text)) == text
    assert [piece.field for piece in pieces(text) if piece.field] == [
        part[1:-1] for part in parts if part.startswith("{")
    ]
