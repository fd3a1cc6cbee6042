"""The bodies that host classes, send people and lend lecturers."""

from enum import StrEnum


class UnitType(StrEnum):
    MINISTRY = "ministry"
    DEPARTMENT = "department"
    PROVINCIAL = "provincial"
    CITY = "city"
    DISTRICT = "district"
    ASSOCIATION = "association"
    MEDIA = "media"
    COMPANY = "company"
    COMMITTEE = "committee"
    OTHER = "other"
