"""sohoa: archives of Vietnamese plan documents into restored text, structured JSON and a searchable corpus."""

from __future__ import annotations

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())  # quiet, unless an application or the command line asks

__version__ = "0.1.0"
