"""Whole journeys in a real browser: what each person sees, is written, and what money becomes.

Each is told by somebody at a wide screen, by somebody with a narrow phone, and by somebody whose
browser runs no scripts: up to the waiting room he needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from browsers import CALLING, chromium
from post import links
from teleconsult_core.links import Purpose
from teleconsult_core.people import Role
from teleconsult_wiring import App
from visitor import NORA
from web.story import PHONE, PLAIN, WIDE, Clinic, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CALLING) as opened:
        yield opened


@pytest.fixture(params=[WIDE, PLAIN], ids=lambda reader: reader.name)
def reader(request: pytest.FixtureRequest) -> Reader:
    """Without a call a narrow phone shows the same with scripts and without."""
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def clinic(browser: Browser, app: App, address: str, reader: Reader) -> Iterator[Clinic]:
    """A clinic on a Monday morning, as one kind of reader meets it."""
    yield Clinic(app, browser, address, reader)
    for context in browser.contexts:
        context.close()


with_a_call = pytest.mark.parametrize(
    "reader", [WIDE, PHONE, PLAIN], ids=lambda reader: reader.name
)


@with_a_call
def test_from_the_first_free_time_to_the_receipt(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor()
    id = nora.books(card="visa-3ds")
    nora.reads("Votre rendez-vous est confirmé", "Réservé 30,00 €", "rien n’est encore débité")
    clinic.meet(id, nora, doctor)
    doctor.decides("fee")
    doctor.reads("Décidé : 30,00 €")
    nora.is_texted("Dr Claire Dupont", "/l/join/")
    nora.is_written("Votre reçu", "30,00 €")
    nora.opens_link(Purpose.ACCOUNT)
    nora.reads("Ce rendez-vous est passé", "Débité 30,00 €", "dupont-2027-00001")
    assert nora.downloads("dupont-2027-00001").startswith(b"%PDF")
    nora.opens_link(Purpose.RATE)
    nora.chooses("5")
    nora.presses()
    nora.reads("Merci pour votre note", "5 sur 5")
    clinic.ends(id, "completed", captured=3000)


def test_entered_by_the_practitioner_confirmed_and_held(clinic: Clinic) -> None:
    doctor, nora = clinic.staff(Role.PRACTITIONER, "dupont"), clinic.somebody()
    doctor.goes_to("/practice/enter")
    doctor.fills(day="2027-03-03", hour="10:00", **NORA)
    doctor.presses()
    doctor.reads("Nora El Amrani", "pas encore confirmé")
    assert clinic.money == {}
    nora.is_texted("Dr Claire Dupont", "/l/confirm/")
    nora.opens_link(Purpose.CONFIRM)
    nora.reads("Viendrez-vous ?", "Dr Claire Dupont", "À réserver 30,00 €")
    nora.presses()
    nora.pays()
    nora.reads("Votre rendez-vous est confirmé", "Réservé 30,00 €")
    doctor.goes_to("/practice?day=2027-03-03")
    doctor.reads("10 h", "Nora El Amrani", "carte : 30,00 €")
    clinic.ends(nora.appointment, "confirmed", held=3000)


@with_a_call
def test_a_hold_that_ends_is_authorized_again_on_the_way_into_the_room(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor()
    id = nora.books(week=2)
    assert clinic.start(id) > clinic.app.now() + timedelta(days=10)
    nora.reads("La réserve sur votre carte prend fin avant la consultation")
    clinic.until(clinic.start(id) - timedelta(minutes=5))
    assert clinic.money == {}
    nora.is_texted("/l/authorize/")
    nora.is_written("Bientôt", "/l/authorize/", "/l/join/")
    nora.opens_link(Purpose.JOIN)
    nora.reads("Autoriser à nouveau votre carte", "vous ne payez qu’une fois")
    nora.pays()
    nora.reads("Votre rendez-vous est confirmé", "Réservé 30,00 €")
    clinic.meet(id, nora, doctor)
    doctor.decides("half")
    doctor.reads("Décidé : 15,00 €")
    nora.opens_link(Purpose.ACCOUNT)
    nora.reads("Débité 15,00 €")
    clinic.ends(id, "completed", captured=1500)


def test_an_absence_is_charged_by_the_link_alone(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor()
    id = nora.books()
    clinic.waits_in_vain(id, doctor)
    doctor.reads("Le patient n’est pas venu", "25,00 €")
    doctor.decides("absent")
    doctor.reads("L’absence est notée : 25,00 €")
    nora.is_written("Montant débité", "25,00 €", "indemnité")
    nora.opens_link(Purpose.ACCOUNT)
    nora.reads("Vous étiez attendu", "Débité 25,00 €", "Note d’indemnité dupont-2027-00001")
    nora.reads("Ce qui était réservé sur votre carte et n’est pas débité est libéré")
    assert b"%PDF" in nora.downloads("Note d’indemnité")
    clinic.ends(id, "no-show", captured=2500)


def test_where_an_absence_may_not_be_charged_nobody_is_offered_to(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor("claes")
    nora.goes_to("/p/claes")
    nora.reads("Si vous ne venez pas, rien n’est dû.")
    id = nora.books(whose="claes")
    clinic.waits_in_vain(id, doctor)
    doctor.misses("Débiter l’absence")
    doctor.reads("Le patient n’est pas venu", "Votre profession ne peut pas faire payer")
    doctor.decides("waived")
    doctor.reads("L’absence est notée : 0,00 €")
    nora.is_written("Rien n’est débité", "La réserve sur votre carte est libérée")
    nora.opens_link(Purpose.ACCOUNT)
    nora.reads("Vous étiez attendu", "Débité 0,00 €", "Attestation de non-débit", "est libéré")
    clinic.ends(id, "no-show")


def test_the_practitioner_does_not_come_and_the_patient_says_so(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor()
    id = nora.books()
    page, start = f"/b/{id}", clinic.start(id)
    clinic.until(start + timedelta(minutes=5))
    nora.goes_to(page)
    nora.misses("Le praticien n’est pas venu")
    clinic.until(start + timedelta(minutes=11))
    nora.goes_to(page)
    nora.reads("rien n’est débité, et la réserve est libérée aussitôt")
    nora.presses("Le praticien n’est pas venu")
    nora.reads("Ce rendez-vous est annulé", "Débité 0,00 €", "est libéré", "il en est averti")
    doctor.is_written("Nora El Amrani a signalé avoir attendu")
    clinic.ends(id, "cancelled")


def test_cancelled_in_time_by_the_patient(clinic: Clinic) -> None:
    nora = clinic.somebody(language="en-GB")
    id = nora.books(week=1)
    start = clinic.start(id)
    nora.presses("Cancel the appointment")
    nora.reads("Cancel the appointment?", "Nothing is charged.")
    assert clinic.money == {"held": 3000}
    nora.presses("Yes, cancel it")
    nora.reads("This appointment is cancelled", "Charged €0.00", "is released")
    nora.is_written("Appointment cancelled", "The reservation of €30.00 on your card is released.")
    nora.is_texted("is cancelled")
    clinic.ends(id, "cancelled")
    clinic.until(start)
    assert len(nora.letters) == 2  # booked, cancelled: nobody is reminded of it


def test_moved_within_what_is_held_and_then_beyond_it(clinic: Clinic) -> None:
    nora = clinic.somebody(language="nl-BE")
    id = nora.books(day=2)
    (first,) = links(clinic.app, Purpose.ACCOUNT, nora.email)
    nora.presses("Een ander uur kiezen")
    nora.presses(".day:nth-of-type(4) .slots a")
    nora.reads("De afspraak verplaatsen?", "donderdag 4 maart")
    nora.presses()
    nora.reads("Uw afspraak is bevestigd", "donderdag 4 maart", "Gereserveerd € 30,00")
    nora.is_written("Afspraak verplaatst", "4 maart")
    nora.goes_to(first)
    nora.reads("Deze link opent niets meer")
    assert clinic.money == {"held": 3000}
    nora.opens_link(Purpose.ACCOUNT)
    nora.presses("Een ander uur kiezen")
    nora.presses("Volgende week")
    nora.presses(".slots a")
    nora.presses()
    nora.reads("De reservering op uw kaart eindigt vóór de consultatie")
    clinic.until(clinic.start(id) - timedelta(hours=20))
    nora.opens_link(Purpose.AUTHORIZE)
    nora.pays()
    nora.reads("Uw afspraak is bevestigd", "Gereserveerd € 30,00")
    clinic.ends(id, "confirmed", held=3000)


def test_refunded_by_support_in_two_steps(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.doctor()
    id = nora.books()
    clinic.met(id, doctor)
    doctor.decides("fee")
    nora.opens_link(Purpose.ACCOUNT)
    support = clinic.staff(Role.SUPPORT)
    support.goes_to("/support")
    support.fills(text=NORA["email"])
    support.presses()
    support.presses(".people a")
    support.reads("Débité 30,00 €")
    support.fills(amount="12,50", reason="Consultation interrompue")
    support.presses("form[action$=refund] button")
    support.reads("Rembourser 12,50 € ?", "C’est définitif.")
    assert clinic.money == {"captured": 3000}
    support.presses()
    nora.is_written("Remboursement de 12,50 €", "note de crédit")
    nora.opens_link(Purpose.ACCOUNT)
    nora.reads("Débité 30,00 €", "Remboursé 12,50 €", "Note de crédit dupont-2027-00002")
    assert nora.downloads("Note de crédit").startswith(b"%PDF")
    support.goes_to(support.page.url)
    support.reads("Débité 30,00 €, 12,50 € remboursés")
    clinic.ends(id, "completed", captured=3000, refunded=1250)


def test_erased_by_the_patient_and_nowhere_any_more(clinic: Clinic) -> None:
    nora, doctor = clinic.somebody(), clinic.staff(Role.PRACTITIONER, "dupont")
    phone = clinic.somebody()
    id = phone.books()
    clinic.met(id, doctor)
    doctor.decides("fee")
    nora.goes_to("/account")
    nora.answers(nora.email)
    nora.reads("Consultez votre boîte e-mail")
    nora.opens_account()
    nora.reads("Mes rendez-vous", "dupont-2027-00001")
    assert NORA["email"] in nora.takes("Télécharger la copie")
    nora.presses("Voir ce qui serait effacé")
    nora.reads("Ce que la loi nous oblige à garder", "10 ans")
    nora.presses("Oui, effacer mes données")
    nora.reads("Vos données sont effacées")
    written = len(nora.letters)
    doctor.signs_in()
    support = clinic.staff(Role.SUPPORT)
    for reader in (phone, nora):
        reader.goes_to(f"/b/{id}")
        reader.reads("Il n’y a rien ici")
    for reader, path in (
        (doctor, "/practice?view=week"),
        (doctor, f"/practice/a/{id}"),
        (doctor, "/practice/payments"),
        (support, f"/support/a/{id}"),
    ):
        reader.goes_to(path)
        reader.misses("Nora", "Amrani", "0470", nora.email)
    support.goes_to("/support")
    support.fills(text="Amrani")
    support.presses()
    support.reads("0 rendez-vous trouvé")
    clinic.until(clinic.app.now() + timedelta(days=30))
    assert len(nora.letters) == written
    assert clinic.kept(NORA["name"]) == {"receipts"}  # the law keeps those, with the name
    assert not clinic.kept(nora.email) | clinic.kept("470123456")
    clinic.ends(id, "completed", captured=3000)
