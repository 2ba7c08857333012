"""The source of a sample document: a TOML file whose `body` is a small markup that says what every line is.

# I. MỤC ĐÍCH, YÊU CẦU {muc_dich yeu_cau}      a node with a heading; the number of '#' is its level
## 1. Hình thức: {hinh_thuc_khen_thuong} …     the heading stands before a colon, text follows on its line
## 1. Văn phòng chủ trì …                      no braces: an item of prose, without a heading
- …                                            a bullet
| a | b |                                      a row of a table; `!cols 1 4 2` before it gives the widths
anything else                                  a paragraph
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NODE = re.compile(
    r"^(?P<level>#+) (?:(?P<printed>Điều \d+\.|Phần thứ \w+|[IVX]+[./]|\d+(?:\.\d+)*[./)]|[a-zđ][.)/]) ?)?(?P<rest>.*)$"
)
_HEADING = re.compile(r"^(?P<heading>[^{]*?)\s*\{(?P<roles>[a-z_ ]*)\}\s*(?P<text>.*)$")


@dataclass
class Block:
    """A paragraph, a bullet (its marker included in `text`) or a table."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)
    columns: list[float] = field(default_factory=list)


@dataclass
class Node:
    """An item of the section tree; `printed` is its number with what is printed after it."""

    level: int
    printed: str | None
    heading: str | None
    roles: list[str]
    blocks: list[Block] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    inline: bool = False

    @property
    def number(self) -> str | None:
        """The number as the contract writes it."""
        return self.printed.rstrip("./)") if self.printed else None


@dataclass
class Plan:
    """A whole document."""

    name: str
    meta: dict[str, Any]
    sections: list[Node]
    annexes: list[Node]

    def get(self, key: str, default: Any = None) -> Any:
        """A value of the TOML file."""
        return self.meta.get(key, default)


def load_plan(path: Path) -> Plan:
    """Reads one source file."""
    meta = tomllib.loads(path.read_text(encoding="utf-8"))
    annexes = []
    for annex in meta.get("annexes", []):
        node = Node(1, None, " ".join(annex["title"]), annex.get("roles", ["phu_luc"]))
        holder = _parse_body(annex["body"])
        node.blocks, node.children = holder.blocks, holder.children
        annexes.append(node)
    return Plan(path.stem, meta, _parse_body(meta["body"]).children, annexes)


def _parse_body(body: str) -> Node:
    root = Node(0, None, None, [])
    open_nodes = [root]
    columns: list[float] = []
    for line in body.strip().splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        if match := _NODE.match(stripped):
            node = _parse_node(match)
            while open_nodes[-1].level >= node.level:
                open_nodes.pop()
            open_nodes[-1].children.append(node)
            open_nodes.append(node)
        elif stripped.startswith("!cols "):
            columns = [float(width) for width in stripped.split()[1:]]
            open_nodes[-1].blocks.append(Block("table", columns=columns))
        elif stripped.startswith("|"):
            open_nodes[-1].blocks[-1].rows.append([cell.strip() for cell in stripped.strip("|").split("|")])
        else:
            kind = "bullet" if re.match(r"[-+•] ", stripped) else "paragraph"
            open_nodes[-1].blocks.append(Block(kind, stripped))
    return root


def _parse_node(match: re.Match[str]) -> Node:
    level, printed, rest = len(match["level"]), match["printed"], match["rest"].strip()
    heading = _HEADING.match(rest)
    if not heading:
        return Node(level, printed, None, [], [Block("paragraph", rest)], inline=True)
    text = heading["text"]
    blocks = [Block("paragraph", text)] if text else []
    return Node(level, printed, heading["heading"], heading["roles"].split(), blocks, inline=bool(text))
