"""What an organiser is told to do next."""

from dataclasses import replace

from trainingmgr.domain.next_steps import MOST_STEPS, Pile, Sheet, Situation, Step, next_steps
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.training import Phase

NEW = Situation(phase=Phase.PLANNED, people={}, capacity=None, hosts=0, counted_sessions=0)
OVER = Situation(
    phase=Phase.CLOSING,
    people={RegistrationStatus.ARRIVED: 260, RegistrationStatus.WITHDRAWN: 3},
    capacity=260,
    hosts=1,
    counted_sessions=1,
    sheets=(Sheet(1, "开班式", "Opening", True, False),),
    certificates_ready=256,
)


def steps(situation: Situation) -> list[Step]:
    return [one.step for one in next_steps(situation)]


def test_a_new_training_needs_a_host_a_timetable_and_people() -> None:
    assert steps(NEW) == [Step.NAME_HOST, Step.PLAN_SESSIONS, Step.IMPORT_ROSTER]


def test_on_the_day_the_sheet_of_the_session_that_runs_comes_first() -> None:
    sheets = (
        Sheet(1, "开班式", "Opening", False, True),
        Sheet(2, "专题授课", "Lecture", False, True),
        Sheet(3, "经验交流", "Exchange", True, True),
    )
    running = replace(OVER, phase=Phase.RUNNING, sheets=sheets, counted_sessions=3, to_arrive=9)
    first, second, third, *_ = next_steps(running)
    assert (first.step, first.endpoint, first.arguments) == (
        Step.TAKE_ATTENDANCE,
        "attendance.sheet",
        {"session_id": 2},
    )
    assert (second.step, second.values) == (Step.SIGN_IN_ARRIVALS, {"people": 9})
    assert (third.step, third.values) == (Step.FILL_SHEETS, {"sheets": 1})


def test_nobody_is_asked_for_attendance_of_nobody() -> None:
    empty = replace(OVER, people={}, sheets=(Sheet(1, "开班式", "Opening", False, False),))
    assert steps(empty) == [Step.IMPORT_ROSTER]


def test_nobody_is_waited_for_at_the_door_once_everybody_has_been_seen_or_all_is_over() -> None:
    sheets = (Sheet(1, "开班式", "Opening", True, True),)
    running = replace(OVER, phase=Phase.RUNNING, sheets=sheets, counted_sessions=2)
    assert Step.SIGN_IN_ARRIVALS in steps(replace(running, to_arrive=1))
    assert Step.SIGN_IN_ARRIVALS not in steps(running)
    assert Step.SIGN_IN_ARRIVALS not in steps(replace(running, to_arrive=1, counted_sessions=1))


def test_certificates_are_issued_once_every_sheet_is_taken() -> None:
    first, second = next_steps(OVER)
    assert (first.step, first.values) == (Step.ISSUE_CERTIFICATES, {"people": 256})
    assert (second.step, second.values) == (Step.SEE_WHO_HAS_NONE, {"people": 4})
    gap = replace(OVER, sheets=(Sheet(1, "开班式", "Opening", False, False),))
    assert steps(gap) == [Step.FILL_SHEETS]


def test_on_the_last_day_issuing_comes_first_once_the_last_sheet_is_taken() -> None:
    last_day = replace(
        OVER,
        phase=Phase.RUNNING,
        mails_in_trouble=2,
        piles=(Pile(1, "图书", "Book", 12),),
        without_photo=3,
    )
    assert steps(last_day) == [
        Step.ADD_PHOTOS,
        Step.ISSUE_CERTIFICATES,
        Step.SEE_MAIL_TROUBLE,
        Step.HAND_OUT,
        Step.SEE_WHO_HAS_NONE,
    ]
    assert Step.ISSUE_CERTIFICATES not in steps(replace(last_day, counted_sessions=2))


def test_what_is_issued_is_printed_until_the_first_is_collected() -> None:
    issued = replace(OVER, phase=Phase.RUNNING, certificates_ready=0, certificates_valid=260)
    assert [(one.step, one.values) for one in next_steps(issued)] == [
        (Step.PRINT_CERTIFICATES, {"people": 260})
    ]
    assert steps(replace(issued, certificates_collected=1)) == []


def test_after_issuing_those_without_a_certificate_are_named_and_then_the_class_is_put_away() -> None:
    issued = replace(OVER, certificates_ready=0, certificates_collected=1)
    assert steps(replace(issued, certificates_valid=256)) == [Step.SEE_WHO_HAS_NONE, Step.ARCHIVE]
    assert steps(replace(issued, certificates_valid=260)) == [Step.ARCHIVE]
    assert steps(replace(OVER, certificates_valid=9, certificates_reserved=2)) == [Step.FINISH_ISSUING]
    assert steps(replace(OVER, phase=Phase.ARCHIVED)) == []


def test_a_public_address_is_asked_for_long_before_the_first_certificate() -> None:
    assert steps(replace(NEW, address_missing=True))[-1] is Step.SET_PUBLIC_ADDRESS
    assert steps(replace(OVER, address_missing=True))[:2] == [
        Step.SET_PUBLIC_ADDRESS,
        Step.ISSUE_CERTIFICATES,
    ]
    assert Step.SET_PUBLIC_ADDRESS not in steps(replace(OVER, address_missing=True, certificates_valid=1))


def test_no_more_than_five_things_are_asked_at_once() -> None:
    busy = replace(
        OVER,
        people={RegistrationStatus.NOMINATED: 4, RegistrationStatus.ARRIVED: 300},
        hosts=0,
        counted_sessions=0,
        sheets=(Sheet(1, "开班式", "Opening", False, True), Sheet(2, "结业式", "Closing", False, False)),
        piles=(Pile(1, "图书", "Book", 12), Pile(2, "资料袋", "Bag", 3)),
    )
    assert steps(busy) == [
        Step.TAKE_ATTENDANCE,
        Step.FILL_SHEETS,
        Step.NAME_HOST,
        Step.PLAN_SESSIONS,
        Step.OVER_CAPACITY,
    ]
    assert len(steps(busy)) == MOST_STEPS


def test_mails_that_may_not_have_arrived_lead_to_themselves() -> None:
    first, *_ = next_steps(replace(OVER, phase=Phase.OPEN, mails_in_trouble=3))
    assert (first.step, first.endpoint, first.arguments, first.values) == (
        Step.SEE_MAIL_TROUBLE,
        "mail.of_training",
        {"status": "trouble"},
        {"mails": 3},
    )


def test_units_with_places_are_asked_before_the_class_and_not_after() -> None:
    coming = replace(OVER, phase=Phase.PLANNED, people={}, units_unasked=32)
    assert Step.ASK_UNITS in steps(coming)
    assert Step.ASK_UNITS not in steps(replace(coming, phase=Phase.RUNNING))
    assert Step.ASK_UNITS not in steps(replace(coming, units_unasked=0))


def test_units_that_have_not_answered_are_reminded_before_the_class() -> None:
    coming = replace(OVER, phase=Phase.OPEN, people={RegistrationStatus.NOMINATED: 2}, units_silent=83)
    (step,) = [one for one in next_steps(coming) if one.step is Step.REMIND_UNITS]
    assert (step.endpoint, step.values) == ("coverage.index", {"units": 83})
    assert Step.REMIND_UNITS not in steps(replace(coming, phase=Phase.RUNNING))
    assert Step.REMIND_UNITS not in steps(replace(coming, units_silent=0))
