"""What can be wrong with photographs and with the names of their files, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "photo.unknown_kind": _l(
        "The file is neither a JPEG nor a PNG, whatever its name says. Save the photograph as a JPEG."
    ),
    "photo.heic": _l(
        "Photographs in the HEIC format of telephones are not read. Save this one as a JPEG, or set the telephone to "
        "“Most compatible”."
    ),
    "photo.locked": _l("The file is locked with a password. Pack the photographs without one."),
    "photo.zip_broken": _l("“%(file)s” is damaged or no zip. Pack the photographs again."),
    "photo.zip_too_large": _l(
        "“%(file)s” unpacks to more than %(most)s MB. Pack the photographs alone, or in several zips."
    ),
    "photo.too_many": _l("More than %(most)s files at once are not taken. Send them in several parts."),
    "photo.none_sent": _l(
        "There was no photograph in what you sent. Choose JPEG or PNG files, or a zip of them."
    ),
    "photo.name_unknown": _l("Nobody on the roster has a name that stands in the file's name."),
    "photo.id_unknown": _l("Nobody on the roster has the ID number in the file's name."),
    "photo.id_of_another": _l("The ID number and the name in the file's name belong to different people."),
    "photo.other_unit": _l("Somebody of that name is on the roster, but of another unit."),
    "photo.other_phone": _l("Somebody of that name is on the roster, but with another phone number."),
    "photo.moved": _l(
        "Nothing was saved: the roster or a photograph was changed since the preview. Look at it anew and confirm again."
    ),
    "photo.nothing_fits": _l("No file fits anybody who needs it, so there is nothing to save."),
}
