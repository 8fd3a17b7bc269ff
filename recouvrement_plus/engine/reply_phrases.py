"""The phrases by which one knows who wrote, robot or person: one table for each, without a header to say so."""

import re


def any_of(*phrases):
    """One pattern for a table of phrases, in any case of letters."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.I)


_MESSAGE = r"(?:demande|message|ticket|request|e-?mail|mail|courriel|query|inquiry)"
_NUMBER = r"(?:n[°o]\s*)?[#:]?\s*[a-z]{0,4}-?\d{2,}"
_TAKEN = (r"(?:re[cç]ue?|received|cr[eéè]+e?|created|ouverte?|opened|enregistr[eé]e?|registered|logged|"
          r"prise? en (?:compte|charge))")

# Subjects of receipts: what they are about follows a colon.
RECEIPT_SUBJECT = any_of(
    r"^\W*(?:non lu|lu|not read|read|return receipt|delivered|remis|non remis|undeliver(?:able|ed))\s*(?:$|:)",
    r"^\W*(?:accus[eé]|confirmation) (?:de )?(?:r[eé]ception|lecture)\s*(?:\((?:affichage|displayed)\)\s*)?(?:$|:|-|re\s*:|"
    rf"de votre {_MESSAGE}|of your)",
    r"^\W*delivery (?:status )?notification\b", r"^\W*undelivered mail returned to sender", r"^\W*read receipt\b")
# Subjects of out-of-office messages.
OUT_OF_OFFICE_SUBJECT = any_of(
    r"r[eé]ponse automatique", r"^\W*auto\s*:", r"\bauto(?:matic|mated)?[- ]?(?:reply|response|matique)\b",
    r"\bout[- ]of[- ](?:the[- ])?office\b", r"\baway from (?:the |my )?office\b", r"^\W*ooo\b",
    r"\babsente?s?\b (?:du|de mon) bureau", r"absence du bureau", r"(?:message|notification|avis) d.absence",
    r"^\W*(?:je suis )?absente?(?:\(e\))?\s*(?:$|:|re\s*:|du \d|le \d|jusqu|until|pour cong)",
    r"^\W*absence\s*(?:$|re\s*:|du \d|jusqu|pour cong)",
    r"^\W*(?:je suis )?(?:actuellement )?(?:en )?cong[eé]s?\s*(?:$|:|re\s*:|-|du \d|jusqu|annuels?|maternit|parental)",
    r"^\W*(?:en )?vacances\s*(?:$|re\s*:|du \d|jusqu)", r"^\W*fermeture (?:annuelle|estivale)", r"^\W*annual closing",
    r"^\W*(?:on |i am on )?(?:annual|maternity|parental|sick) leave\b", r"^\W*(?:i am )?on (?:leave|vacation|holidays?)\b",
    r"abwesen")
# Subjects of ticket acknowledgements: a number and what happened to it, and nothing else.
TICKET_SUBJECT = any_of(
    rf"^\W*(?:nouveau |nouvelle |new )?(?:ticket|demande|request|case|incident|dossier)\s*{_NUMBER}\W*"
    rf"(?:a (?:bien )?[eé]t[eé] |est |has been |was )?(?:bien )?{_TAKEN}\W*$",
    rf"^\W*(?:\W*\d*\W*)?(?:nouveau |nouvelle |new )?(?:ticket|demande|request) {_TAKEN}(?:$|\W)",
    rf"\b(?:votre|your) {_MESSAGE}\s*(?:{_NUMBER}\s*)?(?:a (?:bien )?[eé]t[eé]|est|has been|was) (?:bien )?{_TAKEN}",
    rf"^\W*(?:we have|nous avons bien) (?:received|re[cç]u) (?:your|votre) {_MESSAGE}",
    rf"^\W*prise en (?:compte|charge) de votre {_MESSAGE}",
    r"^\W*(?:message|e-?mail|courriel) automatique\s*(?:$|:)")

# What robots write in their text: out of office …
OUT_OF_OFFICE_WORDS = any_of(
    r"\bje suis (?:actuellement |en ce moment )?(?:en (?:cong[eé]s?|vacances|arr[eê]t)|absente?(?:\(e\))?)"
    r" ?(?:annuels?|maladie|maternit[eé]|parental)?,? ?(?:du bureau|du \d|jusqu|depuis|pour|et (?:je )?(?:serai|reviendrai|n))",
    r"\bje suis actuellement (?:en cong[eé]s?|absente?)\b",
    r"^\W*(?:bonjour\W+|hello\W+)?actuellement (?:en cong[eé]s?|absente?|en vacances)",
    r"\b(?:i am|i'm|i will be) (?:currently )?(?:out of (?:the |my )?office|on (?:annual |maternity |parental |sick )?leave|"
    r"on (?:vacation|holidays?)|away) ?(?:from (?:the|my) office)? ?(?:until|from|till|through|with|and|\.|$)",
    r"(?:nos bureaux sont|our offices? (?:is|are)|l.entreprise est) (?:ferm[eé]e?s?|closed)")
# … acknowledgements of tickets …
TICKET_WORDS = any_of(
    rf"\b(?:votre|your) {_MESSAGE}\s*(?:{_NUMBER}\s*)?(?:a (?:bien )?[eé]t[eé]|has been|was) (?:bien |successfully )?{_TAKEN}",
    rf"\bwe acknowledge (?:the )?receipt of your {_MESSAGE}", r"\bwe acknowledge receipt\b",
    r"\bun ticket a [eé]t[eé] (?:ouvert|cr[eé]{2})", r"\ba ticket has been (?:created|opened)",
    r"\b(?:votre|your) (?:demande|ticket|request) (?:sera trait[eé]e?|will be (?:processed|handled))")
# … and what all of them write. "Please do not answer this mail" stands alone: who says where or why to answer is a person.
ROBOT_WORDS = any_of(
    r"(?:ceci est|il s.agit d.)\s*un (?:message|e-?mail|courriel) (?:automatique|g[eé]n[eé]r[eé] automatiquement)",
    r"(?:message|e-?mail|courriel) (?:envoy[eé]|g[eé]n[eé]r[eé]) automatiquement", r"r[eé]ponse automatique",
    r"this is an? (?:automatic|automated|auto-generated)", r"automatically generated",
    r"do not (?:reply|respond) to this (?:message|e-?mail|mail)?\s*(?:[.!,;:)]|$)",
    r"ne (?:pas )?r[eé]pond(?:re|ez) (?:pas )?(?:[aà] (?:ce|cet) (?:message|e-?mail|mail|courriel)|\bdirectement)\s*(?:[.!,;:)]|$)")

# What only people say: that something is wrong …
CONTESTS = any_of(
    r"\bcontest\w+", r"\blitiges?\b", r"d[eé]saccord", r"pas d.accord", r"\br[eé]clam(?:e|ons|[eé])\b", r"\brefus(?:e|ons|[eé])\b",
    r"\bendommag\w+", r"\bab[iî]m\w+", r"\bcass[eé]e?s?\b", r"\bd[eé]fectueu\w+", r"non[- ]conforme", r"\bmanquante?s?\b",
    r"\bil manque\b", r"\bjamais (?:re[cç]u|command|livr|eu)",
    r"\bn'(?:ai|avons|a) pas\b", r"\bne (?:vous )?dev(?:ons|ez)\b",
    r"\brien re[cç]u", r"\bnon livr", r"\binjustifi\w+", r"\barr[eê]tez\b", r"\bnot owe\b",
    r"\bd[eé]j[aà] (?:pay|r[eé]gl|envoy)", r"\b(?:un|d.)\s*avoir\b",
    r"\b(?:notre|mon) (?:avocat|conseil)", r"\bdisput\w+", r"\bdisagree\w*", r"\bdamaged\b", r"\bbroken\b", r"\bwrong\b",
    r"\bincorrect\w*", r"\bcredit note", r"\bnever (?:received|ordered|delivered)", r"\b(?:our|my) (?:lawyer|solicitor|attorney)",
    r"d[eé]p[oô](?:s[eé]|sons|t) (?:le|de) bilan", r"(?:redressement|liquidation) judiciaire", r"cessation de",
    r"\binsolven\w+", r"\bbankrupt\w*", r"proc[eé]dure de sauvegarde")
# … that they pay, have paid or will not …
PAYS = any_of(
    r"\b(?:je|nous|on|j.ai|we|i)\b(?: ?['’]?\w+){0,3} "
    r"(?:pa[iy][eéo]\w*|pay|paid|paying|r[eéè]gl\w+|vir(?:ons|[eé]|e)\b|settle\w*|transfer\w*)",
    r"\b(?:je|nous|we|i) (?:pa[iy][eéo]\w*|pay|paid|r[eéè]gl\w+|vir(?:ons|erons|e)\b|settled?)",
    r"\b(?:le|un|mon|notre|votre|ce|the|our|your) (?:virement|ch[eè]que|paiement|[eé]ch[eé]ancier|transfer|cheque|payment)",
    r"^\W*(?:bonjour\W+)?(?:virement|paiement|ch[eè]que|r[eè]glement|payment|transfer) \w+",
    r"\b(?:sera|seront|est|sont|[eé]t[eé]|will be|was|has been|have been) (?:bien )?"
    r"(?:pay[eé]e?s?|r[eé]gl[eé]e?s?|sold[eé]e?s?|paid|settled)\b",
    r"\b(?:payment plan|d[eé]lai de paiement|d[eé]lai suppl[eé]mentaire)")
# … that they ask something, or do something about it.
ASKS = any_of(
    r"\b(?:pouvez|pourriez|voulez)[- ]vous\b", r"\b(?:could|can|would) you\b",
    r"\b(?:merci de|veuillez|pri[eè]re de) (?:bien vouloir )?(?:me |nous )?"
    r"(?:r?envoyer|(?:re)?transmettre|(?:r)?adresser|faire parvenir|"
    r"communiquer|confirmer|pr[eé]ciser|rappeler|corriger|annuler|v[eé]rifier|rectifier)",
    r"\bplease (?:re)?(?:send|confirm|call|correct|cancel|check)", r"\b(?:quelle|which) (?:facture|invoice)",
    r"\bje (?:m.en occupe|regarde|v[eé]rifie|transmets|fais le (?:n[eé]cessaire|point)|pars)\b",
    r"\bi(?:'ll| will) (?:check|look into|forward)\b")
