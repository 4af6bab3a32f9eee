"""How is a figure drawn so that it can be looked at in every language?

As inline SVG whose letters stay letters: they can be searched, copied and read aloud, and the browser joins and
orders Arabic ones with the reader's fonts. In a right-to-left language everything is mirrored, the axes too. No colour
stands alone: each piece of a bar has a pattern of its own and a number in words, and the table behind a chart says all
of it again. Colours are those of Okabe and Ito, which people with any kind of colour blindness tell apart.

No library is used for this. pygal keeps letters, but knows no direction and wants a script for its hints; matplotlib
can keep them (`svg.fonttype: none`), but places them by the widths of its own fonts, knows neither direction nor
roles for screen readers, and weighs more than all of the bot; Altair draws in a JavaScript engine that it brings along.
Bars, strips and points are rectangles and circles: less code than it would take to correct a library.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from bot.language.formats import isolate

Anchor = Literal["start", "middle", "end"]
Fill = Literal["blue", "sky", "orange", "red", "green", "grey"]

WIDTH = 480  # pixels of a chart where there is room for it
INK, QUIET, RULE = "#1f2937", "#4b5563", "#d1d5db"
COLOURS: dict[Fill, str] = {
    "blue": "#0072b2",
    "sky": "#56b4e9",
    "orange": "#e69f00",
    "red": "#d55e00",
    "green": "#009e73",
    "grey": "#9ca3af",
}
_PATTERNS: dict[Fill, str] = {  # drawn in white over the colour; blue stays plain
    "sky": '<circle cx="4" cy="4" r="1.6" fill="#fff"/>',
    "orange": '<path d="M0 8L8 0" stroke="#fff" stroke-width="1.8"/>',
    "red": '<path d="M0 0L8 8M0 8L8 0" stroke="#fff" stroke-width="1.3"/>',
    "green": '<path d="M0 4H8" stroke="#fff" stroke-width="1.6"/>',
    "grey": '<path d="M4 0V8" stroke="#fff" stroke-width="1.6"/>',
}
_LETTER = 6.8  # pixels that an average letter takes at 13 pixels; those of East Asia take twice as much
_LABEL, _BAR, _ROW = 15, 12, 42  # pixels: to the label's line, of a bar, from bar to bar
_STRIP, _STRIP_GAP = 32, 28
_PLOT, _PLOT_SIDE = 260, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a bar."""

    value: float
    fill: Fill
    said: str  # what it is and how much, shown when it is pointed at


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of a bar chart."""

    label: str
    said: str  # the figures, at the far end of the label's line
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A row of columns over time."""

    label: str
    said: str
    values: tuple[int, ...]
    hints: tuple[str, ...]  # one for each column


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A circle, with a line for the span in which the true value lies."""

    x: float  # 0-1
    y: float  # 0-1
    low: float
    high: float
    weight: float  # 0-1, share of all
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What the sides of a square chart from 0 to 1 say."""

    below: str
    above: str  # what goes up; stands over the axis
    steps: tuple[str, ...]  # from 0 to 1 in equal steps


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a chart is, for those who do not see it."""

    name: str  # unique on the page
    title: str
    description: str
    locale: str
    rtl: bool


@dataclass(slots=True)
class _Sheet:
    """A sheet on which x runs from the start of a line to its end, whichever side that is."""

    about: About
    parts: list[str] = field(default_factory=list)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, hint: str = "") -> None:
        left = WIDTH - x - width if self.about.rtl else x
        title = f"<title>{escape(hint)}</title>" if hint else ""
        self.parts.append(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}">{title}</rect>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, dash: str = "") -> None:
        one, other = self._x(x1), self._x(x2)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{one:.1f}" y1="{y1:.1f}" x2="{other:.1f}" y2="{y2:.1f}" stroke="{stroke}"{dashed}/>'
        )

    def circle(self, x: float, y: float, radius: float, hint: str) -> None:
        self.parts.append(
            f'<circle cx="{self._x(x):.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLOURS["blue"]}" '
            f'fill-opacity="0.8"><title>{escape(hint)}</title></circle>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: Anchor = "start",
        *,
        quiet: bool = False,
        bold: bool = False,
    ) -> None:
        colour, weight = QUIET if quiet else INK, ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{self._x(x):.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(text)}</text>'
        )

    def drawn(self, height: float) -> str:
        about, direction = self.about, "rtl" if self.about.rtl else "ltr"
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
                f'direction="{direction}" aria-labelledby="{about.name}-t {about.name}-d" font-size="13">',
                f'<title id="{about.name}-t">{escape(about.title)}</title>',
                f'<desc id="{about.name}-d">{escape(about.description)}</desc>',
                *self.parts,
                "</svg>",
            ]
        )

    def _x(self, x: float) -> float:
        return WIDTH - x if self.about.rtl else x


def patterns() -> str:
    """Define the patterns that the charts of a page fill their bars with; once on each page."""
    tiles = [
        f'<pattern id="fill-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{COLOURS[name]}"/>{mark}</pattern>'
        for name, mark in _PATTERNS.items()
    ]
    return (
        f'<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>{"".join(tiles)}</defs></svg>'
    )


def paint(fill: Fill) -> str:
    """Name a colour with its pattern, as an attribute says it."""
    return f"url(#fill-{fill})" if fill in _PATTERNS else COLOURS[fill]


def swatch(fill: Fill) -> str:
    """Draw the sample of a colour that stands in a legend."""
    sample = f'<rect width="22" height="14" fill="{paint(fill)}"/>'
    return f'<svg class="swatch" width="22" height="14" viewBox="0 0 22 14" aria-hidden="true">{sample}</svg>'


def bars(rows: Sequence[Bar], about: About, *, most: float | None = None) -> str:
    """Draw bars that lie one below the other, each with its label and its figures above it.

    Args:
        rows: From top to bottom.
        about: What it is.
        most: Value of a bar that fills the width; that of the longest when None.
    """
    sheet = _Sheet(about)
    whole = most or max((sum(piece.value for piece in row.pieces) for row in rows), default=0) or 1
    for number, row in enumerate(rows):
        top = number * _ROW
        room = WIDTH - _width(row.said) - 24
        sheet.text(0, top + _LABEL, _cut(isolate(row.label, about.locale), room))
        sheet.text(WIDTH, top + _LABEL, row.said, "end", bold=True)
        y, x = top + _LABEL + 8, 0.0
        sheet.rectangle(0, y, WIDTH, _BAR, "#f3f4f6")
        for piece in row.pieces:
            width = WIDTH * piece.value / whole
            if width:
                sheet.rectangle(x, y, width, _BAR, paint(piece.fill), piece.said)
            x += width
    return sheet.drawn(max(len(rows), 1) * _ROW)


def strips(rows: Sequence[Strip], ticks: Sequence[tuple[int, str]], about: About) -> str:
    """Draw rows of columns over the same time.

    Args:
        rows: From top to bottom; the first has a scale of its own, all others share one.
        ticks: Columns that are named below the last row: (number from 0, name), in order.
        about: What it is.
    """
    sheet = _Sheet(about)
    scales = [
        max((value for row in part for value in row.values), default=0) or 1 for part in (rows[:1], rows[1:])
    ]
    columns = max((len(row.values) for row in rows), default=0) or 1
    step = WIDTH / columns
    for number, row in enumerate(rows):
        top = number * (_STRIP + _STRIP_GAP)
        floor = top + _STRIP_GAP + _STRIP
        sheet.text(0, top + _LABEL, isolate(row.label, about.locale), bold=number == 0)
        sheet.text(WIDTH, top + _LABEL, row.said, "end", bold=True)
        for place, (value, hint) in enumerate(zip(row.values, row.hints, strict=True)):
            height = _STRIP * value / scales[number > 0]
            if height:
                sheet.rectangle(
                    place * step + step * 0.1, floor - height, step * 0.8, height, COLOURS["blue"], hint
                )
        sheet.line(0, floor, WIDTH, floor, QUIET)
    below = len(rows) * (_STRIP + _STRIP_GAP)
    for place, name in ticks:
        middle = (place + 0.5) * step
        half = _width(name) / 2
        sheet.line(middle, below, middle, below + 5, QUIET)
        sheet.text(min(max(middle, half), WIDTH - half), below + 20, name, "middle", quiet=True)
    return sheet.drawn(below + 28)


def points(found: Sequence[Point], axes: Axes, about: About) -> str:
    """Draw points in a square from 0 to 1, with the line on which x and y are equal."""
    sheet = _Sheet(about)
    top, side = 28.0, float(WIDTH - 2 * _PLOT_SIDE)
    sheet.text(0, 14, axes.above, quiet=True)
    for number, name in enumerate(axes.steps):
        share = number / (len(axes.steps) - 1)
        x, y = _PLOT_SIDE + side * share, top + _PLOT * (1 - share)
        sheet.line(_PLOT_SIDE, y, _PLOT_SIDE + side, y)
        sheet.line(x, top, x, top + _PLOT)
        sheet.text(_PLOT_SIDE - 8, y + 4, name, "end", quiet=True)
        sheet.text(x, top + _PLOT + 24, name, "middle", quiet=True)
    sheet.line(_PLOT_SIDE, top + _PLOT, _PLOT_SIDE + side, top, COLOURS["red"], "6 5")
    for point in found:
        x, y = _PLOT_SIDE + side * point.x, top + _PLOT * (1 - point.y)
        sheet.line(x, top + _PLOT * (1 - point.low), x, top + _PLOT * (1 - point.high), INK)
        sheet.circle(x, y, 4 + 9 * point.weight**0.5, point.said)
    sheet.text(_PLOT_SIDE + side / 2, top + _PLOT + 46, axes.below, "middle", quiet=True)
    return sheet.drawn(top + _PLOT + 54)


def _width(text: str) -> float:
    """Guess how wide a text is drawn; somewhat wider than it is, so that nothing is written over."""
    return sum(_LETTER * 2 if unicodedata.east_asian_width(sign) in "WF" else _LETTER for sign in text)


def _cut(text: str, room: float) -> str:
    """Shorten a label that has not enough room; the table has it whole."""
    if _width(text) <= room:
        return text
    kept = ""
    for sign in text:
        if _width(kept + sign + "…") > room:
            break
        kept += sign
    closing = "\u2069" if "\u2068" in kept and "\u2069" not in kept else ""
    return f"{kept.rstrip()}…{closing}"
