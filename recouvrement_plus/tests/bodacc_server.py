"""The BODACC's open data for tests: a local server that answers in the shapes of its Explore API v2.1, well or badly."""
import json
from urllib.parse import parse_qs, urlsplit

from .rate_server import RateServer

LIQUIDATION = "Jugement d'ouverture de liquidation judiciaire"


def announcement(siren, reference='A202600421234', published='2026-03-10', nature=LIQUIDATION, day='2026-03-02', **fields):
    """One row of the data set, with the fields that concern us and some that do not."""
    row = {
        'id': reference, 'publicationavis': 'A', 'publicationavis_facette': "Bodacc A", 'parution': '20260042',
        'dateparution': published, 'numeroannonce': 1234, 'typeavis': 'annonce', 'typeavis_lib': "Avis initial",
        'familleavis': 'collective', 'familleavis_lib': "Procédures collectives", 'numerodepartement': '69',
        'tribunal': "Greffe du Tribunal des Activités Économiques de Lyon", 'commercant': "MENUISERIE BLANC", 'ville': "Lyon",
        'cp': '69003', 'registre': [siren, f'{siren[:3]} {siren[3:6]} {siren[6:]}'],
        'jugement': json.dumps({
            'type': 'initial', 'famille': "Jugement d'ouverture", 'nature': nature, 'date': day,
            'complementJugement': "Liquidateur SELARL Durand, 3 quai Nord 69001 Lyon. Les créances sont à adresser, dans les deux "
                                  "mois de la présente publication, auprès du liquidateur."}),
        'acte': None, 'url_complete': f'https://www.bodacc.fr/pages/annonces-commerciales-detail/?q.id=id:{reference}'}
    return {**row, **fields}


class BodaccServer(RateServer):
    """Serves `rows` page by page as asked; `body` instead when it is set. `total` lies about how many there are."""

    def __init__(self):
        super().__init__()
        self.rows, self.total, self.questions = [], None, []
        self.address = self.address.replace('/series', '/api/explore/v2.1/catalog/datasets/annonces-commerciales/records')

    def _answer(self, request):
        question = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        self.questions.append(question)
        kept = self.body
        if not self.body:
            first, limit = int(question['offset']), int(question['limit'])
            total = len(self.rows) if self.total is None else self.total
            self.body = json.dumps({'total_count': total, 'results': self.rows[first:first + limit]})
        try:
            super()._answer(request)
        finally:
            self.body = kept
