"""The words on screen for the values of enums. One noun, one name, in both languages."""

from enum import StrEnum

from flask_babel import LazyString, Locale, get_locale
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.attendance import AttendanceMark, Shortfall
from trainingmgr.domain.certificate import CertificateKind, RevocationGround, SerialScope
from trainingmgr.domain.design import Align, BorderStyle, Face, Shape, ShownIn, VerticalAlign
from trainingmgr.domain.division import DivisionGroup
from trainingmgr.domain.handing import PaperOrder
from trainingmgr.domain.mail import MailKind, MailSecurity, MailStatus
from trainingmgr.domain.material import MaterialKind
from trainingmgr.domain.membership import Role
from trainingmgr.domain.nomination import LinkState
from trainingmgr.domain.person import IdType, Sex
from trainingmgr.domain.photo import Doubt
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import (
    AnswerKind,
    ConsentBy,
    Diet,
    FieldKey,
    Lodging,
    Mode,
    TravelBy,
)
from trainingmgr.domain.rights import Kept, RequestKind, RequestStatus
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.training import HostRole, Phase
from trainingmgr.domain.unit import AliasKind, UnitType

_WORDS: tuple[tuple[StrEnum, LazyString], ...] = (
    (Role.OWNER, _l("Owner")),
    (Role.ORGANISER, _l("Organiser")),
    (Role.FRONT_DESK, _l("Front desk")),
    (Role.VIEWER, _l("Viewer")),
    (Phase.PLANNED, _l("Planned")),
    (Phase.OPEN, _l("Open")),
    (Phase.RUNNING, _l("Running")),
    (Phase.CLOSING, _l("Closing")),
    (Phase.ARCHIVED, _l("Archived")),
    (HostRole.HOST, _l("Host")),
    (HostRole.CO_HOST, _l("Co-host")),
    (RegistrationStatus.NOMINATED, _l("Nominated")),
    (RegistrationStatus.WAITLISTED, _l("Waitlisted")),
    (RegistrationStatus.CONFIRMED, _l("Confirmed")),
    (RegistrationStatus.ARRIVED, _l("Arrived")),
    (RegistrationStatus.COMPLETED, _l("Completed")),
    (RegistrationStatus.DECLINED, _l("Declined")),
    (RegistrationStatus.WITHDRAWN, _l("Withdrawn")),
    (LinkState.NONE, _l("No address yet")),
    (LinkState.IN_FORCE, _l("In force")),
    (LinkState.EXPIRED, _l("Expired")),
    (LinkState.REVOKED, _l("Taken back")),
    (OverQuota.REFUSE, _l("Not accepted")),
    (OverQuota.WAITLIST, _l("Put on the waiting list")),
    (Sex.MALE, _l("Male")),
    (Sex.FEMALE, _l("Female")),
    (IdType.RESIDENT_ID, _l("Resident ID card")),
    (IdType.RESIDENCE_PERMIT, _l("Residence permit")),
    (IdType.PASSPORT, _l("Passport")),
    (IdType.OTHER, _l("Other document")),
    (Mode.OFF, _l("Not asked")),
    (Mode.OPTIONAL, _l("Optional")),
    (Mode.REQUIRED, _l("Required")),
    (FieldKey.NAME, _l("Name")),
    (FieldKey.SEX, _l("Sex")),
    (FieldKey.ETHNICITY, _l("Ethnic group")),
    (FieldKey.UNIT, _l("Unit")),
    (FieldKey.POST, _l("Post")),
    (FieldKey.PHONE, _l("Phone")),
    (FieldKey.EMAIL, _l("Mail")),
    (FieldKey.DOCUMENT, _l("Identity document")),
    (FieldKey.ARRIVAL, _l("Journey here")),
    (FieldKey.DEPARTURE, _l("Journey back")),
    (FieldKey.LODGING, _l("Lodging")),
    (FieldKey.DIET, _l("Diet")),
    (FieldKey.EMERGENCY, _l("Emergency contact")),
    (FieldKey.HEALTH, _l("Health")),
    (AnswerKind.SHORT_TEXT, _l("Short text")),
    (AnswerKind.LONG_TEXT, _l("Long text")),
    (AnswerKind.NUMBER, _l("Number")),
    (AnswerKind.DATE, _l("Date")),
    (AnswerKind.ONE, _l("One of several choices")),
    (AnswerKind.SEVERAL, _l("Several choices")),
    (AnswerKind.YES_NO, _l("Yes or no")),
    (TravelBy.TRAIN, _l("Train")),
    (TravelBy.FLIGHT, _l("Flight")),
    (TravelBy.CAR, _l("Car")),
    (TravelBy.OTHER, _l("Another way")),
    (Lodging.NONE, _l("No lodging needed")),
    (Lodging.SINGLE, _l("A single room")),
    (Lodging.SHARED, _l("A shared room")),
    (Lodging.ANY, _l("Either room")),
    (Diet.NONE, _l("Nothing special")),
    (Diet.HALAL, _l("Halal")),
    (Diet.VEGETARIAN, _l("Vegetarian")),
    (Diet.OTHER, _l("Something else")),
    (ConsentBy.PERSON, _l("by the participant")),
    (ConsentBy.UNIT, _l("by the unit")),
    (ConsentBy.ORGANISER, _l("noted by the organiser")),
    (SessionKind.OPENING, _l("Opening")),
    (SessionKind.LECTURE, _l("Lecture")),
    (SessionKind.EXCHANGE, _l("Exchange of experience")),
    (SessionKind.BRIEFING, _l("Briefing")),
    (SessionKind.DISCUSSION, _l("Discussion")),
    (SessionKind.SITE_VISIT, _l("Site visit")),
    (SessionKind.MEAL, _l("Meal")),
    (SessionKind.TRANSFER, _l("Transfer")),
    (SessionKind.CLOSING, _l("Closing ceremony")),
    (ContributorType.PERSON, _l("A named person")),
    (ContributorType.UNIT, _l("A unit")),
    (ContributorType.UNNAMED, _l("Somebody of a unit, not named")),
    (ContributorRole.SPEECH, _l("Speech")),
    (ContributorRole.LECTURE, _l("Lecture")),
    (ContributorRole.PRESENTATION, _l("Presentation")),
    (AttendanceMark.PRESENT, _l("Present")),
    (AttendanceMark.LATE, _l("Late")),
    (AttendanceMark.ON_LEAVE, _l("On leave")),
    (AttendanceMark.ABSENT, _l("Absent")),
    (Shortfall.NOT_ON_CLASS, _l("Not on the class")),
    (Shortfall.NO_COUNTED_HOURS, _l("The training has no counted class hours")),
    (Shortfall.NOT_MARKED, _l("Attendance not taken")),
    (Shortfall.TOO_FEW_HOURS, _l("Too few class hours")),
    (Shortfall.COMPULSORY_MISSED, _l("Missed a compulsory session")),
    (Shortfall.NOT_NAMED, _l("Not named a best trainee")),
    (Shortfall.REVOKED, _l("Revoked as not entitled")),
    (CertificateKind.COMPLETION, _l("Certificate of completion")),
    (CertificateKind.ATTENDANCE, _l("Proof of attendance")),
    (CertificateKind.CLASS_HOURS, _l("Proof of class hours")),
    (CertificateKind.BEST_TRAINEE, _l("Best trainee")),
    (CertificateKind.APPOINTMENT, _l("Letter of appointment")),
    (CertificateKind.THANKS, _l("Letter of thanks")),
    (Doubt.SMALL, _l("Too few pixels: it will look coarse on paper")),
    (Doubt.WIDE, _l("Wider than high: the sides will be cut off")),
    (Doubt.OTHER_TAIL, _l("The figures in the name are not the end of the phone number")),
    (SerialScope.TRAINING, _l("This training")),
    (SerialScope.YEAR, _l("All trainings of a year")),
    (RevocationGround.ERROR, _l("It held an error")),
    (RevocationGround.NOT_ENTITLED, _l("The conditions were not met")),
    (RevocationGround.MISUSED, _l("It was misused")),
    (RevocationGround.HOLDER_ASKED, _l("Its holder asked for it")),
    (RevocationGround.OTHER, _l("Another reason")),
    (UnitType.MINISTRY, _l("Ministry")),
    (UnitType.DEPARTMENT, _l("Department of a ministry")),
    (UnitType.PROVINCIAL, _l("Provincial department")),
    (UnitType.CITY, _l("City bureau")),
    (UnitType.DISTRICT, _l("District or county")),
    (UnitType.ASSOCIATION, _l("Social organisation")),
    (UnitType.MEDIA, _l("Media")),
    (UnitType.COMPANY, _l("Company")),
    (UnitType.COMMITTEE, _l("Committee")),
    (UnitType.OTHER, _l("Other")),
    (DivisionGroup.PROVINCES, _l("Every province, region and municipality")),
    (DivisionGroup.PROVINCES_AND_CORPS, _l("Every province, region and municipality, and the Corps")),
    (DivisionGroup.CAPITALS, _l("Provincial capitals")),
    (DivisionGroup.SEPARATELY_PLANNED, _l("Cities with separate planning")),
    (
        DivisionGroup.CAPITALS_AND_SEPARATELY_PLANNED,
        _l("Provincial capitals and cities with separate planning"),
    ),
    (DivisionGroup.CITIES_OF_PROVINCE, _l("The cities of a province")),
    (AliasKind.ALIAS, _l("Other name")),
    (AliasKind.FORMER, _l("Old name")),
    (AliasKind.SHORT, _l("Short name")),
    (AliasKind.MERGED, _l("Name of a merged unit")),
    (PaperOrder.SERIAL, _l("By serial number")),
    (PaperOrder.UNIT, _l("By unit")),
    (PaperOrder.GROUP, _l("By group")),
    (MailKind.CERTIFICATE, _l("Certificate by mail")),
    (MailKind.NOMINATION_INVITATION, _l("Invitation to nominate")),
    (MailKind.NOMINATION_REMINDER, _l("Reminder to nominate")),
    (MailKind.REGISTRATION_RECEIVED, _l("Registration received")),
    (MailKind.REGISTRATION_CONFIRMED, _l("Registration confirmed")),
    (MailKind.REGISTRATION_WAITLISTED, _l("Put on the waiting list")),
    (MailKind.REGISTRATION_PROMOTED, _l("Moved up from the waiting list")),
    (MailKind.REGISTRATION_DECLINED, _l("Registration declined")),
    (MailKind.REGISTRATION_CANCELLED, _l("Registration cancelled")),
    (MailKind.MESSAGE, _l("Message")),
    (MailStatus.QUEUED, _l("Waiting to be sent")),
    (MailStatus.SENDING, _l("Being sent")),
    (MailStatus.SENT, _l("Sent")),
    (MailStatus.FAILED, _l("Failed")),
    (MailStatus.UNCERTAIN, _l("Uncertain")),
    (MailStatus.BOUNCED, _l("Came back")),
    (MailStatus.KEPT, _l("Kept here, not sent")),
    (MailStatus.CANCELLED, _l("Not to be sent")),
    (MailSecurity.TLS, _l("TLS from the start")),
    (MailSecurity.STARTTLS, _l("STARTTLS")),
    (MailSecurity.NONE, _l("No encryption (own network only)")),
    (MaterialKind.BOOK, _l("Book")),
    (MaterialKind.HANDOUT, _l("Handout")),
    (MaterialKind.BAG, _l("Bag")),
    (MaterialKind.OTHER, _l("Other")),
    (Face.SONG, _l("Song")),
    (Face.SONG_BOLD, _l("Song, bold")),
    (Face.KAI, _l("Kai")),
    (Face.AUTO, _l("By the words: names in Kai, the rest in Song")),
    (Align.LEFT, _l("Left")),
    (Align.CENTRE, _l("Centred")),
    (Align.RIGHT, _l("Right")),
    (Align.JUSTIFY, _l("Justified")),
    (Align.SPREAD, _l("Spread out over the box")),
    (VerticalAlign.TOP, _l("At the top")),
    (VerticalAlign.MIDDLE, _l("In the middle")),
    (VerticalAlign.BOTTOM, _l("At the bottom")),
    (BorderStyle.NONE, _l("No border")),
    (BorderStyle.RULE, _l("One rule")),
    (BorderStyle.DOUBLE, _l("Two rules")),
    (BorderStyle.CORNERS, _l("Rules with ornate corners")),
    (BorderStyle.GUILLOCHE, _l("Engraved band with rosettes")),
    (Shape.LINE, _l("Rule")),
    (Shape.RECTANGLE, _l("Rectangle")),
    (Shape.ELLIPSE, _l("Ellipse")),
    (ShownIn.ALWAYS, _l("In every language")),
    (ShownIn.CHINESE, _l("Where Chinese is printed")),
    (ShownIn.ENGLISH, _l("Where English is printed")),
    (ShownIn.ONLY_CHINESE, _l("In Chinese alone")),
    (ShownIn.ONLY_ENGLISH, _l("In English alone")),
    (ShownIn.BOTH, _l("Where both are printed")),
    (RequestKind.CORRECTION, _l("Correction")),
    (RequestKind.DELETION, _l("Deletion")),
    (RequestStatus.OPEN, _l("Waits for an answer")),
    (RequestStatus.DONE, _l("Done")),
    (RequestStatus.DECLINED, _l("Declined")),
    (Kept.ID_NUMBER, _l("ID numbers")),
    (Kept.CONTACT, _l("Phone numbers and mail addresses")),
    (Kept.PHOTO, _l("Photographs")),
    (Kept.MAIL, _l("Texts and addresses of mails")),
    (Kept.NOT_TAKING_PART, _l("People who did not take part")),
)

# Members of two enums may be equal as text (a lecture is a kind of session and a role in one).
LABELS: dict[tuple[type[StrEnum], str], LazyString] = {(type(one), one.value): word for one, word in _WORDS}


_said: dict[tuple[Locale | None, type[StrEnum], str], str] = {}


def label(value: StrEnum) -> str:
    """The word for an enum's value."""
    # Kept by language: a list says the same few words in every line.
    key = get_locale(), type(value), value.value
    if key not in _said:
        _said[key] = str(LABELS[key[1:]])
    return _said[key]


def choices(enum: type[StrEnum]) -> list[tuple[str, LazyString]]:
    """The values of `enum` with their words, for a select field."""
    return [(member.value, LABELS[enum, member.value]) for member in enum]
