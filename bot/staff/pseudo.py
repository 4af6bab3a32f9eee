"""Which texts on the screen come from no catalog, and where is too little room?

Two made-up languages answer both, under the names that CLDR keeps for this: en_XA writes every English text with
accents, ar_XB in Arabic letters from right to left. Both are about a third longer, as translations are, and stand in
brackets, so that a text that was cut has lost one. Whatever shows plain letters has escaped the catalogs.

They are for the preview. They stand in a folder of their own and never among the catalogs that people are served.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import assert_never

from bot.errors import CatalogError
from bot.language.formats import PSEUDO_LOCALES
from bot.language.icu import CATEGORIES, Count, Part, Placeholder, Plural, Select
from bot.language.limits import longest, read_limit, read_worst
from bot.language.messages import needed_categories, parse
from bot.staff.pofiles import catalog_path, empty, write_catalog
from bot.staff.templates import templates

OPENING, CLOSING = "⟦", "⟧"

_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ",
)
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz,;?",
    "ابتدهفجحيژكلمنوپقرستعڤغخىز،؛؟",
)
_VOWELS = re.compile(r"[aeiouAEIOU]")
# Commands, addresses, names with @ and markup are no words; they are told from words as translators are told.
_KEPT = re.compile(
    r"https?://\S+|\S+@\S+\.\w+|(?<!\w)[/@][A-Za-z_]+|</?\w[^>]*>|&#?\w+;|alliance-bot(?: [a-z]+)*"
)
_TYPED = "_words"  # ends contexts of words that are looked for in what people type, and never shown
_HEAD = "Made-up language; for the preview only, never to be served."


def write_pseudo(root: Path, directory: Path | None = None) -> Path:
    """Write the catalogs of both made-up languages.

    Args:
        root: The project's folder.
        directory: Where to write; None makes a temporary folder.

    Returns:
        The folder, which can be given as ALLIANCE_BOT_LOCALES_DIR.

    Raises:
        KnowledgeError, CatalogError: The texts cannot be extracted, or the folder holds other catalogs.
    """
    if directory is not None:
        _refuse_real(root, directory)
    extracted = templates(root)
    folder = directory or Path(tempfile.mkdtemp(prefix="alliance-bot-pseudo-"))
    for locale in PSEUDO_LOCALES:
        for domain, template in extracted.items():
            catalog = empty(domain, locale)
            catalog.header += f"\n{_HEAD}"
            catalog.metadata["PO-Revision-Date"] = "2026-01-01 00:00+0000"  # the same whenever it is written
            for entry in template:
                entry.msgstr = _translated(entry.msgctxt or "", entry.msgid, entry.comment, locale)
                catalog.append(entry)
            write_catalog(catalog_path(folder, locale, domain), catalog)
    return folder


def pseudo(
    message: str, locale: str, *, limit: int | None = None, worst: Mapping[str, int] | None = None
) -> str:
    """Write a message in a made-up language; placeholders, the syntax of plurals, commands and addresses stay.

    Args:
        message: In ICU MessageFormat.
        locale: One of PSEUDO_LOCALES.
        limit: How many characters it may have at most; where it is tight, the text grows less.
        worst: What is known of its values, as of `read_worst`.
    """
    parts = parse(message).parts
    for grown in (True, False):
        text = f"{OPENING}{_written(parts, locale, grown=grown)}{CLOSING}"
        if limit is None or longest(text, locale, worst) <= limit:
            return text
    return _written(parts, locale, grown=False)


def _refuse_real(root: Path, directory: Path) -> None:
    place, served = directory.resolve(), (root / "locales").resolve()
    others = [path.name for path in directory.glob("*/LC_MESSAGES") if path.parent.name not in PSEUDO_LOCALES]
    if place.is_relative_to(served) or others:
        raise CatalogError(
            [f"{directory}: catalogs that people are served stand here; name another folder, or none"]
        )


def _translated(context: str, message: str, comment: str, locale: str) -> str:
    if context.endswith(_TYPED):
        return message
    lines = comment.splitlines()
    return pseudo(message, locale, limit=read_limit(lines), worst=read_worst(lines))


def _written(parts: Sequence[Part], locale: str, *, grown: bool) -> str:
    return "".join(_parts(parts, locale, grown=grown))


def _parts(parts: Sequence[Part], locale: str, *, grown: bool) -> Iterator[str]:
    for part in parts:
        match part:
            case str():
                yield _words(part, locale, grown=grown)
            case Placeholder(name=name):
                yield f"{{{name}}}"
            case Count():
                yield "#"
            case Plural(name=name, options=options):
                exact = tuple(key for key in options if key.startswith("="))
                wanted = {*needed_categories(locale, frozenset(exact)), "other"}
                keys = (*exact, *(category for category in CATEGORIES if category in wanted))
                forms = {key: options.get(key, options["other"]) for key in keys}
                yield _choice(name, "plural", forms, lambda form: _written(form, locale, grown=grown))
            case Select(name=name, options=options):
                yield _choice(name, "select", options, lambda form: _written(form, locale, grown=grown))
            case _:
                assert_never(part)


def _choice(
    name: str, kind: str, forms: Mapping[str, tuple[Part, ...]], write: Callable[[Sequence[Part]], str]
) -> str:
    listed = " ".join(f"{key} {{{write(form)}}}" for key, form in forms.items())
    return f"{{{name}, {kind}, {listed}}}"


def _words(text: str, locale: str, *, grown: bool) -> str:
    written, last = [], 0
    for kept in _KEPT.finditer(text):
        written += [_letters(text[last : kept.start()], locale, grown=grown), kept.group()]
        last = kept.end()
    return "".join((*written, _letters(text[last:], locale, grown=grown)))


def _letters(text: str, locale: str, *, grown: bool) -> str:
    longer = _VOWELS.sub(lambda vowel: vowel.group() * 2, text) if grown else text
    return longer.translate(_ACCENTED) if locale == "en_XA" else longer.lower().translate(_ARABIC)
