"""The fonts that tests print in: regular, bold, italic, as Debian names the files. `setup.sh test` brings them."""

from __future__ import annotations

from pipeline.bench.reading_pages import FONTS

TERMES, SCHOLA, TINOS = FAMILIES = FONTS
DEJAVU = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
LIBERATION = ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf")
