"""Invented people, firms and places: nobody here can be written to or called.

Mail addresses are in the domains reserved for examples (RFC 2606), telephone numbers in the range that the French
numbering plan keeps for fiction, and SIREN numbers begin with zeros: well-formed, of no known firm.
"""

import unicodedata

TRADES = (
    'Ateliers',
    'Menuiserie',
    'Transports',
    'Imprimerie',
    'Chaudronnerie',
    'Boulangerie',
    'Maçonnerie',
    'Librairie',
    'Fonderie',
    'Pépinières',
    'Électricité',
    'Charpentes',
    'Verrerie',
    'Tissages',
    'Conserverie',
    'Garage',
    'Plâtrerie',
    'Mécanique',
    'Laiterie',
    'Négoce',
    'Clinique vétérinaire',
    'Cabinet',
    'Brasserie',
    'Isolation',
    'Serrurerie',
    'Emballages',
    'Distillerie',
    'Cartonnages',
)
OWNERS = (
    'Fontbrune',
    'Vaugelin',
    'Marcheval',
    'Orbelle',
    'Tournevigne',
    'Rochemaure-Diot',
    'Lestrade-Blin',
    'Bellorme',
    'Castelnoir',
    'Dargeval',
    'Pontrieux-Hamon',
    'Sauvagnac',
    'Trémouille',
    'Villardon',
    'Brissonnet',
    'Chantepie',
    'Ferrandier',
    'Gourdeval',
    'Hautecombe',
    'Jolivaux',
    'Kerbrieg',
    'Lamberval',
    'Montauzon',
    'Noirétable',
    'Ozanneau',
    'Pradelou',
    'Quintefeuille',
    'Ravignac',
    'Soubeyran',
    'Thourenne',
    'Ursanne',
    'Valcourbe',
    'Yvremont',
    'Aubercy',
    'Blancafort',
    'Courtepaille',
    'Doucelin',
    'Esterac',
    'Flavignol',
    'Grandchamp-Noël',
)
FORMS = ('SARL', 'SAS', 'SA', 'EURL', 'et fils', 'SASU', 'et Cie')
FIRST_NAMES = (
    'Camille',
    'Étienne',
    'Solène',
    'Gaspard',
    'Maëlle',
    'Hervé',
    'Odile',
    'Bastien',
    'Rosalie',
    'Clément',
    'Ninon',
    'Thibault',
)
PUBLIC_BODIES = (
    'Commune de {}',
    'Communauté de communes du Pays de {}',
    'Lycée de {}',
    'Centre hospitalier de {}',
    'Office du tourisme de {}',
    "Syndicat des eaux de {}",
)
STREETS = (
    'rue des Tanneurs',
    'avenue de la Gare',
    'place du Marché',
    'chemin des Vignes',
    'rue Haute',
    'zone artisanale des Prés',
    'quai Neuf',
)
PLACES = (
    ('69003', 'Lyon'),
    ('35000', 'Rennes'),
    ('44200', 'Nantes'),
    ('33000', 'Bordeaux'),
    ('59800', 'Lille'),
    ('31000', 'Toulouse'),
    ('67000', 'Strasbourg'),
    ('13006', 'Marseille'),
    ('38000', 'Grenoble'),
    ('21000', 'Dijon'),
    ('63000', 'Clermont-Ferrand'),
    ('76000', 'Rouen'),
    ('37000', 'Tours'),
    ('75011', 'Paris'),
    ('29200', 'Brest'),
    ('54000', 'Nancy'),
    ('72000', 'Le Mans'),
    ('51100', 'Reims'),
)
SWISS_PLACES = (('1204', 'Genève'), ('1003', 'Lausanne'), ('2000', 'Neuchâtel'))
LABELS = (
    'Fourniture de pièces',
    "Prestation d'entretien",
    'Commande de matériel',
    'Travaux selon devis',
    'Consommables',
    'Location de matériel',
    'Étude et conseil',
    'Livraison du mois',
    'Contrat de maintenance',
)
SALESPEOPLE = (('nora', 'Nora Lambert'), ('paul', 'Paul Mercier'))
MAIL_DOMAINS = ('example.com', 'example.org', 'example.net')


def slug(text):
    """``text`` as lower-case ASCII words joined by dashes: 'Électricité et fils' -> 'electricite-et-fils'."""
    plain = unicodedata.normalize('NFKD', text).encode('ascii', 'ignore').decode().lower()
    return '-'.join(''.join(char if char.isalnum() else ' ' for char in plain).split())


def luhn_digit(digits):
    """The digit that makes ``digits`` + digit pass the Luhn check, as every SIREN and SIRET does."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siret(number):
    """A well-formed SIRET (9 + 5 digits, both checks right) of no known firm."""
    siren = f'{number:08d}'
    siren += luhn_digit(siren)
    body = siren + '0001'
    return body + luhn_digit(body)


def phone(number):
    """A number of the range kept for fiction (01 99 00 xx xx)."""
    return f'+33 1 99 00 {number // 100 % 100:02d} {number % 100:02d}'
