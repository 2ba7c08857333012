"""Numbers and dates that other documents settle: done when all work of a run is, register by register.

What a register's documents say of each other is computed from facts of their files alone (`pipeline.evidence.facts`),
so the outcome does not hang on who came first; a register in which nothing new was said is not looked at. Killed in the
middle, the next run finds the register still noted.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.evidence.corpus import Group, outside_of
from pipeline.evidence.facts import Facts, as_text
from pipeline.evidence.settle import Outside
from pipeline.run.commit import Books, Committer

_NOTHING = Outside()
_ROUNDS = 3  # the names of copies may settle a number, which then bears witness itself; more than that never follows


def settle_registers(books: Books, committer: Committer) -> None:
    """Lay what documents say of each other over those whose number or date is open. Raises OutputError."""
    for _round in range(_ROUNDS):
        for key in _registers(books):
            _settle(key, books, committer)


def _settle(key: str, books: Books, committer: Committer) -> None:
    group = books.index.group(key)
    for own in group.documents:
        said = outside_of(own, group) if own.is_open else _NOTHING
        names = sorted([own.path, *books.index.copies_of(own.path)])
        if as_text(said.number + said.date) != own.outside or (own.is_open and len(names) > 1):
            for path in names:
                committer.rework(path, names, said)
    committer.flush()
    if _facts(books.index.group(key)) == _facts(group):
        with books.index.transaction():
            books.index.settled(key)


def _facts(group: Group) -> list[Facts]:
    """What a group's documents say of themselves."""
    return [replace(one, outside="") for one in group.documents]


def _registers(books: Books) -> list[str]:
    """What is unsettled; a mention without a day may be of any year."""
    found: set[str] = set()
    for key in books.index.unsettled():
        symbol, _, year = key.partition("|")
        found |= {key} if year else {key, *books.index.registers_of(symbol)}
    return sorted(found)
