"""A bar chart as SVG, without a plotting library."""

from __future__ import annotations

from html import escape

_COLOURS = ("#b8b8b8", "#7aa6c2", "#4f7f9f", "#c0392b")
_LEFT, _WIDTH, _BAR, _GAP = 130, 560, 15, 16


def bars(groups: dict[str, dict[str, float]]) -> str:
    """Horizontal bars, a group a set, a bar a restorer; values in 0..1."""
    rows: list[str] = []
    y = 46
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    for number, name in enumerate(names):
        x = _LEFT + 140 * number
        rows.append(f'<rect x="{x}" y="14" width="12" height="12" fill="{_colour(number)}"/>')
        rows.append(f'<text x="{x + 17}" y="24">{escape(name)}</text>')
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
        'font-family="sans-serif" font-size="11"><title>Syllables right after restoration</title>'
    )
    return "\n".join([head, f'<rect width="100%" height="{y}" fill="white"/>', *rows, "</svg>"]) + "\n"


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
