"""How does a stored update find its handler?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from telegram.ext import Application, ApplicationBuilder

from bot.answering.assistant import Assistant
from bot.answering.reply_language import preferred_locale
from bot.language import texts
from bot.storage.store import ChatState, InboxEntry
from bot.telegram.addressed import wants_apology
from bot.telegram.groups import leads
from bot.telegram.handlers import HANDLERS
from bot.telegram.impacts import is_impact, worked_out
from bot.telegram.pages import line, maintenance_page, page
from bot.telegram.parsing import parse, read_raw
from bot.telegram.render import Target, render
from bot.telegram.staffroom import Staffroom
from bot.telegram.transport import RawBot
from bot.telegram.turn import GENERAL, Turn, on_error, taken
from bot.telegram.wishes import told, waited_in
from bot.types import ChatRef, Handling, OutgoingMessage, Question, Reply

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]


class _Forgetful(TelegramApplication):
    """The library's application, without its list of everybody who ever wrote.

    It is kept for a persistence that the bot does not use, and would grow for as long as the process lives.
    """

    def _mark_for_persistence_update(
        self, *, update: object | None = None, job: object | None = None
    ) -> None:
        """Remember nobody."""


def connect_handlers(bot: RawBot) -> TelegramApplication:
    """Make the library's application: its dispatch and nothing else, neither updater nor jobs."""
    builder = ApplicationBuilder().application_class(_Forgetful).bot(bot)
    application: TelegramApplication = builder.updater(None).job_queue(None).build()
    application.add_handlers(HANDLERS)
    application.add_error_handler(on_error)
    return application


async def _default(_chat: ChatRef, assistant: Assistant) -> str:
    return assistant.default_locale


