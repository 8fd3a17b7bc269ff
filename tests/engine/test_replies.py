# SPDX-License-Identifier: LGPL-3.0-only
"""What comes back to a reminder: a table of real-life shapes."""

from datetime import date

import pytest

from engine.replies import announced_payment, answer_text, is_bounce, reply_kind
from engine.senders import writer
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
    # people whose words look like those of a robot
    ({}, "Dossier 2026-445 : marchandise reçue endommagée", "Nous contestons la facture.", "human"),
    ({}, "Dossier 2026-445 : facture reçue en double", "Merci de corriger.", "human"),
    ({}, "Dossier n° 1234 ouvert chez notre avocat", "", "human"),
    ({}, "Demande 1234 : marchandise reçue endommagée", "", "human"),
    ({}, "Case 12345: goods received damaged", "", "human"),
    ({}, "Ticket 445 received, but wrong quantity", "", "human"),
    ({}, "Your request: order received damaged", "", "human"),
    ({}, "Votre e-mail du 20/11 a été transmis à notre avocat", "", "human"),
    ({}, "Absence de bon de commande sur facture du 12/10", "Nous ne paierons pas.", "human"),
    ({}, "Absence de bon de commande sur facture du 12/10", "", "human"),
    ({}, "Absence de réponse du bureau d'études", "", "human"),
    ({}, "Absent du chantier le 12/10, je conteste", "", "human"),
    ({}, "Congés annuels - je conteste la facture", "", "human"),
    ({}, "Congés", "Je pars, je paye lundi.", "human"),
    ({}, "Delivered (broken) goods", "", "human"),
    ({}, "Accusé de réception (AR 1A123) du colis", "", "human"),
    ({}, "RE: Fermeture annuelle", "Bien noté, je m'en occupe.", "human"),
    ({}, "RE: Fermeture annuelle", "Bien noté, merci.", "human"),
    ({}, "Demande reçue", "Nous ne devons rien.", "human"),
    ({}, "Message automatique de relance injustifié", "Arrêtez vos relances !", "human"),
    ({}, RE, "Merci de ne pas répondre à ce mail mais à compta@client.fr. Nous contestons la facture.", "human"),
    ({}, RE, "Merci de ne pas répondre à ce mail mais à compta@client.fr.", "human"),
    ({}, RE, "Ne pas répondre à ce message par une relance automatique, nous avons déposé le bilan.", "human"),
    ({}, RE, "Votre message a bien été reçu. Nous contestons la facture FAC/1.", "human"),
    ({}, RE, "J'étais absente du bureau, le virement part demain.", "human"),
    ({}, RE, "Notre comptable est en congés jusqu'au 30, elle vous règlera à son retour.", "human"),
    ({"From": "no-reply@client.example"}, RE, "Nous contestons la facture 12.", "human"),
    ({"From": "compta.noreply@client.example"}, RE, "Nous avons payé le 12/11.", "human"),
    ({"From": '"No-reply is not my name" <paul@client.example>'}, RE, "Bien reçu", "human"),
    ({"List-Id": "<compta.client.example>", "Precedence": "list"}, RE, "Nous contestons la facture 12.", "human"),
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
    ({}, "En congé jusqu'au 30/11", "", "out_of_office"),
    ({}, "On annual leave Re: overdue invoices", "", "out_of_office"),
    ({}, "Congés annuels", "", "out_of_office"),
    ({}, "Absent : Atelier : factures échues", "", "out_of_office"),
    ({}, "ABSENCE Re: relance", "", "out_of_office"),
    ({}, RE, "Je suis actuellement en congés jusqu'au 30 novembre.", "out_of_office"),
    ({}, RE, "Bonjour,\nActuellement en congés jusqu'au 30 novembre, je vous répondrai à mon retour.", "out_of_office"),
    ({}, RE, "Bonjour, je suis actuellement en congé maternité. Merci de contacter Mme Petit.", "out_of_office"),
    ({}, RE, "Je suis absent du bureau jusqu’au 30/11. En cas d'urgence, contactez compta@client.example.", "out_of_office"),
    ({}, RE, "I am out of the office until 30 November with limited access to my e-mail.", "out_of_office"),
    ({"X-Auto-Reply-From": "paul@client.example"}, "Congés annuels", "", "out_of_office"),
    # tickets
    ({}, "Votre demande n° 4567 est enregistrée", "", "ticket"),
    ({}, "We have received your request (#4455)", "", "ticket"),
    ({}, "Prise en compte de votre demande", "", "ticket"),
    ({}, RE, "Votre demande a bien été enregistrée sous le numéro 4455. Merci de ne pas modifier l'objet.", "ticket"),
    ({}, RE, "Thank you for your e-mail. We acknowledge receipt of your message.", "ticket"),
    ({}, "[SUPPORT-1234] Relance", "Your request has been received.", "ticket"),
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
    ({}, "Confirmation de lecture : factures échues", "", "receipt"),
    # other robots
    ({"From": "compta@noreply.example"}, RE, "Bien reçu", "automatic"),
    ({"From": '"Compta" <compta.noreply@client.example>'}, RE, "Bien reçu", "automatic"),
    ({"X-POST-MessageClass": "9; Autoresponder"}, RE, "ok", "automatic"),
    ({"X-MS-Exchange-Generated-Message-Source": "Mailbox Rules Agent"}, RE, "ok", "automatic"),
    ({"X-Auto-Reply-From": "paul@client.example"}, RE, "ok", "automatic"),
    ({}, RE, "Merci de ne pas répondre à ce message.", "automatic"),
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


