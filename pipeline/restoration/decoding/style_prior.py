"""What official text writes where the news write otherwise: hằng năm, hằng tháng, where an engine read 'hãng'.

Both spellings are right and a document keeps to one, but two thirds of the language model's text are news. Counted on
21 November 2026, before năm, tháng, tuần, quý and ngày: decrees write hằng 1,104 times and hàng 408 times, news hằng
742 times and hàng 2,354 times. The difference of the log odds is 2.2; the contexts of news that the model knows besides
(ngày 25 hàng tháng) ask for a little more.
"""

from __future__ import annotations

import numpy as np

from pipeline.language.language_model import LanguageModel
from pipeline.restoration.units import Ids, Scores, Units

_OFFICIAL, _OF_NEWS, _BEFORE = "hằng", "hàng", ("năm", "tháng", "tuần", "quý", "ngày")
_BONUS = np.float32(3.0)


def official_bonus(model: LanguageModel, units: Units, path: Ids) -> Scores:
    """A bonus for each candidate that is official text's spelling, where `path` (the index of each unit) goes on so.

    A word that was read as the other spelling is its author's, and gets none.
    """
    chosen = units.words[units.first + path]
    follows = np.isin(chosen, [model.ids[word] for word in _BEFORE if word in model.ids])
    goes_on = np.zeros(len(chosen), dtype=bool)
    goes_on[:-1] = follows[1:]
    goes_on[np.cumsum(units.lengths)[units.lengths > 0] - 1] = False
    goes_on &= units.words[units.first] != model.ids.get(_OF_NEWS, -1)
    is_official = units.words == model.ids.get(_OFFICIAL, -1)
    return np.where(is_official & goes_on[units.owner], _BONUS, np.float32(0))
