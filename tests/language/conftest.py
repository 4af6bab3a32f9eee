"""The languages of the project, and how tables of their formats are written."""

LOCALES = ("en", "zh_Hans", "fr", "es", "ru", "ar", "pt", "de")


def plain(text: str) -> str:
    """Make all spaces the same: CLDR uses four kinds."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")


def table(*rows: str) -> list[tuple[str, str]]:
    return list(zip(LOCALES, rows, strict=True))
