"""Use cases of certificate designs: drafts, published versions, files, pictures."""

from trainingmgr.services.design.assets import asset_source, delete_unused, upload
from trainingmgr.services.design.drafts import archive, bring_back, copy, create, rename, save_draft
from trainingmgr.services.design.files import export, import_file
from trainingmgr.services.design.versions import publish, restore

__all__ = [
    "archive",
    "asset_source",
    "bring_back",
    "copy",
    "create",
    "delete_unused",
    "export",
    "import_file",
    "publish",
    "rename",
    "restore",
    "save_draft",
    "upload",
]
