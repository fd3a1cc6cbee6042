"""What can be wrong with a roster file and its rows, each with what to do about it."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.person import Sex, show_phone
from trainingmgr.domain.roster_file import IgnoredKind, Problem, RosterField
from trainingmgr.http.labels import label

MESSAGES = {
    # the file as a whole
    "file_empty": _l("The file is empty. Choose the file that holds the table."),
    "file_too_large": _l(
        "The file has %(megabytes)s MB; %(limit)s MB is the most. Save it without pictures."
    ),
    "file_is_old_xls": _l(
        "This is a workbook of the old kind (.xls), whatever its name says. Open it, choose “Save as” and "
        "“Excel Workbook (.xlsx)”, and send that file."
    ),
    "file_encrypted": _l("The workbook is locked with a password. Save it without one and send it again."),
    "file_is_html": _l(
        "This is a web page with the name of a workbook, as some systems export it. Open it, choose "
        "“Save as” and “Excel Workbook (.xlsx)”, and send that file."
    ),
    "file_is_xml": _l(
        "This is an XML file, no workbook. Open it, choose “Save as” and “Excel Workbook (.xlsx)”, and send that file."
    ),
    "file_other_spreadsheet": _l(
        "Workbooks of this format (.xlsb, .ods) are not read. Choose “Save as” and “Excel Workbook (.xlsx)”, and send that file."
    ),
    "file_not_a_table": _l(
        "This file is no table but a document, a picture or an archive. Send the table as .xlsx or .csv."
    ),
    "file_damaged": _l("The workbook is damaged. Open it, save it anew as .xlsx and send that file."),
    "file_unpacks_too_large": _l(
        "The workbook unpacks to %(megabytes)s MB; %(limit)s MB is the most. Copy the roster alone into a new "
        "workbook and send that."
    ),
    "file_too_sparse": _l(
        "The workbook needs more memory than a roster can: most often a stray cell stands far outside the "
        "table, in the last column (XFD) or the last row (1048576). Press Ctrl+End to find it, delete the empty rows and "
        "columns, or copy the roster alone into a new workbook."
    ),
    "file_too_slow": _l(
        "Reading the workbook took too long. Copy the roster alone into a new workbook and send that."
    ),
    "file_undecodable": _l(
        "The text cannot be read: at byte %(byte)s, in row %(row)s, stand bytes of another encoding. "
        "Save the file as .xlsx, or as “CSV UTF-8”."
    ),
    "csv_quote_open": _l(
        "From row %(row)s on a quotation mark is opened and not closed, so that rows run together. "
        "Correct the mark, or save the file as .xlsx."
    ),
    "sheet_too_wide": _l(
        "The table has %(columns)s columns; %(limit)s is the most. Delete the columns that are no part of the roster."
    ),
    "sheet_too_long": _l("The table has %(rows)s rows; %(limit)s is the most. Send it in several files."),
    "roster_no_header": _l(
        "No header row was found in the first 50 rows. Put the words of the columns above the roster: "
        "name (姓名), organisation (工作单位), post (职务), mobile (手机号码)."
    ),
    "roster_empty": _l("Below the header there is nobody. Fill in at least one row."),
    "roster_too_many_people": _l(
        "More than %(limit)s people at once are not taken. Send them in several files."
    ),
    "mapping_twice": _l(
        "Two columns are to hold the same: “%(first)s” and “%(second)s”. Choose one of them, and “do not import” for the other."
    ),
    "mapping_no_name": _l("No column holds the name. Choose the one that does."),
    # the import
    "import_faulty": _l("Nothing was imported. Rows that have to be corrected first: %(rows)s."),
    "import_needs_update": _l(
        "Nothing was imported. Rows that would change people who are on the roster already: %(rows)s. "
        "Import with --update if they are right, or take these rows out."
    ),
    "import_moved": _l(
        "Nothing was imported: the roster was changed since the preview. Look at the new preview and confirm again."
    ),
    "import_over_capacity": _l(
        "Nothing was imported: for %(people)d of the new ones there is no place; free places: %(left)d. Choose below "
        "whether they wait or are taken beyond the capacity."
    ),
    "import_running": _l(
        "Another file is being imported into this training. Wait until it is done; then look at the new preview and confirm again."
    ),
    "import_gave_up": _l(
        "Nothing was imported: the work was cut off %(times)s times. Ask your operator to look into the worker's log, and "
        "confirm the preview again."
    ),
    "draft_not_found": _l("This upload is no longer kept (they go after a day). Upload the file again."),
    # a row
    "name_missing": _l("The name is missing. Fill it in, or delete the row."),
    "name_several": _l("Two people stand in one cell: “%(value)s”. Give each a row."),
    "name_not_a_name": _l("“%(value)s” is no name. Write the name, or delete the row."),
    "name_unusual": _l("“%(value)s” is unusual for a name."),
    "name_parted": _l(
        "“%(value)s” stood behind the name and was taken off it: a post goes to its field where that is empty, the "
        "rest into the note."
    ),
    "control_character": _l(
        "The cell holds a character that cannot be written (%(character)s). Type the cell anew."
    ),
    "too_long": _l("The text has %(length)s characters; %(limit)s is the most. Shorten it."),
    "cell_error": _l("The cell shows an error of the spreadsheet (%(value)s). Write the value itself."),
    "cell_formula": _l(
        "The cell shows a formula (“%(value)s”) in place of its value. Copy the cell, paste it as a value, and send "
        "the file anew."
    ),
    "formula_as_text": _l(
        "“%(value)s” looks like a formula and is taken as text, as it stands. If a value belongs here, paste it as a "
        "value and send the file anew."
    ),
    "number_rounded": _l(
        "The spreadsheet turned this number into a rounded one, and its last digits are lost. Set the "
        "column to “Text”, type the number again and send the file anew."
    ),
    "phone_invalid": _l(
        "“%(value)s” is no telephone number. Write 11 digits for a mobile, or the country code, as in +852 9123 4567."
    ),
    "phone_several": _l(
        "More than one number stands in the cell: “%(value)s”. Leave one, put the other into the notes."
    ),
    "phone_is_date": _l(
        "“%(value)s” is a date, no telephone number. Write the number, or leave the cell empty."
    ),
    "phone_others": _l("More than one number stands in the cell; the others go into the note: %(value)s."),
    "phone_no_area_code": _l(
        "The area code of “%(value)s” is missing. Write it in front, as in 028-86612345."
    ),
    "email_invalid": _l("“%(value)s” is no mail address. Write it like name@example.org."),
    "id_check_digit": _l(
        "The check digit of the ID number is wrong: one digit is mistyped. Compare it with the card."
    ),
    "id_length": _l("An ID number has 18 characters, this one has %(length)s. Compare it with the card."),
    "id_fifteen_digits": _l(
        "ID numbers of 15 digits have not been valid since 2013. Write the one of 18 digits."
    ),
    "id_region": _l("No region has ID numbers that begin with %(region)s. Compare it with the card."),
    "id_birth_date": _l(
        "The ID number holds an impossible date of birth (%(value)s). Compare it with the card."
    ),
    "id_characters": _l("The ID number holds characters that none has. Compare it with the card."),
    "id_type_needed": _l(
        "The number alone does not say which document it is of. Add a column “ID type” (passport, other)."
    ),
    "id_not_of_type": _l("This is no passport number. Correct the number or the type of document."),
    "id_type_unknown": _l(
        "“%(value)s” is not known as a type of document. Write resident ID, residence permit, passport or other."
    ),
    "sex_unknown": _l("“%(value)s” was not understood. Write 男 or 女 (male or female)."),
    "sex_differs_from_id": _l("The ID number says otherwise."),
    "post_not_found": _l("No post was found in “%(value)s”: the whole is taken as the unit."),
    "person_twice": _l(
        "The same person stands in row %(other)s too. Delete one of the rows; if they are two people, give their ID numbers."
    ),
    "row_twice": _l(
        "The same person, by name and ID number, stands in row %(other)s too. Delete one of the rows."
    ),
    "document_twice": _l(
        "The same ID number stands in row %(other)s too, under another name. Compare both with the cards."
    ),
    "id_masked": _l("The ID number is masked, so it says nothing: what is on the roster stays."),
    "id_of_another": _l(
        "This ID number belongs to %(name)s. Check the number, or correct the name of that person."
    ),
    "person_ambiguous": _l(
        "More than one person could be meant by “%(name)s”. Add the unit, the phone or the ID number."
    ),
    "person_declined": _l("This person was declined for the training, and stays so."),
    "person_withdrawn": _l("This person has withdrawn from the training, and stays so."),
    "category_unknown": _l(
        "The training has no category “%(value)s”. Use one of: %(known)s. Or add it in the settings first."
    ),
}

FIELDS: dict[RosterField, LazyString] = {
    RosterField.NAME: _l("Name"),
    RosterField.SURNAME: _l("Family name"),
    RosterField.GIVEN_NAME: _l("Given name"),
    RosterField.LATIN_NAME: _l("Latin name"),
    RosterField.UNIT: _l("Unit"),
    RosterField.POST: _l("Post"),
    RosterField.UNIT_AND_POST: _l("Unit and post in one"),
    RosterField.PHONE: _l("Phone"),
    RosterField.EMAIL: _l("Mail address"),
    RosterField.ID_TYPE: _l("ID type"),
    RosterField.ID_NUMBER: _l("ID number"),
    RosterField.SEX: _l("Sex"),
    RosterField.ETHNICITY: _l("Ethnic group"),
    RosterField.CATEGORY: _l("Category"),
    RosterField.GROUP: _l("Group"),
    RosterField.NOTE: _l("Note"),
    RosterField.SEQUENCE: _l("Running number"),
}

IGNORED: dict[IgnoredKind, LazyString] = {
    IgnoredKind.TITLE: _l("above the table"),
    IgnoredKind.NOTE: _l("a note"),
    IgnoredKind.SECTION: _l("a heading between rows"),
    IgnoredKind.HEADER: _l("the header again"),
    IgnoredKind.NUMBER_ONLY: _l("an empty row"),
}


def shown_value(field: RosterField, value: str) -> str:
    """A stored value of a field as people read it; a dash for none."""
    if not value:
        return "—"
    if field is RosterField.PHONE:
        return show_phone(value)
    if field is RosterField.SEX:
        return label(Sex(value))
    return value


def problem_sentence(problem: Problem) -> str:
    """A problem or doubt of a row in words, its field in front."""
    message = str(MESSAGES[problem.code])
    words = message % problem.values if problem.values else message
    if problem.field is None:
        return words
    return str(_("%(field)s: %(problem)s", field=FIELDS[problem.field], problem=words))
