"""One update of every kind, made from the library's own type definitions.

What a constructor requires is filled in, and what its annotations name is built the same way. So a kind that a
newer library adds is there by itself.
"""

from __future__ import annotations

import collections.abc
import datetime
import inspect
import types
import typing
from typing import Any

import telegram
import telegram._utils.types

_NAMES: dict[str, Any] = {
    **vars(typing), **vars(telegram._utils.types), **vars(telegram), "dtm": datetime, "TimePeriod": int,
    "Sequence": collections.abc.Sequence, "Sized": list, "Decimal": float,
}  # fmt: skip
_KEYS = {"from_user": "from"}  # fields whose name is a word of Python
# Which of several classes a field holds is said by one of its fields.
_CONCRETE: dict[type, tuple[type, dict[str, Any]]] = {
    telegram.ChatMember: (telegram.ChatMemberMember, {"status": "member"}),
    telegram.ChatBoostSource: (telegram.ChatBoostSourcePremium, {"source": "premium"}),
    telegram.ReactionType: (telegram.ReactionTypeEmoji, {"type": "emoji", "emoji": "👍"}),
    telegram.PaidMedia: (telegram.PaidMediaPreview, {"type": "preview"}),
}
_FITTING = {(telegram.Chat, "type"): "private", (telegram.Poll, "type"): "regular"}
# Optional to Python, because the Bot API has not always had them.
_REQUIRED_SINCE = {
    (telegram.PollOption, "persistent_id"), (telegram.PollAnswer, "option_persistent_ids"),
    (telegram.Poll, "allows_revoting"), (telegram.Poll, "members_only"),
}  # fmt: skip
DATE = 1_790_000_000


def update_kinds() -> dict[str, type]:
    """Name every kind of update, with its class."""
    parameters = inspect.signature(telegram.Update.__init__).parameters
    names = [name for name in parameters if name not in ("self", "update_id", "api_kwargs")]
    return {name: _class(_hint(parameters[name].annotation)) for name in names}


def smallest(cls: type) -> dict[str, Any]:
    """Write the smallest JSON from which the library makes such an object."""
    concrete, fixed = _CONCRETE.get(cls, (cls, {}))
    content: dict[str, Any] = {}
    for name, parameter in inspect.signature(concrete).parameters.items():
        required = parameter.default is parameter.empty or (concrete, name) in _REQUIRED_SINCE
        if not required or parameter.kind is parameter.VAR_KEYWORD:
            continue
        fitting = _FITTING.get((concrete, name))
        content[_KEYS.get(name, name)] = fitting or _value(_hint(parameter.annotation))
    return {**content, **fixed}


def _hint(annotation: Any) -> Any:
    return eval(annotation, dict(_NAMES)) if isinstance(annotation, str) else annotation


def _options(hint: Any) -> list[Any]:
    hint = _hint(hint.__forward_arg__) if isinstance(hint, typing.ForwardRef) else _hint(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [option for option in typing.get_args(hint) if option is not types.NoneType]
    return [hint]


def _class(hint: Any) -> type:
    found = _options(hint)[0]
    assert isinstance(found, type), hint
    return found


def _value(hint: Any) -> Any:
    option = _options(hint)[0]
    origin = typing.get_origin(option)
    if origin is not None and issubclass(origin, collections.abc.Sequence):
        return [_value(typing.get_args(option)[0])]
    if isinstance(option, typing.ForwardRef | str):
        option = _options(option)[0]
    for kind, value in ((bool, True), (int, 1), (float, 1.5), (str, "x"), (datetime.datetime, DATE)):
        if isinstance(option, type) and issubclass(option, kind):
            return value
    if option is datetime.timedelta:
        return 1
    assert isinstance(option, type)
    assert issubclass(option, telegram.TelegramObject)
    return smallest(option)
