"""Roles of sections from the words of their headings, by the rules of `roles.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from importlib.metadata import EntryPoint
from typing import Any

from rapidfuzz.distance import Levenshtein

from pipeline.errors import MissingToolError
from pipeline.extensions import Group, added_points, package_of
from pipeline.schema import ADDED_ROLE, Role
from pipeline.structure.lines.model import Node
from pipeline.structure.words.matching import skeleton
from pipeline.vietnamese.syllables import is_syllable


@dataclass(frozen=True, slots=True)
class Rule:
    """One role's rule; phrases are skeletons. `reward` is what the role becomes where khen thưởng is spoken of.

    A section under one whose roles are all in `not_under` does not get the role; `outside` are phrases that count
    outside a khen thưởng section only.
    """

    role: str
    phrases: tuple[str, ...]
    spanning: frozenset[str] = frozenset()  # phrases that may go over a comma
    excluded: tuple[str, ...] = ()
    reward: str | None = None
    only_reward: bool = False
    not_under: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules: names of bodies to pass over, the roles, and the rule of khen thưởng itself."""

    bodies: tuple[str, ...]
    rules: tuple[Rule, ...]
    reward: Rule
    reward_markers: tuple[str, ...]
    beside_reward: tuple[str, ...]


_PART = 2  # words of a part that can name a topic
_PARTS = re.compile(r"[,;/&]|\bvà\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading for matching: the skeletons of its words, and which of them are written as syllables can be."""

    words: tuple[str, ...]
    whole: tuple[bool, ...]
    breaks: frozenset[int] = frozenset()  # words that follow a comma or another sign

    def without(self, span: tuple[int, int] | None) -> _Heading:
        """The heading with some words blotted out."""
        if span is None:
            return self
        words = tuple("#" if span[0] <= place < span[1] else word for place, word in enumerate(self.words))
        return _Heading(words, self.whole, self.breaks)


# Rule files by name, as 'package:file'; installed packages add theirs under the group's name in the same way.
_ROLES: dict[str, str] = {role.value: role for role in Role}
RULE_FILES = {"own": "pipeline.structure.outline:roles.toml"}


@cache
def load_rules() -> RuleBook:
    """The rules of our own file, and of those that installed packages add. Raises MissingToolError for a broken one."""
    own = EntryPoint("own", RULE_FILES["own"], Group.ROLES)
    data = _rule_file(own)
    reward = data["reward"]
    added = (rule for point in added_points(Group.ROLES) for rule in _added_rules(point))
    return RuleBook(
        bodies=_skeletons(data["bodies"]["phrases"]),
        rules=(*_rules(data), *added),
        reward=Rule(
            Role(reward["role"]), _skeletons(reward["phrases"]), outside=frozenset(_skeletons(reward["outside"]))
        ),
        reward_markers=_skeletons(reward["markers"]),
        beside_reward=_skeletons(reward["with"]),
    )


def _rule_file(point: EntryPoint) -> dict[str, Any]:
    return tomllib.loads(resources.files(point.module).joinpath(point.attr).read_text(encoding="utf-8"))


def _rules(data: dict[str, Any]) -> list[Rule]:
    return [
        Rule(
            role=_ROLES.get(entry["role"], entry["role"]),
            phrases=_skeletons(entry["phrases"]),
            spanning=frozenset(_skeletons([phrase for phrase in entry["phrases"] if "," in phrase])),
            excluded=_skeletons(entry.get("not", [])),
            reward=_ROLES.get(entry.get("reward", ""), entry.get("reward")),
            only_reward=entry.get("only_reward", False),
            not_under=frozenset(entry.get("not_under", [])),
        )
        for entry in data["rule"]
    ]


def _added_rules(point: EntryPoint) -> list[Rule]:
    try:
        rules = _rules(_rule_file(point))
    except (ImportError, OSError, ValueError, KeyError, TypeError) as error:
        raise MissingToolError(
            f"The rules '{point.name}' of {package_of(point)} cannot be read: {type(error).__name__}: {error}.",
            remedy="Mend or uninstall that package.",
        ) from error
    wrong = [rule.role for rule in rules if not rule.role.startswith(ADDED_ROLE)]
    if wrong:
        raise MissingToolError(
            f"The rules '{point.name}' of {package_of(point)} name a role '{wrong[0]}'.",
            remedy=f"Roles that are added begin with {ADDED_ROLE}.",
        )
    return rules


@lru_cache(maxsize=4096)
def roles_of(heading: str, *, inside_reward: bool = False, parent: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The roles that the words of `heading` give, in their order.

    `inside_reward` says that the section lies in one about khen thưởng, whose aspects take the `*_khen_thuong` roles;
    `parent` are the roles of the section above.
    """
    book = load_rules()
    text = _prepare(heading)
    for body in book.bodies:
        text = text.without(_find(text, body))
    about_reward = inside_reward or any(_find(text, marker) for marker in book.reward_markers)
    found: list[tuple[tuple[int, int], str]] = []
    for rule in book.rules:
        if (rule.only_reward and not about_reward) or (parent and parent <= rule.not_under):
            continue
        masked = text
        for excluded in rule.excluded:
            masked = masked.without(_find(masked, excluded, unbroken=True))
        found_at = (_find(masked, phrase, unbroken=phrase not in rule.spanning) for phrase in rule.phrases)
        if spans := [span for span in found_at if span]:
            found.append((min(spans), rule.reward if about_reward and rule.reward else rule.role))
    precise = any(role.endswith("_khen_thuong") for _, role in found)
    names = [phrase for phrase in book.reward.phrases if not (inside_reward and phrase in book.reward.outside)]
    if not precise and (spans := [span for phrase in names if (span := _find(text, phrase))]):
        found.append((min(spans), book.reward.role))
    return tuple(dict.fromkeys(role for _, role in sorted(found, key=lambda item: item[0])))


def is_reward_section(heading: str, roles: Sequence[str]) -> bool:
    """Whether a heading with these roles speaks of khen thưởng in all its parts, so that its sections do too."""
    if not any(role.endswith("khen_thuong") for role in roles):
        return False
    book = load_rules()
    aspects = [phrase for rule in book.rules if rule.reward or rule.only_reward for phrase in rule.phrases]
    phrases = (*book.reward.phrases, *book.reward_markers, *book.beside_reward, *aspects)
    parts = [_prepare(part) for part in _PARTS.split(heading) if part.strip()]
    return all(len(part.words) < _PART or any(_find(part, phrase) for phrase in phrases) for part in parts)


def assign_roles(
    nodes: Sequence[Node], *, inside_reward: bool = False, parent: frozenset[str] = frozenset()
) -> tuple[Node, ...]:
    """The tree with every node's roles set, khen thưởng handed down to the nodes inside."""
    result = []
    for node in nodes:
        roles = roles_of(node.heading, inside_reward=inside_reward, parent=parent) if node.heading else ()
        if Role.PHU_LUC in node.roles:
            roles = node.roles
        inside = inside_reward or (node.heading is not None and is_reward_section(node.heading, roles))
        children = assign_roles(node.children, inside_reward=inside, parent=frozenset(roles))
        result.append(replace(node, roles=roles, children=children))
    return tuple(result)


def _skeletons(phrases: Sequence[str]) -> tuple[str, ...]:
    """Skeletons of phrases in which an initial đ stays, since OCR takes a capital Đ for P or B."""
    return tuple(
        " ".join(("đ" + word[1:]) if written[0] in "đĐ" else word for word, written in _aligned(phrase))
        for phrase in phrases
    )


def _aligned(phrase: str) -> list[tuple[str, str]]:
    return list(zip(skeleton(phrase).split(), _WORDS.findall(phrase), strict=True))


def _says(window: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether words say a phrase whole; for an initial đ also what OCR makes of Đ."""
    return all(
        word == target or (target[0] == "đ" and word[1:] == target[1:] and word[0] in "dpb")
        for word, target in zip(window, phrase, strict=True)
    )


@cache
def _all_phrases() -> frozenset[str]:
    """Every phrase of the rules: one that stands there whole is not another one damaged."""
    book = load_rules()
    phrases = book.reward_markers + book.reward.phrases + tuple(p for rule in book.rules for p in rule.phrases)
    return frozenset(phrase.replace("đ", "d") for phrase in phrases)


def _prepare(heading: str) -> _Heading:
    words = tuple(skeleton(heading).split())
    written = _WORDS.findall(heading)
    if len(written) != len(words):  # a sign that stands for a letter
        return _Heading(words, (False,) * len(words))
    parts = [len(_WORDS.findall(part)) for part in re.split(r"[,;:()/]", heading)]
    breaks = frozenset(sum(parts[: place + 1]) for place in range(len(parts) - 1))
    return _Heading(words, tuple(is_syllable(word.lower()) for word in written), breaks)


def _find(text: _Heading, phrase: str, *, unbroken: bool = False) -> tuple[int, int] | None:
    """Where `phrase` stands in a heading, as (first word, word after it).

    Words that are whole syllables have to match whole, so that "chính thức" is never taken for "hình thức"; where
    the spelling is damaged, one letter may differ in phrases of seven letters or more, two in those of fifteen.
    """
    parts = phrase.split(" ")
    size = len(parts)
    allowed = 0 if len(phrase) < 7 else 1 if len(phrase) < 9 else 2 if len(phrase) < 20 else 3
    for position in range(len(text.words) - size + 1):
        words = text.words[position : position + size]
        if unbroken and any(place in text.breaks for place in range(position + 1, position + size)):
            continue
        if _says(words, parts):
            return position, position + size
        window = " ".join(words)
        if all(text.whole[position : position + size]) or "#" in window or window in _all_phrases():
            continue
        if Levenshtein.distance(window, phrase.replace("đ", "d"), score_cutoff=allowed) <= allowed:
            return position, position + size
    return None
