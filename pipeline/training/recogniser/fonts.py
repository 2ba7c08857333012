"""The families that training pages are printed in, and those kept out of training; all are Debian packages."""

from __future__ import annotations

import random
from functools import lru_cache

from PIL import ImageFont

from pipeline.training.rendering import font_file

Faces = tuple[str, str, str, str]
"""Files of the regular, bold, italic and bold italic face."""

Face = ImageFont.FreeTypeFont


def _faces(start: str, names: tuple[str, str, str, str], end: str) -> Faces:
    regular, bold, italic, both = (f"{start}{name}{end}" for name in names)
    return regular, bold, italic, both


_LONG = ("Regular", "Bold", "Italic", "BoldItalic")
_GYRE = ("regular", "bold", "italic", "bolditalic")

# Two thirds are drawn like Times New Roman, in which nearly every plan is set.
TRAINING: dict[Faces, float] = {
    _faces("Tinos-", _LONG, ".ttf"): 7,
    _faces("LiberationSerif-", _LONG, ".ttf"): 6,
    _faces("FreeSerif", ("", "Bold", "Italic", "BoldItalic"), ".ttf"): 5,
    _faces("LinLibertine_", ("R", "RB", "RI", "RI"), ".otf"): 1,
    _faces("CharisSIL-", _LONG, ".ttf"): 0.8,
    _faces("NotoSerif-", _LONG, ".ttf"): 0.7,
    _faces("DejaVuSerif", ("", "-Bold", "-Italic", "-BoldItalic"), ".ttf"): 0.5,
    _faces("DejaVuSerifCondensed", ("", "-Bold", "-Italic", "-BoldItalic"), ".ttf"): 0.5,
    _faces("texgyrepagella-", _GYRE, ".otf"): 0.7,
    _faces("texgyrebonum-", _GYRE, ".otf"): 0.4,
    _faces("Vollkorn-", _LONG, ".ttf"): 0.3,
    _faces("Carlito-", _LONG, ".ttf"): 1,
    _faces("Arimo-", _LONG, ".ttf"): 1.2,
    _faces("texgyreheros-", _GYRE, ".otf"): 0.5,
    _faces("texgyreheroscn-", _GYRE, ".otf"): 0.4,
    _faces("OpenSans-", _LONG, ".ttf"): 0.3,
    _faces("Roboto-", _LONG, ".ttf"): 0.4,
    _faces("DejaVuSans", ("", "-Bold", "-Oblique", "-BoldOblique"), ".ttf"): 0.4,
    _faces("Cousine-", _LONG, ".ttf"): 0.4,
    _faces("texgyrecursor-", _GYRE, ".otf"): 0.4,
}

HELD_OUT: dict[Faces, float] = {
    _faces("texgyretermes-", _GYRE, ".otf"): 2,
    _faces("texgyreschola-", _GYRE, ".otf"): 1,
    _faces("GentiumPlus-", _LONG, ".ttf"): 1,
}
"""Never trained on; the first two are those of the reading benchmark."""


def a_family(families: dict[Faces, float], rng: random.Random) -> Faces:
    """One of the families, the frequent ones more often."""
    return rng.choices(list(families), list(families.values()))[0]


@lru_cache(maxsize=300)
def face(name: str, pixels: int) -> Face:
    """A face by its file's name. Raises MissingToolError when it is not installed."""
    return ImageFont.truetype(str(font_file(name)), pixels, layout_engine=ImageFont.Layout.BASIC)
