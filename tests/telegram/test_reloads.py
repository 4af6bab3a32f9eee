"""Staff are told what came of an edit, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant
from bot.effects import SetLocale
from bot.errors import DeliveryDelayed, DeliveryRefused, StorageUnavailable
from bot.staff.impact import Changed, Difference
from bot.staff.outcome import Reload
from bot.storage.sqlite import SqliteStore
from bot.storage.store import ChatState, Received, Result, client_note
from bot.telegram.changes import reload_text
from bot.telegram.queued import Reader
from bot.telegram.reloads import ReloadReports
from bot.types import ChatRef, Location, OutgoingMessage, Problem

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DIFFERENCE = Difference(
    entries=Changed(added=("new-one",), changed=("launch-date",), removed=("old-one",)),
    facts=Changed(changed=("launch-members",)),
    phrasings={"fr": Changed(changed=tuple(f"entry-{number}" for number in range(15)))},
    names=Changed(changed=("liu-limin", "chen-jining", "wdea", "unesco", "smart-campus")),
    synonyms={"ar": Changed(added=("أطلق", "بلد"))},
    notices=Changed(removed=("survey-2027",)),
)
NEW = Reload(revision="b" * 12, previous="a" * 12, changed=("knowledge/facts.yaml",), difference=DIFFERENCE)
WRONG = Reload(
    revision="a" * 12,
    previous="a" * 12,
    problems=tuple(
        Problem(location=Location(path=Path("knowledge/facts.yaml"), line=n), code="x", message="wrong")
        for n in range(1, 8)
    ),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await store.open()
    yield store
    await store.close()


class Chat:
    """Takes messages, or refuses them."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []
        self.trouble: list[Exception] = []

    async def send(self, message: OutgoingMessage) -> str | None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(message)
        return "1"


def reports(
    store: SqliteStore, chat: Chat, assistant: Assistant, now: Callable[[], datetime] = lambda: NOW
) -> ReloadReports:
    return ReloadReports(store, chat.send, staff=(7, 8), assistant=lambda: assistant, now=now)


async def done() -> None:
    async with asyncio.timeout(30):
        while running := [task for task in asyncio.all_tasks() if task.get_name() == "reload report"]:
            await asyncio.gather(*running)


def said(reload: Reload, assistant: Assistant, locale: str) -> list[str]:
    return reload_text(reload, Reader(assistant=assistant, locale=locale)).split("\n")


def apart(text: str) -> str:
    """Show where a text is set apart from the order of the sentence around it."""
    return text.replace("\u2068", "[").replace("\u2069", "]")


def test_the_report_counts_what_changed_and_names_it_by_its_id(assistant: Assistant) -> None:
    assert [apart(line) for line in said(NEW, assistant, "en")] == [
        f"Version {'b' * 12} of the knowledge answers now (before: {'a' * 12}).",
        "• 1 entry added: new-one",
        "• 1 entry changed: launch-date",
        "• 1 entry removed: old-one",
        "• 1 fact changed: launch-members",
        "• 1 notice removed: survey-2027",
        "• 5 names changed: liu-limin, chen-jining, wdea, unesco, and smart-campus",
        f"• Phrasings (French) changed for 15 entries: {', '.join(f'entry-{n}' for n in range(12))}, and 3 more",
        "• 2 groups of synonyms (Arabic) added: [أطلق] and [بلد]",
    ]


def test_the_report_in_arabic_has_its_plurals_and_sets_ids_apart(assistant: Assistant) -> None:
    ids = " و".join(f"[entry-{number}]" for number in range(12))
    assert [apart(line) for line in said(NEW, assistant, "ar")] == [
        f"الإصدار [{'b' * 12}] من قاعدة المعلومات هو الذي يجيب الآن (السابق: [{'a' * 12}]).",
        "• أُضيف مدخل واحد: [new-one]",
        "• عُدِّل مدخل واحد: [launch-date]",
        "• حُذف مدخل واحد: [old-one]",
        "• عُدِّلت واقعة واحدة: [launch-members]",
        "• حُذف إعلان واحد: [survey-2027]",
        "• عُدِّلت [5] أسماء: [liu-limin] و[chen-jining] و[wdea] و[unesco] و[smart-campus]",
        f"• عُدِّلت صيغ السؤال (الفرنسية) لـ[15] مدخلًا: {ids} و[3] عناصر أخرى",
        "• أُضيفت مجموعتا مرادفات (العربية): أطلق وبلد",
    ]


