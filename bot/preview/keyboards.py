"""Which buttons stand under a message?"""

from __future__ import annotations

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.entities import check_link, utf16_length
from bot.preview.errors import bad_request

DATA_LIMIT = 64  # Bot API, InlineKeyboardButton.callback_data: 1-64 bytes
COPY_LIMIT = 256  # Bot API, CopyTextButton.text: 1-256 characters
PLACEHOLDER_LIMIT = 64  # Bot API, ForceReply.input_field_placeholder: 1-64 characters
_BUTTON_LIMIT = 100
_ACTIONS = ("url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text")
_OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def inline_keyboard(arguments: Arguments) -> JsonObject | None:
    """Read the inline keyboard of a message, None when it has none.

    Keyboards that replace the user's own are accepted and not kept, since they are no part of a message.

    Raises:
        ApiError: For whatever Telegram would refuse, in its words.
    """
    value = arguments.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    rows = value.get("inline_keyboard")
    if rows is None or any(value.get(name) for name in _OTHER_KEYBOARDS):
        return None
    if not isinstance(rows, list):
        raise bad_request('Field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    read = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, read)) > _BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": read} if read else None


def forced_reply(arguments: Arguments) -> JsonObject | None:
    """Read whether applications are to open their box for an answer, which is no part of the message either.

    Raises:
        ApiError: When the placeholder is too long.
    """
    value = arguments.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if not isinstance(value, dict) or not value.get("force_reply"):
        return None
    placeholder = str(value.get("input_field_placeholder", ""))
    if utf16_length(placeholder) > PLACEHOLDER_LIMIT:
        raise bad_request("reply keyboard input field placeholder is too long")
    return {"placeholder": placeholder, "selective": bool(value.get("selective"))}


def _button(value: object) -> JsonObject:
    prefix = "Can't parse inline keyboard button: "
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    label = value.get("text")
    if not isinstance(label, str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    action = next(
        (name for name in _ACTIONS if value.get(name) or (name.startswith("switch") and name in value)), None
    )
    if action is None:
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    if not label.strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    _check_action(action, value[action])
    return {"text": label, action: value[action]}


def _check_action(action: str, value: object) -> None:
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= COPY_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return
    if not isinstance(value, str):
        raise bad_request(f'Can\'t parse inline keyboard button: Field "{action}" must be of type String')
    if action == "url" and (wrong := check_link(value)):
        raise bad_request(f"Inline keyboard button URL '{value}' is invalid: {wrong}")
    if action == "callback_data" and len(value.encode()) > DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
