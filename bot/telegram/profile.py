"""How should the bot present itself: name, descriptions and commands, in each language, for whom?

Everything comes from the catalogs. Telegram keeps each text per two-letter language, with "" for all others, and each
list of commands for a scope besides; `bot.telegram.drift` compares what stands there and changes what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.answering.assistant import Operator
from bot.language import staff_texts, texts
from bot.language.catalogs import Catalogs
from bot.telegram.cutting import utf16_length

MAX_COMMANDS = 100  # Bot API, setMyCommands
MAX_COMMAND = 32  # Bot API, BotCommand.command: 1-32 characters
MAX_COMMAND_TEXT = 256  # Bot API, BotCommand.description: 1-256 characters
MAX_NAME = 64  # Bot API, setMyName
MAX_DESCRIPTION = 512  # Bot API, setMyDescription
MAX_SHORT_DESCRIPTION = 120  # Bot API, setMyShortDescription

COMMANDS: Mapping[str, texts.Text] = {
    "start": texts.COMMAND_START,
    "help": texts.COMMAND_HELP,
    "topics": texts.COMMAND_TOPICS,
    "language": texts.COMMAND_LANGUAGE,
    "about": texts.COMMAND_ABOUT,
    "privacy": texts.COMMAND_PRIVACY,
    "forgetme": texts.COMMAND_FORGETME,
}
IN_GROUPS = ("help", "topics", "about", "privacy", "forgetme")  # what anybody may want among others
FOR_ADMINISTRATORS = ("help", "topics", "language", "about", "privacy", "forgetme")
FOR_STAFF: Mapping[str, texts.Text] = {  # besides those of everybody, in the private chats of staff
    "review": staff_texts.COMMAND_REVIEW,
    "withdraw": staff_texts.COMMAND_WITHDRAW,
    "restore": staff_texts.COMMAND_RESTORE,
    "reload": staff_texts.COMMAND_RELOAD,
    "rollback": staff_texts.COMMAND_ROLLBACK,
}

NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text or list that Telegram keeps."""

    part: str  # "commands", "name", "description", "short description"
    audience: str  # who sees it: "private chats", "groups", ...; empty: everybody
    language: str  # two letters; "" for all languages without their own
    wanted: str | list[dict[str, str]]
    method: str  # "MyCommands": behind "get" and "set"
    key: str  # of the value among the parameters, and of a text in the answer
    selector: Mapping[str, object]  # the parameters that say which one is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """Which locale speaks under which of Telegram's languages."""

    locales: Mapping[str, str]  # "" first, then two letters
    notes: tuple[str, ...] = ()  # what had to be collapsed or left out, for the operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What the profile is made from."""

    catalogs: Catalogs
    default_locale: str  # speaks to everybody whose language has no texts of its own
    operator: Operator = field(default_factory=Operator)
    staff: Collection[int] = ()


def languages(catalogs: Catalogs, default_locale: str) -> Languages:
    """Give each two-letter language its locale; of several variants of a language the first one has it."""
    found, notes = {"": default_locale}, []
    for locale in catalogs.locales:
        code = locale.partition("_")[0]
        if len(code) != 2:
            notes.append(f"{locale}: Telegram takes two-letter codes only; its readers see {default_locale}")
        elif code in found:
            notes.append(f"{locale}: {found[code]} stands for all of “{code}”, because it comes first")
        else:
            found[code] = locale
            if code != locale:
                notes.append(f"{locale}: written as “{code}”, which all its regional variants share")
    return Languages(locales=found, notes=tuple(notes))


def command_items(presented: Presented) -> tuple[Item, ...]:
    """List the menus of commands of every language and scope."""
    everybody = dict(COMMANDS)
    menus: list[tuple[str, dict[str, object] | None, Mapping[str, texts.Text]]] = [
        ("private chats", None, everybody),  # the default scope
        ("groups", {"type": "all_group_chats"}, _some(IN_GROUPS)),
        ("administrators", {"type": "all_chat_administrators"}, _some(FOR_ADMINISTRATORS)),
    ]
    menus += [
        (f"staff {who}", {"type": "chat", "chat_id": who}, {**everybody, **FOR_STAFF})
        for who in sorted(presented.staff)
    ]
    spoken = languages(presented.catalogs, presented.default_locale).locales
    return tuple(
        Item(
            part="commands",
            audience=audience,
            language=language,
            wanted=_menu(commands, presented.catalogs, locale),
            method="MyCommands",
            key="commands",
            selector={"language_code": language} | ({} if scope is None else {"scope": scope}),
        )
        for audience, scope, commands in menus
        for language, locale in spoken.items()
    )


def text_items(presented: Presented) -> tuple[Item, ...]:
    """List descriptions and short descriptions of every language."""
    say, spoken = presented.catalogs.text, languages(presented.catalogs, presented.default_locale).locales
    descriptions = {language: description(presented, locale) for language, locale in spoken.items()}
    short = {language: say(locale, texts.PROFILE_SHORT) for language, locale in spoken.items()}
    return (
        *_texts("description", "MyDescription", "description", descriptions),
        *_texts("short description", "MyShortDescription", "short_description", short),
    )


def name_items(presented: Presented) -> tuple[Item, ...]:
    """List the names of every language."""
    spoken = languages(presented.catalogs, presented.default_locale).locales
    names = {code: presented.catalogs.text(locale, texts.PROFILE_NAME) for code, locale in spoken.items()}
    return tuple(_texts(NAME, "MyName", "name", names))


def description(presented: Presented, locale: str) -> str:
    """Say what the bot does, whether the alliance speaks, and who runs it as far as there is room."""
    say, operator = presented.catalogs.text, presented.operator
    official = texts.ABOUT_OFFICIAL if operator.official else texts.ABOUT_UNOFFICIAL
    text = f"{say(locale, texts.PROFILE_DESCRIPTION)}\n\n{say(locale, official)}"
    if operator.name:
        longer = f"{text}\n{say(locale, texts.ABOUT_OPERATOR, operator=operator.name)}"
        text = longer if utf16_length(longer) <= MAX_DESCRIPTION else text
    return text


def _some(commands: Iterable[str]) -> dict[str, texts.Text]:
    return {command: COMMANDS[command] for command in commands}


def _menu(commands: Mapping[str, texts.Text], catalogs: Catalogs, locale: str) -> list[dict[str, str]]:
    return [
        {"command": command, "description": catalogs.text(locale, text)} for command, text in commands.items()
    ]


def _texts(part: str, method: str, key: str, wanted: Mapping[str, str]) -> Iterator[Item]:
    for language, text in wanted.items():
        selector = {"language_code": language}
        yield Item(
            part=part,
            audience="",
            language=language,
            wanted=text,
            method=method,
            key=key,
            selector=selector,
        )