# Read on Sunday 22 November 2026.
SUNDAY = date(2026, 11, 22)
SAID = [
    ("La facture FAC/2026/0001 a été payée vendredi 20 novembre", date(2026, 11, 20)),
    ("Le virement est parti vendredi dernier.", date(2026, 11, 20)),
    ("La somme a été versée le 20/11.", date(2026, 11, 20)),
    ("Le virement a été lancé hier", date(2026, 11, 21)),
    ("Virement transmis à la banque le 20/11/2026", date(2026, 11, 20)),
    ("Le virement vous a été adressé le 20/11.", date(2026, 11, 20)),
    ("Payment has gone out on 20/11", date(2026, 11, 20)),
    ("We've wired the funds on Friday.", date(2026, 11, 20)),
    ("We’ve wired the funds on Friday.", date(2026, 11, 20)),
    ("Je vous confirme le virement de 1.200,00 € en date du 20/11.", date(2026, 11, 20)),
    ("Le virement de 1.200,00 € a été fait le 20/11.", date(2026, 11, 20)),
    ("virement effectué le\n20/11/2026", date(2026, 11, 20)),
    ("Votre facture a été réglée le 20/11, n'hésitez pas à me contacter si problème.", date(2026, 11, 20)),
    ("Si besoin je vous envoie le justificatif, le virement a été effectué le 20/11.", date(2026, 11, 20)),
    ("Nous avons réglé le 20/11. Merci de ne pas nous relancer.", date(2026, 11, 20)),
    ("Désolé du retard, le virement a été effectué le 20/11.", date(2026, 11, 20)),
    ("Nous avons payé votre facture du 12/10 le 20/11.", date(2026, 11, 20)),
    ("Payment was made by wire on Nov. 20, 2026", date(2026, 11, 20)),
    ("Le virement a été effectué\n\nle 20/11", date(2026, 11, 20)),
    ("Virement fait le 20/11 pour 2 factures.", date(2026, 11, 20)),
    ("Virement effectué.", SUNDAY),
    ("Bonjour, virement effectué. Cordialement", SUNDAY),
    ("Le virement est parti.", SUNDAY),
    ("VIREMENT EFFECTUE LE 20/11/2026", date(2026, 11, 20)),
    ("Payment sent on 5 May 2026", date(2026, 5, 5)),
]
NOT_SAID = (
    # questions
    "Avez-vous reçu le virement du 20/11 ?", "Le virement a-t-il été effectué le 20/11 ?", "Was the payment made on 20 November?",
    "Pouvez-vous confirmer que vous avez reçu notre paiement du 20/11", "Virement effectué ?",
    # negations
    "The payment wasn't made on 20/11", "I haven’t made the payment yesterday", "Our bank failed to execute the payment on 20/11",
    "Impossible de faire le virement aujourd'hui", "Je n’ai pas fait le virement hier",
    # taken back
    "Nous avons annulé le virement fait le 20/11.", "Le virement effectué le 20/11 est revenu.",
    "Le virement a été effectué le 20/11. La banque l'a rejeté.",
    # to come
    "Virement le 27/11/2026.", "Paiement le 24/11 sans faute", "We intend to make payment on 25 November",
    "Le virement est fait pour le 25/11", "Le virement peut être effectué le 25/11", "virement effectué le 23/11",
    "Le virement est fait vendredi", "Je vous paye aujourd'hui", "Je vous paie aujourd'hui", "On fait le virement aujourd'hui",
    # conditional
    "Le virement aurait dû être fait le 20/11", "Le virement était censé être effectué le 20/11",
    "Si le virement était effectué le 20/11, vous l'auriez.",
    # others' money, other matters
    "Notre client nous a payé le 20/11, mais nous manquons de trésorerie", "Your invoice was issued and payment is due on 20/11.",
    "Nous contestons la facture payée le 20/11", "Nos règlements sont effectués le 30/11", "Nos règlements sont effectués le 10/11",
    "Le virement effectué le 20/11 concernait une autre facture.", "Votre avoir a été émis le 20/11 en règlement",
    "Le solde du 20/11", "Merci de confirmer le virement effectué le 20/11", "Le virement a été fait à tort le 20/11",
    "Dès réception du virement fait le 20/11 je vous envoie la marchandise",
    "Virement effectué pour la facture du 12/10", "Les factures sont payées le 15 du mois",
    # signatures
    "Je regarde.\n-- \nPaul\nFactures payées le 10/11",
)


