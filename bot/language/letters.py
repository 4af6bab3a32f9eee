"""Which language do letters speak for that several languages share? py3langid's model, a quarter of its size.

The same automaton, the same weights and so the same shares as py3langid's own class, which takes 72 MB; here only
the languages that come into question are kept, and of the automaton's rows, in which nearly all letters lead to
the same places, equal pieces are kept once: 20 MB.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import unicodedata
import zipfile
from array import array
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.files import forget_old, hashed

_PIECE = 16  # letters in a piece of a row: the fewest bytes in all, of 4 to 64 that were measured
_SHIFT, _MASK = 4, _PIECE - 1
_BYTES = 256
_KEPT = 2  # models in one folder: of this version and of another
_WEIGHTS, _REST = "weights.npy", "rest.npz"
_AUTOMATON = ("rows", "pieces", "moves", "found")
_ODD = 0x9E3779B97F4A7C15  # spreads numbers over 64 bits


@dataclass(frozen=True, slots=True)
class Automaton:
    """Finds all features of a text in one walk over its bytes."""

    rows: Sequence[int]  # of each state, the first piece of its row
    pieces: Sequence[int]  # which of the different pieces each one is
    moves: Sequence[int]  # the state that follows
    found: Sequence[int]  # the feature that each state completes, or -1

    def features(self, raw: bytes) -> Counter[int]:
        """Count the features of a text."""
        rows, pieces, moves, found = self.rows, self.pieces, self.moves, self.found
        state, features = 0, []
        for byte in raw:
            state = moves[(pieces[rows[state] + (byte >> _SHIFT)] << _SHIFT) + (byte & _MASK)]
            if (feature := found[state]) >= 0:
                features.append(feature)
        return Counter(features)


@dataclass(frozen=True, slots=True)
class LetterModel:
    """Tells languages apart by the features of a text."""

    languages: tuple[str, ...]  # one for each column; some have two
    weights: NDArray[np.float16]  # a row for each feature
    priors: NDArray[np.float32]
    automaton: Automaton

    def shares(self, text: str) -> dict[str, float]:
        """Divide 1 among the languages by how likely each is, the likeliest first."""
        raw = _encoded(text)
        features = self.automaton.features(raw)
        if not features:
            scores = np.zeros(len(self.languages), dtype=np.float32)
        else:
            places = np.fromiter(features.keys(), dtype=np.intp, count=len(features))
            counts = np.fromiter(features.values(), dtype=np.float32, count=len(features))
            scores = np.log1p(counts) @ self.weights[places] + self.priors
        scores *= 1.0 / math.sqrt(len(raw) or 1)  # calibrated across lengths
        np.exp(scores - scores.max(), out=scores)
        scores /= scores.sum()
        shares: dict[str, float] = {}
        for language, share in zip(self.languages, scores.tolist(), strict=True):
            shares[language] = shares.get(language, 0.0) + share
        return dict(sorted(shares.items(), key=lambda item: item[1], reverse=True))


def load_letter_model(languages: Collection[str], folder: Path | None = None) -> LetterModel:
    """Read py3langid's model, as far as these languages need it; takes about half a second, unless it is kept.

    Args:
        languages: Names as py3langid has them.
        folder: Where the part that is needed is kept for the next start; None keeps nothing.
    """
    if folder is None:
        return _read(languages)
    kept = folder / f"letters-{_made_of(languages)}"
    if (known := _restored(kept)) is not None:
        return known
    model = _read(languages)
    with suppress(OSError):  # where nothing can be written, the next start is slower
        _keep(model, kept)
        forget_old(folder, "letters-*", _KEPT)
    return _restored(kept) or model  # of what is kept only those weights take memory that texts have need of


def _keep(model: LetterModel, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    automaton = model.automaton
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".letters-") as new:
        aside = Path(new) / folder.name
        aside.mkdir()
        np.save(aside / _WEIGHTS, model.weights, allow_pickle=False)
        np.savez(
            aside / _REST,
            allow_pickle=False,
            languages=np.array(model.languages),
            priors=model.priors,
            **{name: np.asarray(getattr(automaton, name)) for name in _AUTOMATON},
        )
        shutil.rmtree(folder, ignore_errors=True)  # damaged, or it would have been read
        os.rename(aside, folder)


def _restored(folder: Path) -> LetterModel | None:
    """Read what was kept; of the weights, which are most of it, only what texts have need of is ever read."""
    try:
        weights = np.load(folder / _WEIGHTS, mmap_mode="r", allow_pickle=False)
        # NumPy leaves open what it opened itself and found damaged. It checks the sums of this one.
        with (folder / _REST).open("rb") as file, np.load(file, allow_pickle=False) as rest:
            automaton = Automaton(**{name: _compact(rest[name]) for name in _AUTOMATON})
            languages, priors = tuple(rest["languages"].tolist()), rest["priors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if weights.shape != (max(automaton.found) + 1, len(languages)) or len(priors) != len(languages):
        return None
    return LetterModel(languages, weights, priors, automaton)


def _made_of(languages: Collection[str]) -> str:
    from py3langid import __version__ as model

    return hashed(
        [*(name.encode() for name in sorted(languages)), model.encode(), Path(__file__).read_bytes()]
    )


def _read(languages: Collection[str]) -> LetterModel:
    from py3langid.langid import MODEL_DIR, MODEL_FILE
    from py3langid.modelio import load_model

    weights, priors, names, moves, rows, found = load_model(MODEL_DIR / MODEL_FILE)
    columns = [place for place, name in enumerate(names) if name in languages]
    return LetterModel(
        languages=tuple(names[place] for place in columns),
        weights=np.ascontiguousarray(weights[:, columns]),
        priors=priors[columns],
        automaton=_shared(np.asarray(moves), np.asarray(rows), found),
    )


def _shared(
    moves: NDArray[np.unsignedinteger], rows: NDArray[np.unsignedinteger], found: list[int]
) -> Automaton:
    """Keep equal pieces of the rows once."""
    pieces = moves.reshape(-1, _PIECE)
    spread = (np.arange(1, _PIECE + 1, dtype=np.uint64) * np.uint64(_ODD)) | np.uint64(1)
    keys = np.zeros(len(pieces), dtype=np.uint64)
    for letter in range(_PIECE):
        keys = keys * spread[letter] + pieces[:, letter]
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    kept = pieces[first]
    if not np.array_equal(kept[places], pieces):
        raise ValueError("two pieces of the model have one key")
    return Automaton(
        rows=_compact(rows.astype(np.uint32) * (_BYTES // _PIECE)),
        pieces=_compact(places),
        moves=_compact(kept.ravel()),
        found=_compact(np.array(found)),
    )


def _compact(numbers: NDArray[np.integer]) -> Sequence[int]:
    """Keep numbers in as few bytes as they need; Python reads its own arrays twice as fast as NumPy's."""
    if numbers.min(initial=0) < 0:
        return array("i", numbers.astype("i").tobytes())
    code = "H" if numbers.max() < 1 << 16 else "I"
    return array(code, numbers.astype(code).tobytes())


def _encoded(text: str) -> bytes:
    """Write a text as the model was trained on: composed, and not all in capitals."""
    composed = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    return composed.encode("utf-8", "surrogatepass")
