"""The digits of printed faces as small pictures: what a number in a letterhead is held against (`models/digits.npz`).

    python -m pipeline.training.digits models/digits.npz

Families that office documents are set in, each upright, bold and italic: Times and its relatives, Century Schoolbook,
Arial, Calibri, two book faces, typewriters. Their digits are drawn 24 pixels high and are as wide as each other.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.reading.page_marks.typeface_match import CELL, HIGH, RIM
from pipeline.training.rendering import font_file

FACES = (
    "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf",
    "LiberationSerif-BoldItalic.ttf",
    "texgyretermes-regular.otf", "texgyretermes-bold.otf", "texgyretermes-italic.otf", "texgyretermes-bolditalic.otf",
    "FreeSerif.ttf", "FreeSerifItalic.ttf",
    "texgyreschola-regular.otf", "texgyreschola-bold.otf", "texgyreschola-italic.otf", "texgyreschola-bolditalic.otf",
    "NotoSerif-Regular.ttf", "NotoSerif-Italic.ttf",
    "DejaVuSerif.ttf", "DejaVuSerif-Italic.ttf",
    "LinLibertine_R.otf", "LinLibertine_RI.otf",
    "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf",
    "Carlito-Regular.ttf", "Carlito-Italic.ttf",
    "DejaVuSans.ttf",
    "LiberationMono-Regular.ttf", "FreeMono.ttf", "FreeMonoBold.ttf",
)  # fmt: skip
# Digits are drawn so much larger and then shrunk: their outlines come out soft, as a scanner's do.
_FINER = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.digits", description=__doc__)
    parser.add_argument("target", type=Path)
    write_digits(parser.parse_args(arguments).target)


def write_digits(target: Path, faces: Sequence[str] = FACES) -> int:
    """Draw the digits of all faces and write them; returns how many faces."""
    drawn = [_draw(font_file(name)) for name in faces]
    pictures = np.array([pictures for pictures, _ in drawn])
    pitches = np.array([pitch for _, pitch in drawn], dtype=np.float32)
    np.savez_compressed(target, pictures=pictures, pitches=pitches, faces=np.array(faces))
    return len(faces)


def _draw(font: Path) -> tuple[NDArray[np.uint8], float]:
    """A face's ten digits (10 x rows x columns, ink = 255), and the way from one to the next in digit heights."""
    trial = 200
    face = ImageFont.truetype(str(font), trial, layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = face.getbbox("158")
    face = ImageFont.truetype(
        str(font), round(trial * HIGH * _FINER / (bottom - top)), layout_engine=ImageFont.Layout.BASIC
    )
    _, top, _, bottom = face.getbbox("158")
    widths = [face.getlength(str(digit)) for digit in range(10)]
    pictures = []
    for digit, width in enumerate(widths):
        sheet = Image.new("L", (CELL * _FINER, (HIGH + 2 * RIM) * _FINER), 0)
        corner = ((CELL * _FINER - width) / 2, RIM * _FINER - top)
        ImageDraw.Draw(sheet).text(corner, str(digit), font=face, fill=255)
        small = cv2.resize(np.asarray(sheet), (CELL, HIGH + 2 * RIM), interpolation=cv2.INTER_AREA)
        pictures.append(np.asarray(small, dtype=np.uint8))
    return np.array(pictures), float(np.mean(widths)) / (bottom - top)


if __name__ == "__main__":
    main()