@pytest.mark.parametrize(("text", "day"), SAID)
def test_a_payment_announced_in_many_words(text, day):
    found = announced_payment(text, SUNDAY)
    assert (found.day if found else None) == day


@pytest.mark.parametrize("text", NOT_SAID)
def test_in_doubt_nothing_is_announced(text):
    """A person reads the answer anyway, which pauses the reminders."""
    assert announced_payment(text, SUNDAY) is None


# report type, (action, status) of each recipient, sender -> it did not arrive
REPORTS = [
    ("delivery-status", [("failed", "5.1.1")], "MAILER-DAEMON@client.example", True),
    ("delivery-status", [("Failed ", "4.4.7")], "MAILER-DAEMON@client.example", True),  # tried for days and given up
    ("delivery-status", [("", "5.1.1")], "MAILER-DAEMON@client.example", True),
    ("delivery-status", [("delivered", "2.0.0"), ("failed", "5.1.1")], "MAILER-DAEMON@client.example", True),
    ("delivery-status", [("delayed", "4.4.1")], "MAILER-DAEMON@client.example", False),
    ("delivery-status", [("", "4.4.1")], "MAILER-DAEMON@client.example", False),
    ("delivery-status", [("delivered", "2.0.0")], "MAILER-DAEMON@client.example", False),
    ("delivery-status", [("relayed", "2.0.0")], "MAILER-DAEMON@client.example", False),
    ("delivery-status", [("expanded", "2.0.0")], "MAILER-DAEMON@client.example", False),
    ("disposition-notification", [], "MAILER-DAEMON@client.example", False),
    ("delivery-status", [], "Mail Delivery <MAILER-DAEMON@client.example>", True),
    ("", [], "postmaster@client.example", True),
    ("", [], "paul@client.example", False),
]


@pytest.mark.parametrize(("report_type", "recipients", "sender", "bounced"), REPORTS)
def test_only_a_failure_is_a_bounce(report_type, recipients, sender, bounced):
    """Late, delivered or read is no reason to send again."""
    assert is_bounce(report_type, recipients, sender) == bounced


def test_a_day_without_year_is_the_nearest_one():
    assert announced_payment("virement effectué le 30/12", date(2027, 1, 4)).day == date(2026, 12, 30)


def test_the_answer_stops_where_the_quotation_begins():
    text = "Bonjour,\nvu.\n\nDe : compta@atelier.example\nObjet : relance\nVotre facture"
    assert answer_text(text) == "Bonjour,\nvu."


# As Odoo writes Outlook's and Gmail's quotations in plain text.
QUOTED = (
    "Bonjour,\nje transmets.\n*De :* Atelier <compta@atelier.example>\n*Envoyé :* vendredi 20 novembre 2026\n*À :* a@b.example",
    "Bonjour,\nje transmets. *From:* Atelier\n*Sent:* Friday",
    "Bonjour,\nje transmets.\n* De\xa0: * Atelier\nRelance",
    "Bonjour,\nje transmets.\nDe : Atelier\nEnvoyé : vendredi 20 novembre 2026",
    "Bonjour,\nje transmets.\nLe ven. 20 nov. 2026 à 10:00, Atelier <compta@atelier.example> a\nécrit :\n> Relance",
    "Bonjour,\nje transmets.\n-- \nPaul",
)


@pytest.mark.parametrize("text", QUOTED)
def test_what_the_mailer_quotes_is_no_answer(text):
    assert answer_text(text + "\nVotre règlement fait le 20/11/2026 a bien été imputé.") == "Bonjour,\nje transmets."


def test_a_name_after_de_is_no_quotation():
    assert answer_text("Le virement est parti.\nDe : Paul\nBonne journée") == "Le virement est parti.\nDe : Paul\nBonne journée"
