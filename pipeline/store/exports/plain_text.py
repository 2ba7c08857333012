"""Text as XML 1.0 can hold it."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """`text` with a blank for each character that XML cannot hold."""
    return _NOT_XML.sub(" ", text)
