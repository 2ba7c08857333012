"""Which letter strings can be Vietnamese syllables: onset + rime + tone, as phonotactics allow.

The inventory follows the usual description of Quốc ngữ (Đoàn Thiện Thuật, Ngữ âm tiếng Việt): 27 spellings of onsets,
rimes with their medial, and the rule that rimes ending in a stop carry only the sắc or the nặng tone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSETS = re.findall(r"\w+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
_RIMES = frozenset(
    re.findall(
        r"\w+",
        """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong oong ooc op ot oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăp oăt oe oem oen oeng oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uêch uên uênh uêt
    uơ uơn uơt uy uya uych uyên uyêt uynh uyn uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y
    """,
    )
)
_BARE_Y = frozenset(re.findall(r"\w+", "y yêm yên yêng yêt yêu"))  # without an onset
_QU = frozenset(
    re.findall(
        r"\w+",
        """
    a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng âp ât ây e en eo et ê ên ênh êt êch êu
    i ich in inh it y ych ynh yt yên yêt ơ ơi ơn ơt ôc
    """,
    )
)
_GI = frozenset({"", "n", "p", "ch", "êc", "êm", "ên", "êng", "êt", "êu", "êp"})  # gì, gìn, giết: the i belongs to both
_STOPS = ("p", "t", "c", "ch")
_TONES = {"\u0300": 1, "\u0301": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
_FRONT = ("e", "ê", "i", "y")


def split_tone(syllable: str) -> tuple[str, int]:
    """(`syllable` without its tone mark, tone): 0 ngang, 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng; -1 for several."""
    if syllable.isascii():
        return syllable, 0
    tone = 0
    kept = []
    for char in unicodedata.normalize("NFD", syllable):
        mark = _TONES.get(char)
        if mark is None:
            kept.append(char)
        else:
            tone = mark if tone == 0 else -1
    return unicodedata.normalize("NFC", "".join(kept)), tone


@lru_cache(maxsize=65536)
def is_syllable(text: str) -> bool:
    """Whether `text` (NFC, any case) can be one Vietnamese syllable."""
    if not 1 <= len(text) <= 8 or not text.isalpha():
        return False
    toneless, tone = split_tone(text.lower())
    if tone < 0 or toneless not in _toneless_syllables():
        return False
    return tone in (2, 5) or len(toneless) == 1 or not toneless.endswith(_STOPS)


@lru_cache(maxsize=1)
def _toneless_syllables() -> frozenset[str]:
    """Every onset with every rime that may follow it; some 3,500."""
    rimes = _RIMES | _BARE_Y | _QU | _GI
    return frozenset(onset + rime for onset in ("", *_ONSETS) for rime in rimes if _rime_follows(onset, rime))


def _rime_follows(onset: str, rime: str) -> bool:
    """Whether `rime` is written after `onset`; spelling rules of c/k, g/gh, ng/ngh included."""
    if onset == "":
        return rime in _BARE_Y or (rime in _RIMES and rime != "y")
    if onset == "qu":
        return rime in _QU
    if onset == "gi":
        return rime in _GI or (rime in _RIMES and not rime.startswith("i") and rime != "y")
    if rime not in _RIMES:
        return False
    if onset in ("k", "gh", "ngh", "c", "g", "ng"):
        return rime.startswith(_FRONT) == (onset in ("k", "gh", "ngh"))
    return True
