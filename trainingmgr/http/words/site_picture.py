"""Refusals about pictures of teaching sites, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "site_picture.empty": _l("The file is empty. Choose a picture."),
    "site_picture.unknown_kind": _l(
        "The file is neither a JPEG nor a PNG nor a WebP, whatever its name says. Save the picture as a JPEG."
    ),
    "site_picture.animated": _l("The picture is animated. Save one frame of it as a JPEG."),
    "site_picture.twice": _l("This picture is there already."),
    "site_picture.too_many": _l("A site has %(most)d pictures at most. Remove one first."),
}
