"""Can the probability be believed? A reliability diagram and a risk-coverage curve, as one picture (SVG).

Left: of the questions to which the matcher gave a chance of about 70 %, were about 70 % right? Right: if only the
surest share of all questions were answered, how many answers would be wrong? Letters stay letters, so that the
picture can be searched, read aloud and restyled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.staff.counting import counted

_BINS = 10
_SIDE, _TOP, _LEFT, _GAP = 320, 70, 70, 110  # pixels
_INK, _FAINT, _LINE, _ALARM = "#1f2937", "#d1d5db", "#1d4ed8", "#b45309"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What was thought of a question, and what was true."""

    probability: float  # 0-1, of the best entry
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Questions of about the same probability."""

    expected: float  # mean probability, 0-1
    right: float  # share that was right, 0-1
    count: int


def bins(guesses: Iterable[Guess]) -> tuple[Bin, ...]:
    """Sort guesses by probability into ten bins of equal width; empty ones are left out."""
    sorted_in: list[list[Guess]] = [[] for _ in range(_BINS)]
    for guess in guesses:
        sorted_in[min(int(guess.probability * _BINS), _BINS - 1)].append(guess)
    return tuple(
        Bin(
            expected=sum(guess.probability for guess in inside) / len(inside),
            right=sum(guess.right for guess in inside) / len(inside),
            count=len(inside),
        )
        for inside in sorted_in
        if inside
    )


def calibration_error(guesses: Sequence[Guess]) -> float:
    """Expected calibration error (0-1): how far a probability is from the share that was right, on average."""
    return sum(abs(one.expected - one.right) * one.count for one in bins(guesses)) / max(len(guesses), 1)


def risk_by_coverage(guesses: Iterable[Guess]) -> tuple[tuple[float, float], ...]:
    """Share of wrong answers (0-1) if only the surest share of the questions were answered: (share, risk)."""
    surest = sorted(guesses, key=lambda guess: -guess.probability)
    wrong, curve = 0, []
    for place, guess in enumerate(surest, 1):
        wrong += not guess.right
        curve.append((place / len(surest), wrong / place))
    return tuple(curve)


def draw(guesses: Sequence[Guess], *, title: str) -> str:
    """Draw both diagrams side by side as an SVG document."""
    width, height = 2 * _LEFT + 2 * _SIDE + _GAP, _TOP + _SIDE + 70
    error = calibration_error(guesses)
    summary = f"{counted(len(guesses), 'question')}, expected calibration error {error:.1%}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="13" fill="{_INK}">',
        f"<title>{escape(title)}: {summary}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="28" font-size="17" font-weight="bold">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="50">{summary}</text>',
        *_panel(_LEFT, "probability given", "share that was right"),
        *_reliability(guesses),
        *_panel(
            _LEFT + _SIDE + _GAP,
            "share of the questions answered, the surest first",
            "share of wrong answers",
        ),
        *_risk(guesses),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(left: float, below: str, beside: str) -> Iterator[str]:
    for step in range(0, 101, 20):
        x, y = left + _SIDE * step / 100, _TOP + _SIDE * (1 - step / 100)
        yield f'<path d="M{left} {y:g}h{_SIDE}M{x:g} {_TOP}v{_SIDE}" stroke="{_FAINT}" fill="none"/>'
        yield f'<text x="{left - 8}" y="{y + 4:g}" text-anchor="end">{step} %</text>'
        yield f'<text x="{x:g}" y="{_TOP + _SIDE + 20}" text-anchor="middle">{step} %</text>'
    middle = _TOP + _SIDE / 2
    yield f'<text x="{left + _SIDE / 2}" y="{_TOP + _SIDE + 45}" text-anchor="middle">{below}</text>'
    yield (
        f'<text x="{left - 52}" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 {left - 52} {middle})">{beside}</text>'
    )


def _reliability(guesses: Sequence[Guess]) -> Iterator[str]:
    yield f'<path d="M{_LEFT} {_TOP + _SIDE}L{_LEFT + _SIDE} {_TOP}" stroke="{_ALARM}" stroke-dasharray="6 5"/>'
    for one in bins(guesses):
        x, y = _LEFT + _SIDE * one.expected, _TOP + _SIDE * (1 - one.right)
        radius = 4 + 10 * (one.count / len(guesses)) ** 0.5
        said = f"{counted(one.count, 'question')}: {one.expected:.0%} expected, {one.right:.0%} right"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_LINE}" fill-opacity="0.75">'
        yield f"<title>{said}</title></circle>"


def _risk(guesses: Sequence[Guess]) -> Iterator[str]:
    left = _LEFT + _SIDE + _GAP
    curve = risk_by_coverage(guesses)
    path = "L".join(f"{left + _SIDE * share:.1f} {_TOP + _SIDE * (1 - risk):.1f}" for share, risk in curve)
    if path:
        yield f'<path d="M{path}" stroke="{_LINE}" stroke-width="2.5" fill="none"/>'
