"""The letters of Vietnamese, for character classes: "À-Ỹ" as a range would hold small letters too."""

from __future__ import annotations

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
UPPER = "A-Z" + _MARKED.upper()
LOWER = "a-z" + _MARKED
