"""trainingmgr: runs in-person training classes from the roster to the certificate."""

__version__ = "0.1.0"
