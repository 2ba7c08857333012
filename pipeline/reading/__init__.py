"""Reading: from a page's image or text layer to lines in reading order with boxes."""

from pipeline.reading.reader import PageMemory, Reader

__all__ = ["PageMemory", "Reader"]
