# SPDX-License-Identifier: LGPL-3.0-only
"""What comes back to a reminder: a table of real-life shapes."""

from datetime import date

import pytest

from engine.replies import announced_payment, answer_text, reply_kind, writer
from engine.types import REPLY_KINDS, WRITERS

RECEIVED = date(2026, 11, 20)
RE = "Re: Atelier: factures échues"

# headers, subject, text -> who wrote
KINDS = [
    # people
    ({}, RE, "Bonjour, le virement part vendredi.", "human"),
    ({}, RE, "Nous avons bien reçu votre relance, nous revenons vers vous.", "human"),
    ({}, RE, "Merci de me renvoyer la facture, je suis absente jusqu'à lundi.", "human"),
    ({"Auto-Submitted": "no"}, RE, "ok", "human"),
    ({"X-Auto-Response-Suppress": "All"}, RE, "Je vous règle demain.", "human"),  # Exchange puts it on people's mail too
    ({"Precedence": "first-class"}, RE, "Quelle facture ?", "human"),
    ({}, "Facture en litige", "La livraison était incomplète.", "human"),
    ({}, "Re: dossier Martin", "Le chèque est au courrier.", "human"),
    ({}, "Lu et approuvé : échéancier", "Voici l'échéancier signé.", "human"),
    ({}, RE, "Vu.\n\nLe 19 nov. 2026 à 10:02, Atelier a écrit :\n> Ceci est un message automatique", "human"),
    ({}, "", "", "human"),
    # out of office
    ({"Auto-Submitted": "auto-replied"}, "Réponse automatique : factures échues", "Je suis absent.", "out_of_office"),
    ({}, "Réponse automatique : factures échues", "En congés jusqu'au 4.", "out_of_office"),
    ({}, "Automatic reply: overdue invoices", "I am away.", "out_of_office"),
    ({}, "Out of Office: overdue invoices", "", "out_of_office"),
    ({}, "Absence du bureau", "", "out_of_office"),
    ({}, "Absente du 3 au 17 août", "", "out_of_office"),
    ({}, "Message d'absence Re: factures", "", "out_of_office"),
    ({}, "Auto: Re: factures", "", "out_of_office"),
    ({}, "Abwesenheitsnotiz: Rechnungen", "", "out_of_office"),
    ({}, "Fermeture annuelle", "Nos bureaux sont fermés.", "out_of_office"),
    # tickets
    ({}, "[Ticket#20261120] Votre message a été reçu", "", "ticket"),
    ({}, "Votre demande a bien été enregistrée", "Dossier 4521", "ticket"),
    ({}, "Your request has been received (#88213)", "", "ticket"),
    ({}, "[Request received] overdue invoices", "", "ticket"),
    ({}, "Ticket 48213 créé", "", "ticket"),
    ({"Auto-Submitted": "auto-generated"}, RE, "Votre demande a été enregistrée sous le numéro 12.", "ticket"),
    # receipts
    ({"Content-Type": 'multipart/report; report-type=disposition-notification; boundary="x"'}, RE, "", "receipt"),
    ({}, "Lu : factures échues", "", "receipt"),
    ({}, "Read: overdue invoices", "", "receipt"),
    ({}, "Non lu : factures", "", "receipt"),
    ({}, "Accusé de réception (affichage) - factures", "", "receipt"),
    # other robots
    ({"Auto-Submitted": 'auto-generated; owner-email="x@y.example"'}, RE, "Bonjour", "automatic"),
    ({"auto-submitted": "AUTO-REPLIED"}, RE, "Bonjour", "automatic"),
    ({"Precedence": "bulk"}, RE, "Bonjour", "automatic"),
    ({"Precedence": "auto_reply"}, RE, "Bonjour", "automatic"),
    ({"X-Autoreply": "yes"}, RE, "Bonjour", "automatic"),
    ({"List-Unsubscribe": "<https://x.example>"}, "Nos offres", "Bonjour", "automatic"),
    ({"Return-Path": "<>"}, RE, "Bonjour", "automatic"),
    ({"From": "Service <no-reply@client.example>"}, RE, "Bien reçu", "automatic"),
    ({"From": "ne-pas-repondre@client.example"}, RE, "Bien reçu", "automatic"),
    ({}, RE, "Ceci est un message automatique, merci de ne pas y répondre.", "automatic"),
    ({}, RE, "This is an automated message. Please do not reply to this e-mail.", "automatic"),
]


