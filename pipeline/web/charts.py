"""Plots as inline SVG: bars whose colours are the page's own, with their figures as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_ROW, _LABEL, _WIDTH, _FIGURE = 26, 190, 560, 70


def bars(rows: Sequence[tuple[str, float]], title: str, unit: str = "") -> str:
    """Horizontal bars, one a row, longest at full width; '' where there are none. Labels are escaped."""
    if not rows:
        return ""
    most = max(value for _, value in rows) or 1.0
    room = _WIDTH - _LABEL - _FIGURE
    parts = []
    for at, (label, value) in enumerate(rows):
        top, length = at * _ROW, max(1.0, room * value / most)
        figure = f"{value:,.0f}{unit}"
        shown = label if len(label) <= 28 else label[:27] + "…"
        parts.append(
            f'<text class="label" x="{_LABEL - 8}" y="{top + 17}" text-anchor="end">{escape(shown)}</text>'
            f'<rect class="bar" x="{_LABEL}" y="{top + 5}" width="{length:.1f}" height="16" rx="2">'
            f"<title>{escape(label)}: {figure}</title></rect>"
            f'<text class="figure" x="{_LABEL + length + 6:.1f}" y="{top + 17}">{figure}</text>'
        )
    height = len(rows) * _ROW
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