class Dispatcher:
    """Handles stored updates, one at a time.

    Args:
        application: Initialized before the first update.
        assistant: Gives the present snapshot; it may be replaced while the bot runs.
        kept_of: Counts the decisions, votes and wishes that are known to be a person's.
        retention_days: How long wording is kept, for the page that says so.
        votes_of: Says which entries helped a person and which did not, as they voted in whatever chat.
        rate_limit: Questions of a person in a minute; 0: as many as they like.
        staff: Who is told of what was given up, and may use the commands for staff.
        staffroom: What they may look up then; None: there are no such commands.
        popular: Names the entries that are asked most.
        language_of: Names the language of a private chat that nothing came from just now; None: the operator's.
        staff_here: Whether somebody of the staff can be written to at all.
    """

    def __init__(
        self,
        application: TelegramApplication,
        *,
        assistant: Callable[[], Assistant],
        kept_of: Callable[[ChatRef, str], Awaitable[int]],
        retention_days: int,
        rate_limit: int,
        staff: Collection[int] = (),
        staffroom: Staffroom | None = None,
        popular: Callable[[], tuple[str, ...]] = tuple,
        votes_of: Callable[[ChatRef, str], Awaitable[Mapping[str, bool]]] | None = None,
        language_of: Callable[[ChatRef, Assistant], Awaitable[str]] | None = None,
        staff_here: Callable[[int], bool] = lambda _: True,
    ) -> None:
        assert isinstance(application.bot, RawBot)  # `connect_handlers` made it
        self._application = application
        self._bot = application.bot
        self._assistant = assistant
        self._kept_of = kept_of
        self._retention_days = retention_days
        self._rate_limit = rate_limit
        self._staff = tuple(sorted(staff))
        self._staffroom = staffroom
        self._popular = popular
        self._votes_of = votes_of
        self._language_of = language_of or _default
        self._staff_here = staff_here

    async def handle(self, entry: InboxEntry, state: ChatState) -> Handling:
        """Parse one update and let its handler decide; whatever parsing raises is the caller's to count."""
        votes = await self._votes_for(entry)
        waited = waited_in(entry)
        if waited is not None:
            return told(waited, self._turn(entry, state, votes=votes))
        if is_impact(entry):
            return worked_out(entry, self._turn(entry, state))
        update = parse(entry.payload, self._application.bot)
        asks_to_forget = '"/forgetme' in entry.payload
        kept = await self._kept_of(entry.chat, entry.user_id) if asks_to_forget else 0
        leading = await leads(update, self._bot) if update is not None else False
        turn = self._turn(entry, state, kept=kept, leading=leading, votes=votes)
        return await taken(turn, lambda: self._application.process_update(update))

    def apologise(self, entry: InboxEntry, state: ChatState) -> Sequence[OutgoingMessage]:
        """Tell somebody who waits for an answer that there will be none."""
        return self._tell(entry, state, lambda turn, locale: line(texts.FAILED, turn.assistant, locale))

    def pause(self, entry: InboxEntry, state: ChatState, text: str) -> Sequence[OutgoingMessage]:
        """Tell somebody who waits for an answer that work rests, in the operator's words."""
        return self._tell(
            entry, state, lambda turn, locale: maintenance_page(turn.assistant, locale, reason=text)
        )

    async def report(self, entry: InboxEntry, why: str) -> Sequence[OutgoingMessage]:
        """Tell staff, each in their language, of a row that was given up."""
        assistant = self._assistant()
        messages: list[OutgoingMessage] = []
        for staff in filter(self._staff_here, self._staff):
            chat = ChatRef(channel=entry.chat.channel, chat_id=str(staff))
            locale = await self._language_of(chat, assistant)
            text = assistant.catalogs.text(locale, texts.STAFF_DEAD, row=str(entry.seq), why=why)
            messages += render([page(text, locale)], Target(chat=chat))
        return messages

    def _tell(
        self, entry: InboxEntry, state: ChatState, write: Callable[[Turn, str], Reply]
    ) -> Sequence[OutgoingMessage]:
        try:
            raw = read_raw(entry.payload)
        except (ValueError, RecursionError):
            return ()
        turn = self._turn(entry, state)
        message = _object(raw, "message") or _object(raw, "edited_message")
        press = _object(raw, "callback_query")
        if press:
            message = _object(press, "message")
        elif not wants_apology(message, bot_id=turn.bot_id, bot_name=turn.bot_name):
            return ()
        try:
            chat_id = int(entry.chat.chat_id)
        except ValueError:
            return ()
        target = Target(
            chat=entry.chat,
            question_id=None if press else _identity(message),
            quote=chat_id < 0,
            thread_id=_topic(message),
            callback_id=_callback(press),
        )
        return render([write(turn, _locale(press or message, turn))], target)

    async def _votes_for(self, entry: InboxEntry) -> Mapping[str, bool]:
        """Look up how somebody voted, where that is shown or may change; a vote in one chat counts in all."""
        alone = entry.chat.chat_id == entry.user_id
        if (
            self._votes_of is None
            or not self._retention_days
            or not (alone or '"callback_query"' in entry.payload)
        ):
            return {}
        return await self._votes_of(entry.chat, entry.user_id)

    def _turn(
        self,
        entry: InboxEntry,
        state: ChatState,
        *,
        kept: int = 0,
        leading: bool = False,
        votes: Mapping[str, bool] | None = None,
    ) -> Turn:
        bot = self._application.bot
        return Turn(
            entry=entry,
            state=state,
            assistant=self._assistant(),
            retention_days=self._retention_days,
            rate_limit=self._rate_limit,
            kept=kept,
            bot_id=bot.id,
            bot_name=bot.username,
            leads=leading,
            votes=votes or {},
            popular=self._popular(),
            staffroom=self._staffroom if entry.user_id in map(str, self._staff) else None,
        )


def _locale(raw: dict[str, Any], turn: Turn) -> str:
    client = _object(raw, "from").get("language_code")
    question = Question(
        text="",
        asked_at=turn.entry.received_at,
        chosen=turn.state.chosen,
        client=client if isinstance(client, str) else None,
        default=turn.assistant.default_locale,
    )
    return preferred_locale(question, turn.assistant).locale


def _object(raw: Any, name: str) -> dict[str, Any]:
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, dict) else {}


def _topic(message: dict[str, Any]) -> int | None:
    thread = message.get("message_thread_id")
    return (
        thread if message.get("is_topic_message") and isinstance(thread, int) and thread != GENERAL else None
    )


def _callback(press: dict[str, Any]) -> str | None:
    """The press that waits for an answer: without one its button goes on spinning."""
    identity = press.get("id")
    return identity if isinstance(identity, str) and identity else None


def _identity(message: dict[str, Any]) -> str | None:
    identity = message.get("message_id")
    return str(identity) if type(identity) is int else None  # true is an int too, to Python