@pytest.mark.parametrize(("headers", "subject", "text", "kind"), KINDS)
def test_who_wrote(headers, subject, text, kind):
    """lesson 27: an answer of a person pauses, that of a robot does not."""
    assert reply_kind(headers, subject, text) == kind
    assert kind in REPLY_KINDS


# sender, our addresses, the customer's -> for whom it writes
OURS = ("compta@atelier.example", "sales@atelier.example")
WROTE = [
    ("paul@client.example", OURS, ("paul@client.example",), "customer"),
    ("anne@client.example", OURS, ("paul@client.example",), "customer"),  # a colleague of his
    ("sales@atelier.example", OURS, ("paul@client.example",), "colleague"),
    ("mallory@else.example", OURS, ("paul@client.example",), "stranger"),
    ("mallory@sub.client.example", OURS, ("paul@client.example",), "stranger"),
    ("paul@gmail.com", OURS, ("paul@gmail.com",), "customer"),
    ("mallory@gmail.com", OURS, ("paul@gmail.com",), "stranger"),  # everybody is there
    ("mallory@orange.fr", OURS, ("garage@orange.fr",), "stranger"),
    # an address of ours among the customer's contacts makes no customers of our people
    ("new@atelier.example", OURS, ("compta@atelier.example", "paul@client.example"), "stranger"),
    # who works for both, as in a group, is the customer on the customer's case
    ("sales@atelier.example", OURS, ("sales@atelier.example",), "customer"),
    ("", OURS, (), "stranger"),
    ("", OURS, ("paul@client.example",), "stranger"),
]


@pytest.mark.parametrize(("sender", "ours", "customer", "found"), WROTE)
def test_for_whom_an_address_writes(sender, ours, customer, found):
    assert writer(sender, set(ours), set(customer)) == found
    assert found in WRITERS


# text -> day announced, None: nothing is said to have left
ANNOUNCED = [
    ("Bonjour, virement effectué le 18/11.", date(2026, 11, 18)),
    ("Virement effectué le 18/11/2026", date(2026, 11, 18)),
    ("Le virement a été effectué ce jour.", date(2026, 11, 20)),
    ("virement fait hier", date(2026, 11, 19)),
    ("Nous avons procédé au règlement le 17 novembre.", date(2026, 11, 17)),
    ("Votre facture a été réglée par virement le 1er octobre 2026.", date(2026, 10, 1)),
    ("Payé par virement le lundi 16 novembre", date(2026, 11, 16)),
    ("Chèque envoyé le 12/11/26", date(2026, 11, 12)),
    ("Le paiement a été émis aujourd'hui, merci.", date(2026, 11, 20)),
    ("Transfer made on 18 November.", date(2026, 11, 18)),
    ("The payment was sent today.", date(2026, 11, 20)),
    ("We paid on November 12, 2026", date(2026, 11, 12)),
    ("Payment processed yesterday", date(2026, 11, 19)),
    ("Invoice settled on 2026-11-03.", date(2026, 11, 3)),
    ("Bonjour,\nvirement effectué le 30/12.\nCordialement", None),  # 40 days ahead: no announcement, a promise
    ("Le virement sera effectué le 25/11.", None),
    ("Nous allons faire le virement aujourd'hui.", None),
    ("Le virement n'a pas été effectué ce jour.", None),
    ("The payment will be made on 25 November", None),
    ("Le paiement est bloqué depuis hier.", None),
    ("Virement en attente, effectué le 18/11 au plus tôt", None),
    ("Je transmets à la comptabilité.", None),
    ("Vu.\n> Nous n'avons pas reçu votre règlement. Virement effectué le 18/11 ?", None),
    ("Le 19/11/2026, Atelier a écrit :\nvirement effectué le 18/11", None),
    ("facture du 18/11 reçue", None),
    ("Virement effectué le 45/13", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "day"), ANNOUNCED)
def test_a_payment_said_to_have_left(text, day):
    found = announced_payment(text, RECEIVED)
    assert (found.day if found else None) == day


def test_a_day_without_year_is_the_nearest_one():
    assert announced_payment("virement effectué le 30/12", date(2027, 1, 4)).day == date(2026, 12, 30)


def test_the_answer_stops_where_the_quotation_begins():
    text = "Bonjour,\nvu.\n\nDe : compta@atelier.example\nObjet : relance\nVotre facture"
    assert answer_text(text) == "Bonjour,\nvu."
