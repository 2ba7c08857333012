"""Which frames of a TIFF are pages: scanners and cameras put thumbnails, reduced copies and masks between them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from PIL import Image

# Tag 254: bit 0 a reduced copy of another frame, bit 2 a mask. Tag 255, its forerunner: 2 a reduced copy.
_NEW_SUBFILE, _OLD_SUBFILE = 254, 255
_REDUCED, _MASK = 1, 4
# A frame without the tag is a thumbnail when it is this small (pixels of the longer side) and of another's shape.
_THUMBNAIL, _LARGER = 400, 3.0
_SHAPE_WITHIN = 0.04
_ENDED = (OSError, ValueError, TypeError, SyntaxError, IndexError, KeyError, OverflowError, ArithmeticError,
          AttributeError, MemoryError, RuntimeError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frames:
    """The numbers of the frames that are pages, in order, and whether the chain of frames breaks off."""

    pages: tuple[int, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int
    size: tuple[int, int]
    is_page: bool


def frames_of(picture: Image.Image, limit: int) -> Frames:
    """The pages among the frames of an open TIFF, up to `limit` frames; when none of them is one, all are.

    One by one, because a directory that runs in a ring must end somewhere.
    """
    found = [_frame(picture, 0)]
    broken = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while len(found) < limit:
            try:
                picture.seek(len(found))
                found.append(_frame(picture, len(found)))
            except EOFError:
                break
            except _ENDED:
                broken = True
                break
    pages = [frame for frame in found if frame.is_page and not _is_thumbnail(frame, found)]
    return Frames(tuple(frame.number for frame in pages or found), broken)


def _frame(picture: Image.Image, number: int) -> _Frame:
    tags = getattr(picture, "tag_v2", {})
    kind, older = tags.get(_NEW_SUBFILE, 0), tags.get(_OLD_SUBFILE, 0)
    reduced = isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))
    return _Frame(number, picture.size, not reduced and older != 2)


def _is_thumbnail(frame: _Frame, frames: list[_Frame]) -> bool:
    width, height = frame.size
    if max(width, height) > _THUMBNAIL or min(width, height) < 1:
        return False
    beside = [other for other in frames if abs(other.number - frame.number) == 1]
    return any(
        max(other.size) >= _LARGER * max(width, height)
        and abs(other.size[0] / max(1, other.size[1]) - width / height) < _SHAPE_WITHIN * width / height
        for other in beside
    )
