"""Refusals about certificates in words."""

from flask_babel import lazy_gettext as _l

from trainingmgr.config import PUBLIC_URL_LINE

MESSAGES = {
    "certificate.public_url_missing": _l(
        "Certificates of your own trainings cannot be issued yet: the program has no public address, that is "
        "the web address under which anybody opens it. The QR on each certificate leads there and cannot be "
        "changed once it is printed. Whoever starts this program starts it by this line, with your own address: "
        "%(line)s",
        line=PUBLIC_URL_LINE,
    ),
    "certificate.issue_date_early": _l(
        "The issue date lies before the last day of the class (%(end)s). Choose that day or a later one."
    ),
    "certificate.class_goes_on": _l(
        "The class goes on until %(end)s, and what is issued stays. Tick that you issue although it is not over, "
        "or issue once it is."
    ),
    "certificate.host_missing": _l(
        "The training has no host, and the certificate is signed by one. Add the host in the settings."
    ),
    "certificate.english_missing": _l(
        "English certificates need the English title of the training and the English names of its hosts. "
        "Add them, or choose Chinese certificates in the settings."
    ),
    "certificate.needs_second_person": _l(
        "This training wants a second person to agree before %(serial)s is revoked. Ask for it instead."
    ),
    "certificate.second_person": _l("You asked for this yourself. Somebody else has to agree."),
    "certificate.asked_already": _l(
        "It was asked already that %(serial)s be revoked; somebody has to decide first."
    ),
    "certificate.request_over": _l("This was decided already."),
    "certificate.file_erased": _l("The file of %(serial)s was erased at its holder's wish, by law."),
    "certificate.erased_already": _l("The holder's data was erased from %(serial)s already."),
    "certificate.folder_empty": _l("There is no PDF in %(folder)s."),
    "certificate.file_large": _l("%(name)s has more than %(longest)d MB: a certificate is never as large."),
    "certificate.file_no_pdf": _l("%(name)s is not a PDF file."),
    "certificate.keys_unreadable": _l("%(name)s holds no public keys. Take the issuer's keys.json as it is."),
    "certificate.kind_not_offered": _l(
        "The training gives no certificates of this kind. Choose it under “Kinds and designs” first."
    ),
    "certificate.pattern_check_last": _l(
        "The check character {check} stands once, at the end of the pattern."
    ),
    "certificate.pattern_needs_year": _l(
        "Numbers that run through a year need the year in the serial. Put {year} into the pattern."
    ),
    "certificate.pattern_shared_kind": _l(
        "Another kind of certificate uses the same pattern, so two papers could get one number. Put {kind} into it."
    ),
    "certificate.design_unknown": _l("This design is not there any more. Choose another."),
    "certificate.design_unpublished": _l("The design “%(name)s” was not published yet. Publish it first."),
    "certificate.offer_in_use": _l(
        "%(count)d numbers of this kind wait to be finished. Issue once more, then take the kind away."
    ),
    "certificate.best_has_certificate": _l(
        "The certificate %(serial)s stands. Revoke it first, then take the name off the list."
    ),
    "certificate.teaches_nothing": _l("Teaches nothing at this training by name."),
    "certificate.not_named": _l("Not named a best trainee."),
    "certificate.revoked_not_entitled": _l(
        "The certificate was revoked as one that this person was not entitled to. Another is issued only to "
        "whom you name for it."
    ),
    "certificate.order_of_other_date": _l(
        "An order with the issue date %(date)s is being worked on. Wait for its end, or choose that date."
    ),
    "certificate.order_paused": _l(
        "The order is paused with %(left)d certificates still to make. Let it go on on the page of the "
        "certificates; nobody waits for it here."
    ),
    "certificate.order_over": _l(
        "The order is over, or it was held up or let go on by somebody else just now."
    ),
    "certificate.order_cancelled": _l("The order was cancelled before the paper was made."),
    "certificate.not_entitled_any_more": _l(
        "By today's attendance and roster the holder may not get this certificate, so none can take its place. "
        "Revoke it alone, or correct the attendance first."
    ),
    "certificate.pattern_empty": _l("The serial pattern is empty. Write one such as {code}-{seq:04d}."),
    "certificate.pattern_character": _l(
        "The serial pattern holds “%(character)s”. Letters, figures, “-”, “_”, “.” and the fields {code}, "
        "{year}, {kind}, {seq:04d} and {check} may stand in it."
    ),
    "certificate.pattern_without_seq": _l(
        "The serial pattern needs the running number exactly once, as {seq} or {seq:04d}."
    ),
    "certificate.pattern_too_long": _l(
        "With this pattern a serial could be longer than %(longest)d characters. Shorten it."
    ),
    "certificate.serial_taken": _l(
        "The serial %(serial)s was used by another training. Put {code} into the serial pattern in the settings."
    ),
    "certificate.reservation_outdated": _l(
        "The number was taken before this became (or stopped being) a sample. It is voided; issue again for a new one."
    ),
    "certificate.not_on_class": _l("Not on the class: not confirmed, withdrawn, or taken off the roster."),
    "certificate.no_counted_hours": _l("The timetable has no session that counts towards a certificate."),
    "certificate.too_few_hours": _l("Earned %(earned)s of %(planned)s class hours; %(needed)s are needed."),
    "certificate.compulsory_missed": _l("Missed a compulsory session."),
    "certificate.not_marked": _l("Attendance was not taken at every session that matters."),
    "certificate.character_missing": _l(
        "No font has the character “%(character)s” (%(code_point)s). Add a font, a picture of it or an agreed "
        "text on the page “Rare characters”, then issue again."
    ),
    "certificate.does_not_fit": _l(
        "“%(text)s” is too long for its place on the paper (item %(item)s, %(label)s), even in small type. "
        "Shorten it or give it more room in the design, then issue again."
    ),
    "certificate.photo_missing": _l(
        "The design prints the holder's photograph and there is none. Add it, or choose another design."
    ),
    "certificate.text_missing": _l("A text that the certificate prints is empty (%(field)s). Fill it in."),
    "certificate.crashed": _l(
        "The certificate could not be made or kept. The log of the worker says why; issue again afterwards."
    ),
    "certificate.gave_up": _l(
        "Workers died %(times)d times at this certificate. The log says why; issue again afterwards."
    ),
    "certificate.reason_missing": _l("Say why the certificate is revoked; the register keeps the reason."),
    "certificate.reason_long": _l("The reason may have %(longest)d characters at most."),
    "certificate.not_valid": _l("The certificate %(serial)s is not valid, so it cannot be revoked."),
    "certificate.not_issued": _l("The number %(serial)s has no paper: it was never finished."),
    "certificate.none_issued": _l(
        "No certificate of this training is valid, so there is nothing to download."
    ),
    "certificate.nobody": _l("Nobody is on the roster yet, so there is nobody to show a certificate of."),
    "certificate.file_altered": _l(
        "The stored file of %(serial)s is not the one that was issued. It is not handed out. "
        "Restore it from a backup; the audit trail notes this."
    ),
    "certificate.file_missing": _l(
        "The stored file of %(serial)s is gone. Restore it from a backup; the audit trail notes this."
    ),
    "certificate.collected_already": _l("%(serial)s was collected already, by %(name)s."),
    "certificate.collector_long": _l("The name of whoever collects may have %(longest)d characters at most."),
    "certificate.not_collected": _l("%(serial)s was not collected, so there is nothing to take back."),
    "certificate.not_to_hand_over": _l("%(serial)s is not valid, so it is not handed over."),
    "certificate.unknown": _l("There is no certificate with the serial %(serial)s."),
}
