"""Where are trained indexes kept between starts? In a file of arrays for each language.

Its name holds a hash of the phrasings, the synonyms, the program's own text and the versions of what folds, stems and
calculates, so that a file is either right or not looked at. Files are written aside and moved into place; a damaged one
counts as absent. Nothing is pickled.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

import numpy as np
from numpy.typing import NDArray

from bot.files import forget_old, hashed, program, replacing

Arrays = Mapping[str, NDArray[np.generic]]

_KEPT = 6  # files of one language: other knowledge bases and earlier versions of this one


def fingerprint(parts: Iterable[str]) -> str:
    """Hash what an index is made of, together with the program that makes it."""
    return hashed((_program(), json.dumps(list(parts)).encode()))


def kept(folder: Path, locale: str, made_of: str) -> bool:
    """Say whether arrays are kept for a language, without reading them."""
    return _path(folder, locale, made_of).is_file()


def load(folder: Path, locale: str, made_of: str) -> dict[str, NDArray[np.generic]] | None:
    """Read the arrays kept for a language, or None when there are none that can be used."""
    try:
        with _path(folder, locale, made_of).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile):
        return None  # RuntimeError, and NotImplementedError with it: a damaged head says "encrypted", or "of a later version"


def save(folder: Path, locale: str, made_of: str, arrays: Arrays) -> None:
    """Keep the arrays of a language; where nothing can be written, the next start is slower."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(_path(folder, locale, made_of)) as file:
            np.savez(file, allow_pickle=False, **arrays)
        forget_old(folder, f"matcher-{locale}-*.npz", _KEPT)


def _path(folder: Path, locale: str, made_of: str) -> Path:
    return folder / f"matcher-{locale}-{made_of}.npz"


@cache
def _program() -> bytes:
    versions = (np.__version__, version("PyStemmer"), unidata_version)
    matching = Path(__file__).parent
    return " ".join(versions).encode() + program(matching, matching.with_name("language"))