def test_the_report_in_russian_has_its_plurals(assistant: Assistant) -> None:
    assert [apart(line) for line in said(NEW, assistant, "ru")][1:] == [
        "• Добавлена 1 запись: new-one",
        "• Изменена 1 запись: launch-date",
        "• Удалена 1 запись: old-one",
        "• Изменён 1 факт: launch-members",
        "• Удалено 1 объявление: survey-2027",
        "• Изменено 5 имён: liu-limin, chen-jining, wdea, unesco и smart-campus",
        "• Изменены формулировки (французский) для 15 записей: "
        f"{', '.join(f'entry-{number}' for number in range(12))} и ещё 3",
        "• Добавлены 2 группы синонимов (арабский): [أطلق] и [بلد]",
    ]


def test_the_report_in_chinese_has_its_own_signs(assistant: Assistant) -> None:
    assert [apart(line) for line in said(NEW, assistant, "zh_Hans")][1:] == [
        "• 新增1个条目：new-one",
        "• 修改1个条目：launch-date",
        "• 删除1个条目：old-one",
        "• 修改1条事实：launch-members",
        "• 删除1条通知：survey-2027",
        "• 修改5个名称：liu-limin、chen-jining、wdea、unesco和smart-campus",
        f"• 修改15个条目的问法（法语）：{'、'.join(f'entry-{number}' for number in range(12))}，另有3项",
        "• 新增2组同义词（阿拉伯语）：[أطلق]和[بلد]",
    ]


def test_the_report_names_files_where_no_id_changed(assistant: Assistant) -> None:
    nothing = Difference(entries=Changed(), facts=Changed(), phrasings={})
    files = ("locales/fr/LC_MESSAGES/bot.po", "knowledge/sources.yaml")
    told = Reload(revision="b", previous="a", changed=files, difference=nothing, pinned="b")
    assert said(told, assistant, "en")[1:] == [
        "You went back to version b. Later files are not used until they are edited again, or until you send /reload.",
        "• 2 files changed: locales/fr/LC_MESSAGES/bot.po and knowledge/sources.yaml",
    ]
    assert apart(said(told, assistant, "ar")[-1]) == (
        "• عُدِّل ملفان: [locales/fr/LC_MESSAGES/bot.po] و[knowledge/sources.yaml]"
    )


def test_of_very_many_changes_the_first_are_named_and_the_others_counted(assistant: Assistant) -> None:
    every = Changed(added=("a",), changed=("b",), removed=("c",))
    phrasings = {locale: every for locale in assistant.catalogs.locales}
    much = Difference(entries=every, facts=every, phrasings=phrasings)
    lines = said(Reload(revision="b", previous="a", difference=much), assistant, "ru")
    assert (len(lines), lines[-1]) == (26, "и ещё 6")


def test_the_report_says_what_is_wrong_where(assistant: Assistant) -> None:
    lines = said(WRONG, assistant, "en")
    assert lines[0] == f"7 faults were found. Version {'a' * 12} goes on answering."
    assert lines[1] == "• knowledge/facts.yaml:1:1: error x: wrong"
    assert (len(lines), lines[-1]) == (7, "and 2 more")


@pytest.mark.parametrize(
    ("locale", "first", "last"),
    [
        ("ar", "عُثر على [7] أخطاء. يواصل الإصدار [aaaaaaaaaaaa] الإجابة.", "واثنان آخران"),
        ("ru", "Найдено 7 ошибок. Продолжает отвечать версия aaaaaaaaaaaa.", "и ещё 2"),
        ("zh_Hans", "发现7处错误。版本aaaaaaaaaaaa继续回答。", "另有2项"),
    ],
)
def test_a_refusal_is_said_in_the_readers_language_around_faults_that_stay_as_check_prints_them(
    assistant: Assistant, locale: str, first: str, last: str
) -> None:
    lines = [apart(line) for line in said(WRONG, assistant, locale)]
    assert (lines[0], lines[-1]) == (first, last)
    fault = "knowledge/facts.yaml:1:1: error x: wrong"
    assert lines[1] == (f"• [{fault}]" if locale == "ar" else f"• {fault}")


