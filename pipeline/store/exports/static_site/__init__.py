"""HTML: a copy of the corpus for a USB stick, whose search works without a server."""

from __future__ import annotations

from pipeline.store.exports.static_site.write import write_site
from pipeline.store.formats import Format

__all__ = ["FORMAT"]

FORMAT = Format(write_site, to_folder=True)
