from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.queries.counting import statements
from trainingmgr.documents.fonts import font_chain
from trainingmgr.domain.glyph import SubstituteKind
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.models import GlyphSubstitute, Lecturer
from trainingmgr.queries import glyph

RARE = "\U000323af"
OTHER = "𪚥"


def add_text(session: Session, organisation_id: int, character: str = RARE, text: str = "龙") -> None:
    session.add(
        GlyphSubstitute(
            organisation_id=organisation_id,
            character=character,
            kind=SubstituteKind.TEXT,
            text=text,
            agreed_with="王某",
        )
    )
    session.commit()


def test_the_characters_that_no_font_has_are_named() -> None:
    assert glyph.missing_characters(font_chain(), "王小明", "Wang") == ()
    assert glyph.missing_characters(font_chain(), f"王{RARE}明", "") == (RARE,)


def test_a_substitute_is_the_organisation_s_own(session: Session, cast: Cast) -> None:
    add_text(session, cast.organisation.id)
    own = glyph.fonts_of(session, cast.organisation.id)
    assert glyph.missing_characters(own, f"王{RARE}{OTHER}") == (OTHER,)
    others = glyph.fonts_of(session, cast.elsewhere.id)
    assert glyph.missing_characters(others, f"王{RARE}{OTHER}") == (RARE, OTHER)
    # The same substitutes are the same fonts, so that what was compiled with them can be kept.
    assert glyph.fonts_of(session, cast.organisation.id) is own
    add_text(session, cast.organisation.id, OTHER)
    assert glyph.fonts_of(session, cast.organisation.id) is not own


def test_every_rare_character_in_a_name_is_found_with_its_bearers(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    for name in (f"王{OTHER}", "王小明", f"李{OTHER}", "马e\u0301", "马x\u030c"):
        make_registration(session, training, name)
    make_registration(session, training, "张三", latin_name="Zhang ᠮ")
    session.add(Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name=f"赵{RARE}"))
    elsewhere = make_training(session, cast.elsewhere)
    make_registration(session, elsewhere, "\U000323aa")
    add_text(session, cast.organisation.id)
    with statements() as seen:
        found = glyph.rare_characters(session, cast.organisation.id)
    assert len(seen) == 2
    assert [(one.character, sorted(one.names), one.people) for one in found] == [
        (OTHER, sorted([f"王{OTHER}", f"李{OTHER}"]), 2),
        ("\u030c", ["马x\u030c"], 1),
        ("ᠮ", ["Zhang ᠮ"], 1),
        (RARE, [f"赵{RARE}"], 1),
    ]
    assert [one.substitute is not None for one in found] == [False, False, False, True]
    assert glyph.bearers(session, cast.organisation.id, OTHER) == sorted([f"李{OTHER}", f"王{OTHER}"])
    assert glyph.bearers(session, cast.elsewhere.id, OTHER) == []


def test_of_many_bearers_some_are_named_and_all_are_counted(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    for number in range(glyph.SHOWN_NAMES + 3):
        make_registration(session, training, f"王{OTHER}{chr(0x4E00 + number)}")
    (one,) = glyph.rare_characters(session, cast.organisation.id)
    assert (len(one.names), one.people) == (glyph.SHOWN_NAMES, glyph.SHOWN_NAMES + 3)
