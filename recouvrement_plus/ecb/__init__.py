"""The published series of the European Central Bank: read from an address, taken apart, and nothing believed blindly."""
from . import download
from . import errors
from . import sdmx
