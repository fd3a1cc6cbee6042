"""Tables in and out: workbooks and text files."""

from trainingmgr.documents.tabular.reader import pick_table, tables
from trainingmgr.documents.tabular.workbook import warm_up
from trainingmgr.documents.tabular.writer import OutSheet, write_csv, write_xlsx

__all__ = ["OutSheet", "pick_table", "tables", "warm_up", "write_csv", "write_xlsx"]
