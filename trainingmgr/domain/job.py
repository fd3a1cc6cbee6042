"""Background work as rows: a job and its items."""

from enum import StrEnum


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemStatus(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    ISSUE = "issue"
    MAIL = "mail"
    IMPORT = "import"
    ARRANGE = "arrange"
    PLAN = "plan"
