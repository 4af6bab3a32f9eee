"""How does the bot present itself: commands, name, descriptions, in which language?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.chats import Chat
from bot.preview.entities import utf16_length
from bot.preview.errors import ApiError, bad_request
from bot.preview.server import Server

_COMMANDS_LIMIT = 100  # Bot API, setMyCommands: at most 100 commands
_PAYLOAD_LIMIT = 10_000  # characters of all commands together; observed, not documented
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # Bot API, BotCommand.command
_COMMAND_LENGTH = 32
_DESCRIPTION_LENGTH = 256  # Bot API, BotCommand.description: 1-256 characters
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_LANGUAGE = re.compile(r"[a-z]{2}")  # Bot API: a two-letter ISO 639-1 code, or empty


def set_commands(server: Server, arguments: Arguments) -> bool:
    """Another list of commands for a scope and a language."""
    commands = [_command(item) for item in _list(arguments)]
    key = _scope(server, arguments), _language(arguments)
    if len(commands) > _COMMANDS_LIMIT or sum(len(c["description"]) for c in commands) > _PAYLOAD_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if not all(_COMMAND.fullmatch(command["command"]) for command in commands):
        raise bad_request("BOT_COMMAND_INVALID")
    if commands:
        server.profile.commands[key] = commands
    else:
        server.profile.commands.pop(key, None)
    server.notify("profile", None, {})
    return True


def get_commands(server: Server, arguments: Arguments) -> list[JsonObject]:
    """The commands set for exactly this scope and language."""
    key = _scope(server, arguments), _language(arguments)
    return server.profile.commands.get(key, [])


def delete_commands(server: Server, arguments: Arguments) -> bool:
    """No commands of their own for a scope and a language."""
    server.profile.commands.pop((_scope(server, arguments), _language(arguments)), None)
    server.notify("profile", None, {})
    return True


def shown_commands(
    server: Server, *, chat: Chat | None, person: int, language: str | None
) -> list[JsonObject]:
    """Return the commands that a person's menu shows, by the precedence in the Bot API's documentation.

    Args:
        server: The state of everything.
        chat: Where; the private chat when None.
        person: Who looks.
        language: Of the person's application.
    """
    scopes = [f"chat {person}", "all_private_chats", "default"]
    if chat is not None and chat.type != "private":
        leads = chat.members.get(person) in ("creator", "administrator")
        own = [f"chat_member {chat.id} {person}", *([f"chat_administrators {chat.id}"] if leads else [])]
        scopes = [*own, f"chat {chat.id}", *(["all_chat_administrators"] if leads else [])]
        scopes += ["all_group_chats", "default"]
    tag = (language or "")[:2].lower()
    for scope in scopes:
        for code in (tag, ""):
            if found := server.profile.commands.get((scope, code)):
                return found
    return []


def shown_texts(server: Server, *, language: str | None) -> JsonObject:
    """Return the bot's name and description as a person with this language sees them."""
    tag, profile = (language or "")[:2].lower(), server.profile
    names, descriptions, short = profile.names, profile.descriptions, profile.short_descriptions
    return {
        "name": names.get(tag) or names.get("") or server.chats.bot.first_name,
        "description": descriptions.get(tag) or descriptions.get("") or "",
        "short_description": short.get(tag) or short.get("") or "",
    }


def _text_methods(name: str, field: str, limit: int) -> dict[str, Callable[[Server, Arguments], object]]:
    """Return setter and getter of one text of the profile."""
    argument = {"name": "name", "description": "description", "shortdescription": "short_description"}[name]

    def setter(server: Server, arguments: Arguments) -> bool:
        language, text = _language(arguments), arguments.text(argument)
        if utf16_length(text) > limit:
            raise bad_request(f"{argument} is too long".replace("_", " "))
        texts: dict[str, str] = getattr(server.profile, field)
        texts[language] = text
        if not text:
            del texts[language]
        server.notify("profile", None, {})
        return True

    def getter(server: Server, arguments: Arguments) -> JsonObject:
        texts: dict[str, str] = getattr(server.profile, field)
        standard = server.chats.bot.first_name if argument == "name" else ""
        return {argument: texts.get(_language(arguments)) or texts.get("") or standard}

    return {f"setmy{name}": setter, f"getmy{name}": getter}


METHODS: Mapping[str, Callable[[Server, Arguments], object]] = {
    "setmycommands": set_commands,
    "getmycommands": get_commands,
    "deletemycommands": delete_commands,
    # Bot API, setMyName, setMyDescription, setMyShortDescription: 64, 512 and 120 characters
    **_text_methods("name", "names", 64),
    **_text_methods("description", "descriptions", 512),
    **_text_methods("shortdescription", "short_descriptions", 120),
}


def _list(arguments: Arguments) -> list[object]:
    value = arguments.json("commands", "Can't parse commands JSON object")
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("Expected an Array of BotCommand")
    return value


def _command(item: object) -> JsonObject:
    if not isinstance(item, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command, description = item["command"].strip().removeprefix("/"), item["description"].strip()
    if not command:
        raise bad_request("Command must be non-empty")
    if len(command) > _COMMAND_LENGTH:
        raise bad_request(f"Command length must not exceed {_COMMAND_LENGTH}")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > _DESCRIPTION_LENGTH:
        raise bad_request(f"Command description length must not exceed {_DESCRIPTION_LENGTH}")
    return {"command": command, "description": description}


def _scope(server: Server, arguments: Arguments) -> str:
    value = arguments.json("scope", "Can't parse BotCommandScope JSON object")
    if value is None:
        return "default"
    if not isinstance(value, dict):
        raise _scope_error("BotCommandScope must be an Object")
    kind = value.get("type")
    if kind in _SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise _scope_error("Unsupported type specified" if kind else 'Can\'t find field "type"')
    if not value.get("chat_id"):
        raise _scope_error("Empty chat_id specified")
    chat = server.chats.to_read(Arguments({"chat_id": value["chat_id"]}))
    if kind == "chat":
        return f"chat {chat.id}"
    if chat.type == "private":
        raise bad_request("Can't use specified scope in private chats")
    if kind == "chat_member" and not isinstance(value.get("user_id"), int):
        raise _scope_error("Invalid user_id specified")
    return f"{kind} {chat.id} {value.get('user_id', '')}".rstrip()


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("Invalid language code specified")
    return code


def _scope_error(reason: str) -> ApiError:
    return bad_request(f"Can't parse BotCommandScope: {reason}")
