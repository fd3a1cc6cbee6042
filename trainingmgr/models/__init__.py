"""The tables. Importing this package registers every one of them."""

from trainingmgr.models.accounts import SAMPLE_NAME_ZH, Membership, Organisation, User
from trainingmgr.models.arrangement import (
    Arrangement,
    ArrangementRank,
    ArrangementWish,
    ArrangementWishPerson,
    DiningTable,
    LodgingRoom,
    Placement,
    TrainingGroup,
)
from trainingmgr.models.attendance import Attendance
from trainingmgr.models.audit import AuditEntry
from trainingmgr.models.bus import Bus, SessionBus
from trainingmgr.models.certificate import (
    Certificate,
    CertificateOffer,
    CertificateRequest,
    Distinction,
    SerialCounter,
)
from trainingmgr.models.design import Asset, Design, DesignVersion, GlyphSubstitute
from trainingmgr.models.evaluation import Evaluation
from trainingmgr.models.installation import Installation
from trainingmgr.models.invitation import Invitation, LectureFile, LecturerFee
from trainingmgr.models.job import Job, JobItem
from trainingmgr.models.mail import MailMessage, MailServer, MailTemplate
from trainingmgr.models.material import Handout, Material
from trainingmgr.models.nomination import (
    Nomination,
    NominationLink,
    NominationNotice,
    NominationReceipt,
    QuotaLine,
    QuotaPlace,
)
from trainingmgr.models.open_registration import OpenRegistration, OwnRegistration
from trainingmgr.models.own_timetable import CalendarEntry, TimetableLink
from trainingmgr.models.person import Person
from trainingmgr.models.photo import BatchPhoto, PhotoBatch
from trainingmgr.models.planning import Planning, PlanningWish
from trainingmgr.models.registration import ImportDraft, Registration, RegistrationTally, RosterGram
from trainingmgr.models.registration_form import Consent, RegistrationAnswer, RegistrationForm
from trainingmgr.models.rights import DataRequest, RetentionRun, RetentionTime
from trainingmgr.models.roster_view import ColumnChoice, SavedFilter
from trainingmgr.models.same_person import ApartPeople, ApartUnits, PersonMerge
from trainingmgr.models.schedule import (
    AnySession,
    Contribution,
    Lecturer,
    LecturerWindow,
    SessionGroup,
    Site,
    TimetableVersion,
    TrainingSession,
    UnplacedSession,
    Venue,
    VisitStop,
)
from trainingmgr.models.site_picture import SitePicture
from trainingmgr.models.training import Category, StudyTopic, Training, TrainingHost
from trainingmgr.models.unit import Unit, UnitAlias

__all__ = [
    "SAMPLE_NAME_ZH",
    "AnySession",
    "ApartPeople",
    "ApartUnits",
    "Arrangement",
    "ArrangementRank",
    "ArrangementWish",
    "ArrangementWishPerson",
    "Asset",
    "Attendance",
    "AuditEntry",
    "BatchPhoto",
    "Bus",
    "CalendarEntry",
    "Category",
    "Certificate",
    "CertificateOffer",
    "CertificateRequest",
    "ColumnChoice",
    "Consent",
    "Contribution",
    "DataRequest",
    "Design",
    "DesignVersion",
    "DiningTable",
    "Distinction",
    "Evaluation",
    "GlyphSubstitute",
    "Handout",
    "ImportDraft",
    "Installation",
    "Invitation",
    "Job",
    "JobItem",
    "LectureFile",
    "Lecturer",
    "LecturerFee",
    "LecturerWindow",
    "LodgingRoom",
    "MailMessage",
    "MailServer",
    "MailTemplate",
    "Material",
    "Membership",
    "Nomination",
    "NominationLink",
    "NominationNotice",
    "NominationReceipt",
    "OpenRegistration",
    "Organisation",
    "OwnRegistration",
    "Person",
    "PersonMerge",
    "PhotoBatch",
    "Placement",
    "Planning",
    "PlanningWish",
    "QuotaLine",
    "QuotaPlace",
    "Registration",
    "RegistrationAnswer",
    "RegistrationForm",
    "RegistrationTally",
    "RetentionRun",
    "RetentionTime",
    "RosterGram",
    "SavedFilter",
    "SerialCounter",
    "SessionBus",
    "SessionGroup",
    "Site",
    "SitePicture",
    "StudyTopic",
    "TimetableLink",
    "TimetableVersion",
    "Training",
    "TrainingGroup",
    "TrainingHost",
    "TrainingSession",
    "Unit",
    "UnitAlias",
    "UnplacedSession",
    "User",
    "Venue",
    "VisitStop",
]
