"""Which of the available locales does a language tag mean?

Tags come from Telegram (`zh-hans`, `pt-br`, absent), from people (`/language zh-TW`) and from systems
(`fr_FR.UTF-8`). Babel's own negotiation misses zh-CN, zh-TW, plain zh, no, nn, iw, in and sr-Latn-RS and
raises on others, so the rules stand here, on CLDR's data:

1. The tag is cleaned: case, separators, extensions (`-u-…`), old codes (iw is he, in is id).
2. Its parents are tried, from the most special to the most general: CLDR's exceptions first (es_MX, es_419,
   es), the script that is usual for a territory second (zh_TW, zh_Hant).
3. Truncation never changes the script: sr_Latn does not become sr, which is Cyrillic.
4. Only then come the pairs in `_READ_INSTEAD`, which readers accept rather than English: people who read
   traditional Chinese are served simplified Chinese and the other way round, and the same for both scripts of
   Serbian and both forms of Norwegian.
5. Last, another variant of the same language and script (pt_PT is served pt_BR when there is nothing nearer).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from babel.core import get_global

from bot.language.formats import cldr

_MAX_TAG = 64  # characters; the longest honest tags have about 35
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_EXTLANG = re.compile(r"[a-z]{3}\Z")
_SCRIPT = re.compile(r"[a-z]{4}\Z")
_TERRITORY = re.compile(r"[a-z]{2}\Z|[0-9]{3}\Z")

_LETTERS_OF = {
    "Hans": "Hani",
    "Hant": "Hani",
    "Jpan": "Hira",
    "Kore": "Hang",
}  # CLDR's names for writing systems

_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "root"})

# What readers of the first accept when it does not exist.
_READ_INSTEAD: dict[str, tuple[str, ...]] = {
    "zh_Hant": ("zh_Hans", "zh"),
    "zh_Hans": ("zh_Hant",),
    "yue_Hant": ("zh_Hant", "zh_Hans", "zh"),
    "yue_Hans": ("zh_Hans", "zh", "zh_Hant"),
    "sr_Latn": ("sr_Cyrl", "sr"),
    "sr_Cyrl": ("sr_Latn",),
    "no_Latn": ("nb", "nn"),
    "nb_Latn": ("no", "nn"),
    "nn_Latn": ("nb", "no"),
}


def canonical(tag: str | None) -> str | None:
    """Spell a language tag as a CLDR id: "zh-hans" is "zh_Hans", "iw" is "he", "es-419" is "es_419".

    Extensions, variants and encodings are dropped. None when it is no tag or CLDR does not know the language.
    """
    return _canonical(tag) if tag and len(tag) <= _MAX_TAG else None


@lru_cache(maxsize=1024)
def _canonical(tag: str) -> str | None:
    parts = re.split(r"[.@]", tag.strip(), maxsplit=1)[0].lower().replace("_", "-").split("-")
    language = parts.pop(0)
    if not _LANGUAGE.match(language) or language in _NO_LANGUAGE:
        return None
    if parts and _EXTLANG.match(parts[0]):  # zh-yue is yue, zh-cmn is zh
        language = parts.pop(0)
    script = parts.pop(0).title() if parts and _SCRIPT.match(parts[0]) else None
    territory = parts.pop(0).upper() if parts and _TERRITORY.match(parts[0]) else None
    alias = str(get_global("language_aliases").get(language, language)).split("_")
    language = alias[0]
    script = script or next((part for part in alias[1:] if len(part) == 4), None)
    if language not in cldr("en").languages:
        return None
    territory = _current_territory(territory)
    return "_".join(part for part in (language, script, territory) if part)


def _current_territory(territory: str | None) -> str | None:
    """Replace a withdrawn territory code (UK is GB) and drop one that CLDR does not know."""
    if territory is None:
        return None
    successors = get_global("territory_aliases").get(territory)
    territory = str(successors[0]) if successors else territory
    return territory if territory in cldr("en").territories else None


def negotiate(tag: str | None, available: Collection[str]) -> str | None:
    """Choose the available locale that serves a language tag best; None when none does."""
    locale = canonical(tag)
    found = chain(locale, available) if locale else ()
    return found[0] if found else None


def chain(locale: str, available: Collection[str]) -> tuple[str, ...]:
    """List the available locales that serve a locale, best first; empty when none does.

    Args:
        locale: A language tag in any spelling.
        available: CLDR ids; they are given back as they are spelt.
    """
    return _chain(locale, tuple(available))


@lru_cache(maxsize=1024)
def _chain(locale: str, available: tuple[str, ...]) -> tuple[str, ...]:
    wanted = canonical(locale)
    if wanted is None:
        return (locale,) if locale in available else ()
    spelt = {canonical(name) or name: name for name in available}
    candidates = [*_parents(wanted)]
    key = _with_script(wanted)
    for instead in _READ_INSTEAD.get(key, ()):
        candidates.append(instead)
    candidates += [name for name in sorted(spelt) if _with_script(name) == key]
    return tuple(dict.fromkeys(spelt[name] for name in candidates if name in spelt))


def written_in(script: str, available: Collection[str]) -> str | None:
    """Name the only available locale that is written in a script (ISO 15924); None where there is none, or several."""
    found = [locale for locale in available if script_of_locale(locale) == script]
    return found[0] if len(found) == 1 else None


def script_of_locale(locale: str) -> str:
    """Name the script whose letters a locale is written in: "Hani" for both kinds of Chinese characters."""
    _, _, script = _with_script(canonical(locale) or locale).partition("_")
    return _LETTERS_OF.get(script, script)


def _parents(locale: str) -> list[str]:
    """List a locale and all that it inherits from, without changing its script."""
    exceptions = get_global("parent_exceptions")
    key = _with_script(locale)
    language, script = key.split("_", 1) if "_" in key else (key, "")
    found = [locale]
    while True:
        last = found[-1]
        parent = exceptions.get(last) or last.rpartition("_")[0]
        if not parent or parent == "root" or _with_script(str(parent)) != key:
            break
        found.append(str(parent))
    usual = _with_script(language) == key
    return [*found, f"{language}_{script}" if script else language, *([language] if usual else [])]


@lru_cache(maxsize=1024)
def _with_script(locale: str) -> str:
    """Name the language and the script of a locale: zh_TW is zh_Hant, pt_BR is pt_Latn."""
    parts = locale.split("_")
    if len(parts) > 1 and len(parts[1]) == 4:
        return "_".join(parts[:2])
    likely = get_global("likely_subtags")
    maximal = likely.get(locale) or likely.get(parts[0])
    return "_".join(str(maximal).split("_")[:2]) if maximal else parts[0]
