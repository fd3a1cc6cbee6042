"""The tables. Importing this package registers every one of them."""

from trainingmgr.models.accounts import Membership, Organisation, User
from trainingmgr.models.attendance import Attendance
from trainingmgr.models.audit import AuditEntry
from trainingmgr.models.certificate import Certificate
from trainingmgr.models.installation import Installation
from trainingmgr.models.job import Job, JobItem
from trainingmgr.models.material import Handout, Material
from trainingmgr.models.person import Person
from trainingmgr.models.registration import ImportDraft, Registration, RegistrationTally
from trainingmgr.models.schedule import Contribution, Lecturer, Site, TrainingSession, VisitStop
from trainingmgr.models.training import Category, StudyTopic, Training, TrainingHost
from trainingmgr.models.unit import Unit, UnitAlias

__all__ = [
    "Attendance",
    "AuditEntry",
    "Category",
    "Certificate",
    "Contribution",
    "Handout",
    "ImportDraft",
    "Installation",
    "Job",
    "JobItem",
    "Lecturer",
    "Material",
    "Membership",
    "Organisation",
    "Person",
    "Registration",
    "RegistrationTally",
    "Site",
    "StudyTopic",
    "Training",
    "TrainingHost",
    "TrainingSession",
    "Unit",
    "UnitAlias",
    "User",
    "VisitStop",
]
