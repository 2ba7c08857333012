"""sohoa: archives of Vietnamese plan documents into restored text, structured JSON and a searchable corpus."""

from __future__ import annotations

__version__ = "0.1.0"
