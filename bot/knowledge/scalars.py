"""How does the text of a scalar become a value, and what is said when it cannot?

Every type reads text, exactly one way of writing it, so that `no`, `12:30` and `1e3` never change their
meaning behind a writer's back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.language.dates import Day, Days, Month, Period
from bot.language.formats import Link, Money, Number, Phone, Value, Year

ID_LENGTH = 48  # "entry:" and an id fit into the 64 bytes that a button carries

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?", re.ASCII)
_LINK = re.compile(r"(https?://)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?([/?#]\S*)?", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def fault(code: str, message: str, advice: str) -> PydanticCustomError:
    """Make a fault with our own code and with what to do."""
    return PydanticCustomError(code, "{message}", {"message": message, "advice": advice})


def check_id(text: str) -> tuple[str, str] | None:
    """Say what is wrong with an id, and what to do."""
    if len(text) <= ID_LENGTH and _KEBAB.fullmatch(text):
        return None
    return f'"{text[:80]}" is no id', f"use a-z, 0-9 and single hyphens, at most {ID_LENGTH} characters"


def check_locale(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a locale's id, and what to do."""
    try:
        known = str(Locale.parse(text))
    except (ValueError, UnknownLocaleError):
        known = ""
    if known and known == text:
        return None
    advice = f'did you mean "{known}"?' if known else "use a CLDR id such as fr or zh_Hans"
    return f'"{text[:80]}" is no locale', advice


def _kebab(text: str) -> str:
    if wrong := check_id(text):
        raise fault("bad-id", *wrong)
    return text


def _locale(text: str) -> str:
    if wrong := check_locale(text):
        raise fault("bad-locale", *wrong)
    return text


def _value_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise fault(
            "bad-name", f'"{text[:80]}" is no name', "use a-z, 0-9 and single underscores, first a letter"
        )
    return text


def _day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise fault("bad-date", f'"{str(value)[:80]}" is no date', "write YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise fault("bad-date", f"the calendar has no {value}", "write YYYY-MM-DD") from None


def _whole(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
        raise fault("bad-number", f'"{str(value)[:80]}" is no whole number', "write digits only")
    return int(value)


def _flag(value: object) -> object:
    if value not in ("true", "false"):
        raise fault("bad-flag", f'"{str(value)[:80]}" is neither true nor false', "write one of them")
    return value == "true"


def _filled(text: str) -> str:
    if not text.strip():
        raise fault("empty-text", "this text is empty", "write it or remove the key")
    return text.strip()


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise fault("bad-url", f'"{text[:80]}" is no web address', "begin with http:// or https://")
    return text


def _none(value: object) -> object:
    return None if value in ("", "null", "~") else value


ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})  # editors type what we read as text
OR_NONE = BeforeValidator(_none)

Text = Annotated[str, AfterValidator(_filled), ANY_SCALAR]
Id = Annotated[
    str,
    AfterValidator(_kebab),
    WithJsonSchema({"type": "string", "pattern": f"^{_KEBAB.pattern}$", "maxLength": ID_LENGTH}),
]
LocaleId = Annotated[str, AfterValidator(_locale), WithJsonSchema({"type": "string"})]
Date = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Address = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "uri"})]
ValueName = Annotated[
    str, AfterValidator(_value_name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})
]


# --- values of facts ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypedValue:
    """The text of a value and, when it may be a placeholder, its typed form."""

    text: str
    value: Value | None


def _number(text: str) -> Value | None:
    if not _NUMBER.fullmatch(text):
        return None
    return Number(Decimal(text) if "." in text else int(text))


def _year(text: str) -> Value | None:
    return Year(int(text)) if re.fullmatch(r"[1-9]\d{3}", text, re.ASCII) else None


def _date(text: str) -> Value | None:
    if found := _MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
        return Month(year, month) if year and 1 <= month <= 12 else None
    written = re.split(r"/|, *", text)
    try:
        days = [date.fromisoformat(day) for day in written if _DAY.fullmatch(day)]
    except ValueError:
        return None
    if len(days) != len(written) or days != sorted(set(days)):
        return None
    if len(days) == 1:
        return Day(days[0])
    if "/" not in text:
        return Days(tuple(days))
    return Period(*days) if len(days) == 2 else None


def _link(text: str) -> Value | None:
    return Link(text) if _LINK.fullmatch(text) else None


def _phone(text: str) -> Value | None:
    return Phone(text) if _PHONE.fullmatch(text) else None


PLACEABLE: dict[str, tuple[Callable[[str], Value | None], str]] = {
    "number": (_number, "digits, without separators"),
    "year": (_year, "four digits"),
    "date": (
        _date,
        "YYYY-MM-DD, YYYY-MM, a period as YYYY-MM-DD/YYYY-MM-DD, or several days with commas between them",
    ),
    "link": (_link, "a web address"),
    "phone": (_phone, "digits, spaces, hyphens, an optional +"),
}


def read_value(kind: str, value: object) -> TypedValue:
    """Type a value of a fact as its `type` says; raises a fault."""
    if kind == "money":
        return _money(value)
    if not isinstance(value, str) or not value.strip():
        raise fault("bad-value", f"a {kind} is a text", "write it on this line")
    text = value.strip()
    if kind not in PLACEABLE:
        return TypedValue(text, None)
    read, form = PLACEABLE[kind]
    typed = read(text)
    if typed is None:
        raise fault("bad-value", f'"{text[:80]}" is no {kind}', f"write {form}")
    return TypedValue(text, typed)


def _money(value: object) -> TypedValue:
    if not isinstance(value, dict) or set(value) != {"value", "currency"}:
        raise fault("bad-value", "money needs two keys", "write {value: 120, currency: EUR}")
    amount, currency = value["value"], value["currency"]
    if not (isinstance(amount, str) and _NUMBER.fullmatch(amount)):
        raise fault("bad-value", f'"{str(amount)[:80]}" is no amount', "write digits, without separators")
    if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise fault("bad-value", f'"{str(currency)[:80]}" is no currency', "write an ISO code such as EUR")
    return TypedValue(f"{amount} {currency}", Money(Decimal(amount), currency))
