"""How it stands with a lecturer who was asked; fees and scores as typed, and amounts as receipts write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.evaluation import read_score
from trainingmgr.domain.fee import MOST, in_capitals, read_amount
from trainingmgr.domain.invitation import WAITS_FOR, InvitationAnswer, InvitationState, invitation_state
from trainingmgr.domain.refusal import Refusal

_AT = datetime(2026, 5, 1, tzinfo=UTC)
_SPAN = (_AT + timedelta(days=30), _AT + timedelta(days=30, hours=2))
_LATER = (_SPAN[0] + timedelta(hours=3), _SPAN[1] + timedelta(hours=3))
_YES, _NO = InvitationAnswer.ACCEPTED, InvitationAnswer.DECLINED


@pytest.mark.parametrize(
    ("asked_at", "asked", "answer", "state"),
    [
        (None, None, None, InvitationState.TO_ASK),
        (_AT, _SPAN, None, InvitationState.ASKED),
        (_AT - WAITS_FOR, _SPAN, None, InvitationState.NO_ANSWER),
        (_AT, _SPAN, _YES, InvitationState.ACCEPTED),
        (_AT, _LATER, _YES, InvitationState.MOVED),
        (_AT, _LATER, None, InvitationState.MOVED),
        (_AT, _LATER, _NO, InvitationState.DECLINED),
    ],
)
def test_a_session_that_moved_is_asked_for_again_unless_it_was_declined(
    asked_at: datetime | None,
    asked: tuple[datetime, datetime] | None,
    answer: InvitationAnswer | None,
    state: InvitationState,
) -> None:
    assert invitation_state(asked_at, asked, answer, _SPAN, _AT) is state


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1005.20", "壹仟零伍元贰角整"),
        ("1000.01", "壹仟元零壹分"),
        ("20300", "贰万零叁佰元整"),
        ("100000", "壹拾万元整"),
        ("101010.10", "壹拾万壹仟零壹拾元壹角整"),
        ("999999.99", "玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amounts_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == words


_VALUES = {one: number for number, one in enumerate("零壹贰叁肆伍陆柒捌玖")}
_TIMES = {"拾": 10, "佰": 100, "仟": 1000}


def _read_back(words: str) -> int:
    """The fen that an amount in capitals says."""
    total = section = figure = 0
    for one in words.removesuffix("整"):
        if one in _VALUES:
            figure = _VALUES[one]
        elif one in _TIMES:
            section, figure = section + figure * _TIMES[one], 0
        elif one == "万":
            total, section, figure = (section + figure) * 10000, 0, 0
        elif one == "元":
            total, section, figure = (total + section + figure) * 100, 0, 0
        else:
            total, figure = total + figure * (10 if one == "角" else 1), 0
    return total


@settings(max_examples=30, deadline=None)
@given(st.integers(0, int(MOST * 100)))
def test_every_amount_in_capitals_says_itself(fen: int) -> None:
    words = in_capitals(Decimal(fen) / 100)
    assert _read_back(words) == fen
    assert "零零" not in words


def test_amounts_and_scores_are_exact_or_refused() -> None:
    assert read_amount(" 1,200.5 ") == Decimal("1200.50")
    assert read_score("4.25") == Decimal("4.25")
    for read, wrong in (
        (read_amount, ("", "-1", "1.005", "1e9", "NaN", "Infinity", "一百")),
        (read_score, ("", "0", "5.01", "4.255", "NaN")),
    ):
        for text in wrong:
            with pytest.raises(Refusal):
                read(text)
