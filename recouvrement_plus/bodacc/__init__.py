"""Announcements of the BODACC as its open data publish them: asked for by SIREN, taken apart, and nothing believed blindly."""
from . import announcements
from . import ask