@pytest.mark.parametrize("locale", ["ar", "de", "es", "fr", "pt", "ru", "zh_Hans"])
def test_every_language_says_it_in_its_own_words(assistant: Assistant, locale: str) -> None:
    english = {*said(NEW, assistant, "en"), *said(WRONG, assistant, "en")[:1]}
    for told in (NEW, WRONG):
        lines = said(told, assistant, locale)
        assert told.revision in lines[0]
        assert english.isdisjoint(lines)


async def test_each_of_the_staff_is_told_in_their_own_language(
    store: SqliteStore, assistant: Assistant
) -> None:
    update = Received(
        chat=ChatRef(channel="telegram", chat_id="8"),
        user_id="8",
        event_id="1",
        payload="{}",
        received_at=NOW,
    )
    (entry,) = await store.receive([update])
    await store.finish(entry, Result(state="done", at=NOW, effects=(SetLocale(locale="ru"),)))
    await store.set_note(client_note("telegram", "7"), "ar_EG")
    await store.set_note(client_note("telegram", "8"), "fr")  # what they chose comes before it
    chat = Chat()
    ReloadReports(store, chat.send, staff=(7, 8, 9), assistant=lambda: assistant, now=lambda: NOW).tell(NEW)
    await done()
    told = {message.chat.chat_id: str(message.body["text"]) for message in chat.sent}
    for staff, locale in (("7", "ar"), ("8", "ru"), ("9", "en")):
        assert said(NEW, assistant, locale)[1] in told[staff]


async def test_whoever_cannot_be_written_to_is_not_written_to(
    store: SqliteStore, assistant: Assistant
) -> None:
    chat = Chat()
    reports = ReloadReports(
        store,
        chat.send,
        staff=(7, 8, 9),
        assistant=lambda: assistant,
        now=lambda: NOW,
        staff_here={8}.__contains__,
    )
    reports.tell(NEW)
    await done()
    assert {message.chat.chat_id for message in chat.sent} == {"8"}


async def test_each_of_the_staff_is_told_once_by_all_processes(
    store: SqliteStore, assistant: Assistant, tmp_path: Path
) -> None:
    other = SqliteStore(tmp_path / "store.sqlite3", retention_days=30, owner="another/1:1:1")
    await other.open()
    one, two = Chat(), Chat()
    at = [NOW]
    first = reports(store, one, assistant, lambda: at[0])
    second = reports(other, two, assistant, lambda: at[0])
    first.tell(NEW)
    second.tell(NEW)
    await done()
    told = [*one.sent, *two.sent]
    assert sorted(message.chat.chat_id for message in told) == ["7", "8"]
    second.tell(WRONG)
    await done()
    assert len(one.sent) + len(two.sent) == 4
    at[0] += timedelta(minutes=5)  # the same edit, made again later
    second.tell(NEW)
    await done()
    assert len(one.sent) + len(two.sent) == 6
    await other.close()


async def test_what_staff_change_row_by_row_is_not_told(store: SqliteStore, assistant: Assistant) -> None:
    chat = Chat()
    reports(store, chat, assistant).tell(Reload(revision="b", previous="a", why="staff"))
    ReloadReports(store, chat.send, staff=(), assistant=lambda: assistant, now=lambda: NOW).tell(NEW)
    await done()
    assert chat.sent == []


async def test_it_waits_when_telegram_asks_for_it_and_gives_up_what_is_refused(
    store: SqliteStore, assistant: Assistant
) -> None:
    chat = Chat()
    chat.trouble = [DeliveryDelayed(0.01), DeliveryDelayed(0.01)]
    reports(store, chat, assistant).tell(NEW)
    await done()
    assert len(chat.sent) == 2
    chat.trouble = [DeliveryRefused("blocked"), DeliveryDelayed(4000.0)]
    with capture_logs() as logs:
        reports(store, chat, assistant).tell(WRONG)
        await done()
    assert [log["event"] for log in logs] == ["reload_report_not_sent"] * 2


async def test_a_store_that_is_away_does_not_keep_staff_from_being_told(assistant: Assistant) -> None:
    class Away:
        async def lease(self, name: str) -> str | None:
            raise StorageUnavailable("gone")

        async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
            raise StorageUnavailable("gone")

    chat, away = Chat(), Away()
    store: Any = away
    with capture_logs() as logs:
        reports(store, chat, assistant).tell(NEW)
        await done()
    assert len(chat.sent) == 2
    assert [log["event"] for log in logs] == ["reload_report_not_shared", *["staff_language_unknown"] * 2]
