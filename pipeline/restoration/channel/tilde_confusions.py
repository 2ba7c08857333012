"""Hat, with or without tone, read as a tilde: 'hãng tuãn' for 'hằng tuần', 'từng tõ' for 'từng tổ', 'nãm' for 'năm'.

At 100 to 200 dpi two marks above each other are few pixels, and the second engine, whose marks are its weak side, takes
them for a tilde. Tesseract's pages, on which the channel was counted, hardly show it.
"""

from __future__ import annotations

from collections.abc import Iterator

TILDE_SCORE = -4.5
"""log P(tilde | hat with another tone): one letter in a hundred of the pages that show it at all."""

_MAY_BE = {"ã": "ằầấắẫẵăâ", "ẫ": "ằầấắẵ", "ẵ": "ằầấắẫ", "õ": "ồổốỗô", "ỗ": "ồổố", "ẽ": "ềếểễê", "ễ": "ềếể"}


def under_tilde(core: str) -> Iterator[str]:
    """What may have been printed where `core` was read, in small letters, one letter changed.

    >>> list(under_tilde("tõ"))
    ['tồ', 'tổ', 'tố', 'tỗ', 'tô']
    """
    low = core.lower()
    for at, letter in enumerate(low):
        for other in _MAY_BE.get(letter, ""):
            yield low[:at] + other + low[at + 1 :]
