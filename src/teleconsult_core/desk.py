"""The desk: every use case as a method on one bundle of ports. Adds no behaviour.

    desk = Desk(open_work=..., cards=..., ...)
    desk.book(id=..., practitioner=..., now=...)

Each method is the use case of that name, whose first argument is the bundle itself; its
docstring, types and outcomes are its own. This file is the table of contents of the system.
"""

from __future__ import annotations

from attrs import frozen

from teleconsult_core.ports import Ports
from teleconsult_core.use_cases import admit_patient as _admit_patient
from teleconsult_core.use_cases import apply_retention as _apply_retention
from teleconsult_core.use_cases import ask_sign_in_link as _ask_sign_in_link
from teleconsult_core.use_cases import book as _book
from teleconsult_core.use_cases import cancel as _cancel
from teleconsult_core.use_cases import change_exceptions as _change_exceptions
from teleconsult_core.use_cases import change_opening_hours as _change_opening_hours
from teleconsult_core.use_cases import change_profile as _change_profile
from teleconsult_core.use_cases import check_card_step as _check_card_step
from teleconsult_core.use_cases import complete as _complete
from teleconsult_core.use_cases import confirm as _confirm
from teleconsult_core.use_cases import deliver_due_messages as _deliver_due_messages
from teleconsult_core.use_cases import deliver_message as _deliver_message
from teleconsult_core.use_cases import describe_clinic as _describe_clinic
from teleconsult_core.use_cases import dispute_evidence as _dispute_evidence
from teleconsult_core.use_cases import end_room as _end_room
from teleconsult_core.use_cases import enter as _enter
from teleconsult_core.use_cases import erase_patient as _erase_patient
from teleconsult_core.use_cases import export_patient as _export_patient
from teleconsult_core.use_cases import give_up_seat as _give_up_seat
from teleconsult_core.use_cases import join as _join
from teleconsult_core.use_cases import keep_passkeys as _keep_passkeys
from teleconsult_core.use_cases import keep_seat as _keep_seat
from teleconsult_core.use_cases import keep_staff as _keep_staff
from teleconsult_core.use_cases import leave as _leave
from teleconsult_core.use_cases import look_at as _look_at
from teleconsult_core.use_cases import make_feed as _make_feed
from teleconsult_core.use_cases import mark_agenda as _mark_agenda
from teleconsult_core.use_cases import mark_no_show as _mark_no_show
from teleconsult_core.use_cases import move as _move
from teleconsult_core.use_cases import note_delivery as _note_delivery
from teleconsult_core.use_cases import note_presence as _note_presence
from teleconsult_core.use_cases import offer_slots as _offer_slots
from teleconsult_core.use_cases import onboard_practitioner as _onboard_practitioner
from teleconsult_core.use_cases import open_link as _open_link
from teleconsult_core.use_cases import open_session as _open_session
from teleconsult_core.use_cases import own_access as _own_access
from teleconsult_core.use_cases import place_hold as _place_hold
from teleconsult_core.use_cases import print_receipt as _print_receipt
from teleconsult_core.use_cases import rate as _rate
from teleconsult_core.use_cases import read_feed as _read_feed
from teleconsult_core.use_cases import read_signals as _read_signals
from teleconsult_core.use_cases import reauthorize as _reauthorize
from teleconsult_core.use_cases import reconcile as _reconcile
from teleconsult_core.use_cases import recover as _recover
from teleconsult_core.use_cases import recover_operation as _recover_operation
from teleconsult_core.use_cases import refund as _refund
from teleconsult_core.use_cases import report_absent_practitioner as _report_absent_practitioner
from teleconsult_core.use_cases import resend_link as _resend_link
from teleconsult_core.use_cases import resend_message as _resend_message
from teleconsult_core.use_cases import retry as _retry
from teleconsult_core.use_cases import see_room as _see_room
from teleconsult_core.use_cases import send_signal as _send_signal
from teleconsult_core.use_cases import set_unavailability as _set_unavailability
from teleconsult_core.use_cases import show_account as _show_account
from teleconsult_core.use_cases import show_accounts as _show_accounts
from teleconsult_core.use_cases import show_figures as _show_figures
from teleconsult_core.use_cases import show_payments as _show_payments
from teleconsult_core.use_cases import show_payouts as _show_payouts
from teleconsult_core.use_cases import show_receipts as _show_receipts
from teleconsult_core.use_cases import show_schedule as _show_schedule
from teleconsult_core.use_cases import sign_in as _sign_in
from teleconsult_core.use_cases import sign_in_by_passkey as _sign_in_by_passkey
from teleconsult_core.use_cases import sweep as _sweep
from teleconsult_core.use_cases import take_card_news as _take_card_news
from teleconsult_core.use_cases import take_seat as _take_seat
from teleconsult_core.use_cases import take_sign_in_link as _take_sign_in_link
from teleconsult_core.use_cases import wait_for_slot as _wait_for_slot
from teleconsult_core.use_cases import waive_no_show as _waive_no_show


