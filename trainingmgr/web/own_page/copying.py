"""A person's data on paper."""

from flask_babel import gettext as _

from trainingmgr.documents.listing import Block, Facts, Heading, Listing, Table, Words, draw_listing
from trainingmgr.domain.person import IdType, Sex, show_phone
from trainingmgr.extensions import now
from trainingmgr.http.arrangement import ONE as PLACE_WORDS
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_words import answer_label, answer_words
from trainingmgr.http.rendering import day, days, localised, moment
from trainingmgr.queries.own_page import PageOwner
from trainingmgr.queries.rights.dossier import Agreed, Answered, Dossier, Part


def data_on_paper(owner: PageOwner, kept: Dossier) -> bytes:
    """Everything that is kept of the person, as a PDF in the language of the screen."""
    host = pick(owner.host_zh, owner.host_en)
    blocks: list[Block] = [Facts(person_facts(kept))]
    for part in kept.trainings:
        blocks += _part(part)
    return draw_listing(
        Listing(
            title=_("Personal data of %(name)s", name=kept.name),
            under=_("Kept by %(host)s", host=host),
            blocks=blocks,
            foot=_("Made on %(moment)s", moment=moment(now())),
            page=_("Page {page} of {pages}"),
        )
    )


def person_facts(kept: Dossier) -> list[tuple[str, str]]:
    """The person's own facts with their names, those that are not kept said to be so."""
    document = f"{label(IdType(kept.id_type))} {kept.id_masked}" if kept.id_type else ""
    facts = [
        (_("Name"), kept.name),
        (_("Unit"), kept.unit),
        (_("Phone"), show_phone(kept.phone)),
        (_("Mail address"), kept.email),
        (_("Sex"), label(Sex(kept.sex)) if kept.sex else ""),
        (_("Ethnic group"), kept.ethnicity),
        (_("ID document"), document),
        (_("Photograph"), _("There is one") if kept.has_photo else ""),
        (_("Kept since"), moment(kept.known_since)),
    ]
    return [(name, value or _("not kept")) for name, value in facts]


def part_facts(part: Part) -> list[tuple[str, str]]:
    """What is kept of one training, without the attendance."""
    zone = part.time_zone
    facts = [
        (_("Registered"), moment(part.registered_at, zone)),
        (_("Arrived"), moment(part.arrived_at, zone)),
        (_("Unit"), part.unit),
        (_("Post"), part.post),
        (_("Category"), localised(part, "category")),
        (_("Group"), part.group),
        *((str(PLACE_WORDS[one.kind]), one.name) for one in part.places),
        *((label(one.relation), label(one.kind)) for one in part.demands),
        (_("Latin name"), part.latin_name),
        (_("Note"), part.note),
        (_("Reason"), part.reason),
        *((answer_label(one.key, one.question), _answer(one)) for one in part.answers),
        *((_("Consent"), _consent(one, zone)) for one in part.consents),
        *((_("Nominated by"), f"{one.unit} · {moment(one.sent_at, zone)}") for one in part.nominations),
        *(
            (label(one.kind), f"{one.serial} · {day(one.issue_date, weekday=False)}")
            for one in part.certificates
        ),
        *(
            (_("Handed out"), f"{localised(one, 'title')} · {moment(one.given_at, zone)}")
            for one in part.materials
        ),
        *(
            (_("Mail"), f"{one.subject or _('erased')} · {moment(one.created_at, zone)}")
            for one in part.mails
        ),
    ]
    return [(name, value) for name, value in facts if value]


def _answer(one: Answered) -> str:
    if one.value is None:
        return str(_("kept sealed until %(day)s", day=day(one.keep_until, weekday=False)))
    return answer_words(one.key, one.value)


def _consent(one: Agreed, zone: str) -> str:
    words = f"{one.text} · {moment(one.given_at, zone)}"
    if one.withdrawn_at is None:
        return words
    return f"{words} · {_('ended on %(when)s', when=moment(one.withdrawn_at, zone))}"


def _part(part: Part) -> list[Block]:
    attendance = [
        (moment(one.starts_at, part.time_zone), localised(one, "title"), label(one.mark))
        for one in part.attendance
    ]
    table = Table([_("Time"), _("Session"), _("Attendance")], attendance, [3, 5, 1.4])
    return [
        Heading(localised(part, "title")),
        Words(f"{days(part.start_date, part.end_date)} · {part.code} · {label(part.status)}", small=True),
        Facts(part_facts(part)),
        *([table] if attendance else []),
    ]
