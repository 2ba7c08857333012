"""sohoa: archives of Vietnamese plan documents into restored text, structured JSON and a searchable corpus."""

from pipeline.interface import Corpus, extract, open_corpus, restore

__all__ = ["Corpus", "__version__", "extract", "open_corpus", "restore"]

__version__: str
