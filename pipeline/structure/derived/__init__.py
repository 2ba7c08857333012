"""What is concluded of a document rather than printed in it: the body in normal form, its level, its area, its year."""

from pipeline.structure.derived.derive import derive

__all__ = ["derive"]