@frozen
class Desk(Ports):
    """Ports in, use cases out."""

    # The clinic and its time
    describe_clinic = _describe_clinic.describe_clinic
    change_profile = _change_profile.change_profile
    show_schedule = _show_schedule.show_schedule
    preview_opening_hours = _show_schedule.preview_opening_hours
    change_opening_hours = _change_opening_hours.change_opening_hours
    preview_exceptions = _show_schedule.preview_exceptions
    change_exceptions = _change_exceptions.change_exceptions
    set_unavailability = _set_unavailability.set_unavailability
    remove_unavailability = _set_unavailability.remove_unavailability
    show_profile = _offer_slots.show_profile
    offer_slots = _offer_slots.offer_slots
    why_not_bookable = _offer_slots.why_not_bookable
    booking_terms = _offer_slots.booking_terms
    mark_agenda = _mark_agenda.mark_agenda
    mark_stands = _mark_agenda.mark_stands

    # Booking
    book = _book.book
    enter = _enter.enter
    confirm = _confirm.confirm
    cancel = _cancel.cancel
    move = _move.move
    join_waiting_list = _wait_for_slot.join_waiting_list
    leave_waiting_list = _wait_for_slot.leave_waiting_list

    # The card
    place_hold = _place_hold.place_hold
    check_card_step = _check_card_step.check_card_step
    reauthorize = _reauthorize.reauthorize
    dispute_evidence = _dispute_evidence.dispute_evidence
    take_card_news = _take_card_news.take_card_news
    receive_card_news = _take_card_news.receive_card_news
    take_received_news = _take_card_news.take_received_news

    # The practitioner's account
    onboard_practitioner = _onboard_practitioner.onboard_practitioner
    refresh_payout_account = _onboard_practitioner.refresh_payout_account
    refresh_payout_accounts = _onboard_practitioner.refresh_payout_accounts
    open_payout_dashboard = _show_payouts.open_payout_dashboard
    show_payouts = _show_payouts.show_payouts

    # Meeting
    open_link = _open_link.open_link
    resend_link = _resend_link.resend_link
    join = _join.join
    join_by_link = _join.join_by_link
    leave = _leave.leave
    report_trouble = _leave.report_trouble
    note_presence = _note_presence.note_presence

    # The built-in waiting room
    take_seat = _take_seat.take_seat
    keep_seat = _keep_seat.keep_seat
    keep_seats = _keep_seat.keep_seats
    see_room = _see_room.see_room
    admit_patient = _admit_patient.admit_patient
    send_signal = _send_signal.send_signal
    read_signals = _read_signals.read_signals
    give_up_seat = _give_up_seat.give_up_seat
    end_room = _end_room.end_room

    # What is charged
    complete = _complete.complete
    mark_no_show = _mark_no_show.mark_no_show
    waive_no_show = _waive_no_show.waive_no_show
    report_absent_practitioner = _report_absent_practitioner.report_absent_practitioner
    refund = _refund.refund
    rate = _rate.rate

    # Messages
    note_delivery = _note_delivery.note_delivery
    resend_message = _resend_message.resend_message
    retry_message = _retry.retry_message

    # Calendars
    make_feed = _make_feed.make_feed
    revoke_feed = _make_feed.revoke_feed
    read_feed = _read_feed.read_feed

    # Signing in
    sign_in = _sign_in.sign_in
    ask_passkey = _sign_in_by_passkey.ask_passkey
    sign_in_by_passkey = _sign_in_by_passkey.sign_in_by_passkey
    ask_sign_in_link = _ask_sign_in_link.ask_sign_in_link
    take_sign_in_link = _take_sign_in_link.take_sign_in_link
    open_session = _open_session.open_session
    end_session = _open_session.end_session
    end_all_sessions = _open_session.end_all_sessions
    show_own_access = _own_access.show_own_access
    change_own_password = _own_access.change_own_password
    end_own_session = _own_access.end_own_session
    begin_passkey = _keep_passkeys.begin_passkey
    add_passkey = _keep_passkeys.add_passkey
    remove_passkey = _keep_passkeys.remove_passkey
    show_account = _show_account.show_account
    choose_language = _show_account.choose_language
    add_staff_member = _keep_staff.add_staff_member
    reset_staff_member = _keep_staff.reset_staff_member
    disable_staff_member = _keep_staff.disable_staff_member
    show_staff = _keep_staff.show_staff

    # Looking
    show_agenda = _look_at.show_agenda
    show_payments = _show_payments.show_payments
    show_figures = _show_figures.show_figures
    show_appointment = _look_at.show_appointment
    find_patients = _look_at.find_patients
    show_receipts = _show_receipts.show_receipts
    show_receipt = _show_receipts.show_receipt
    print_receipt = _print_receipt.print_receipt

    # The worker and the operator
    deliver_due_messages = _deliver_due_messages.deliver_due_messages
    deliver_message = _deliver_message.deliver_message
    print_receipts = _print_receipt.print_receipts
    recover = _recover.recover
    recover_operation = _recover_operation.recover_operation
    sweep = _sweep.sweep
    retry_payment = _retry.retry_payment
    show_accounts = _show_accounts.show_accounts
    reconcile = _reconcile.reconcile
    export_patient = _export_patient.export_patient
    erase_patient = _erase_patient.erase_patient
    apply_retention = _apply_retention.apply_retention
