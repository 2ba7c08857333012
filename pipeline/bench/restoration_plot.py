"""A bar chart as SVG, without a plotting library."""

from __future__ import annotations

from html import escape

_COLOURS = ("#b8b8b8", "#7aa6c2", "#4f7f9f", "#c0392b", "#d9a441", "#6b8e5a")
_KEYS_IN_A_ROW = 4
_LEFT, _WIDTH, _BAR, _GAP = 130, 560, 15, 16


def bars(groups: dict[str, dict[str, float]], title: str = "Syllables right after restoration") -> str:
    """Horizontal bars, a group a set, a bar a way of doing it; values in 0..1."""
    rows: list[str] = []
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    for number, name in enumerate(names):
        x, top = _LEFT + 140 * (number % _KEYS_IN_A_ROW), 14 + 18 * (number // _KEYS_IN_A_ROW)
        rows.append(f'<rect x="{x}" y="{top}" width="12" height="12" fill="{_colour(number)}"/>')
        rows.append(f'<text x="{x + 17}" y="{top + 10}">{escape(name)}</text>')
    y = 46 + 18 * (max(0, len(names) - 1) // _KEYS_IN_A_ROW)
    for label, group in groups.items():
        middle = y + len(group) * _BAR / 2 + 4
        rows.append(f'<text x="{_LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>')
        for name, value in group.items():
            width = value * _WIDTH
            colour = _colour(names.index(name))
            rows.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 2}" fill="{colour}"/>')
            rows.append(f'<text x="{_LEFT + width + 5:.1f}" y="{y + 11}">{value:.1%}</text>')
            y += _BAR
        y += _GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 70}" height="{y}" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>'
    )
    return "\n".join([head, f'<rect width="100%" height="{y}" fill="white"/>', *rows, "</svg>"]) + "\n"


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
