"""What OCR makes of letters, figures and signs: one table, with a column for each thing that may have been printed.

The columns differ because what stands on the page does: where a number is due a stroke is a 1, in a heading's numeral
it is an I; where a known phrase is looked for all strokes may count as one, while a word whose letters are to be told
must keep its l apart from its i.
"""

from __future__ import annotations

# What was read | the figure it is where it stands alone for a number | the figure it may be among figures |
# the letter it counts as where whole phrases are compared (folded) | the letter it may be in a word that is to be made
# out (folded) | the strokes it may be of a Roman numeral | the letter it may be before an item's bracket.
# A dot: nothing but what was read.
_ROWS = """
0  .  .  o  o  .   .
O  0  0  .  .  .   .
o  0  0  .  .  .   .
Q  .  0  .  .  .   .
D  .  0  .  .  .   .
1  .  .  i  l  I   .
l  1  1  i  .  I   .
I  1  1  .  .  .   .
i  1  1  .  .  I   .
|  1  1  i  .  I   .
!  1  1  i  .  I   .
L  .  .  .  .  I   .
T  .  .  .  .  I   .
Í  .  .  .  .  I   .
Ì  .  .  .  .  I   .
Ỉ  .  .  .  .  I   .
Ị  .  .  .  .  I   .
Ĩ  .  .  .  .  I   .
Ï  .  .  .  .  I   .
H  .  .  .  .  II  .
U  .  .  .  .  II  .
W  .  .  .  .  IV  .
v  .  .  .  .  V   .
Z  .  2  .  .  .   .
z  .  2  .  .  .   .
4  .  .  .  a  .   .
S  .  5  .  .  .   .
s  .  5  .  .  .   .
5  .  .  .  s  .   .
$  .  .  .  s  .   .
6  .  .  .  o  .   .
B  .  8  .  .  .   .
&  .  .  a  e  .   .
w  .  .  .  u  .   .
¢  .  .  c  c  .   c
©  .  .  c  .  .   c
€  .  .  e  .  .   e
ð  .  .  .  .  .   đ
"""
_TABLE = [row.split() for row in _ROWS.strip().splitlines()]


def _column(number: int) -> dict[int, str]:
    return str.maketrans({row[0]: row[number] for row in _TABLE if row[number] != "."})


_ALONE, _FIGURE, _PHRASE, _WORD, _STROKES, _LABEL = map(_column, range(1, 7))


def as_lone_figures(text: str) -> str:
    """`text` that stands alone where a number may: strokes are ones and rings noughts, an S is no 5."""
    return text.translate(_ALONE)


def as_figures(text: str) -> str:
    """`text` that has to be a number: '2O1l' → '2011', 'S' → '5'."""
    return text.translate(_FIGURE)


def as_phrase(folded: str) -> str:
    """Folded text in the form in which damaged and whole spellings of a phrase are the same."""
    return folded.translate(_PHRASE)


def as_word(folded: str) -> str:
    """A folded word with the letters that its figures and signs may be: 't6 chuc' → 'to chuc'."""
    return folded.translate(_WORD)


def as_strokes(text: str) -> str:
    """`text` where a Roman numeral is due: 'I1l' → 'III', 'HI' → 'III'."""
    return text.translate(_STROKES)


def as_label(letter: str) -> str:
    """What stands before an item's bracket as a letter: '¢' → 'c'."""
    return letter.translate(_LABEL)
