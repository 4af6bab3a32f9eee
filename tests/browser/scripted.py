"""A bot that knows four sentences, to show the page without the real application."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.language.normalize import normalize
from bot.preview.arguments import Arguments
from bot.preview.botapi import BotApi
from bot.preview.page import Page
from bot.types import (
    Abstain,
    AbstainReason,
    Answer,
    Bounds,
    Clarify,
    Decision,
    Evidence,
    Explanation,
    LocaleDecision,
    Match,
    PartExplanation,
    Ranking,
)

BOUNDS = Bounds(answer=0.72, clarify=0.3)
SOURCE = '<a href="https://en.moe.gov.cn/news/">World Digital Education Alliance founded</a>'
ANSWERS: Mapping[str, tuple[str, str]] = {  # locale -> question, answer
    "en": (
        "When was the alliance launched?",
        "The World Digital Education Alliance was launched on <b>30 January 2024</b> in Shanghai.\n\n"
        f"Source: {SOURCE}, Ministry of Education, 31 January 2024",
    ),
    "ar": (
        "متى أُطلق التحالف؟",
        "أُطلق التحالف العالمي للتعليم الرقمي (\u2068WDEA\u2069) في <b>30 يناير 2024</b> في شنغهاي.\n\n"
        f"المصدر: \u2068{SOURCE}\u2069، وزارة التعليم، 31 يناير 2024 (بالإنجليزية)",
    ),
    "zh_Hans": (
        "联盟是什么时候成立的？",
        f"世界数字教育联盟于<b>2024年1月30日</b>在上海成立。\n\n来源：{SOURCE}，教育部，2024年1月31日",
    ),
}
TOPICS = ("What is the alliance?", "When was the alliance launched?", "Who chairs the alliance?")


class ScriptedBot:
    """Polls the emulation without any network, and explains itself like the real application."""

    def __init__(self, api: BotApi, page: Page) -> None:
        self._api = api
        self._page = page
        self.pause = 0.0  # seconds of typing before an answer

    async def run(self) -> None:
        commands = [
            {"command": "help", "description": "How to ask"},
            {"command": "start", "description": "Start"},
        ]
        await self._call("setMyCommands", commands=commands)
        aide = [{"command": "help", "description": "Comment demander"}]
        await self._call("setMyCommands", commands=aide, language_code="fr")
        await self._call(
            "setMyDescription", description="Answers from public sources, with the source each time."
        )
        offset = 0
        while not self._api.closed:  # a closed emulation answers at once, for ever
            for update in await self._call("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                await self._answer(update)

    async def _call(self, method: str, **arguments: object) -> Any:
        return await self._api.call(method, Arguments(arguments))

    async def _answer(self, update: Mapping[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self._pressed(update["update_id"], query)
            return
        message = update.get("message") or update["edited_message"]
        chat, text = message["chat"]["id"], message["text"]
        await self._call("sendChatAction", chat_id=chat, action="typing")
        await asyncio.sleep(self.pause)
        if text.startswith("/"):
            buttons = [[{"text": topic, "callback_data": topic[:30]}] for topic in TOPICS]
            buttons.append([{"text": "Website", "url": "https://example.org/"}])
            hello = "Hello! I answer questions about the alliance.\nTry one of these, or /help:"
            await self._call(
                "sendMessage", chat_id=chat, text=hello, reply_markup={"inline_keyboard": buttons}
            )
            return
        for locale, (question, answer) in ANSWERS.items():
            if text == question:
                self._explain(chat, update["update_id"], text, locale, 0.93)
                await self._call("sendMessage", chat_id=chat, text=answer, parse_mode="HTML")
                return
        self._explain(chat, update["update_id"], text, "en", 0.12)
        echo = f"I do not know the answer to that: {text}"
        await self._call("sendMessage", chat_id=chat, text=echo)

    async def _pressed(self, update_id: int, query: Mapping[str, Any]) -> None:
        chat, number = query["message"]["chat"]["id"], query["message"]["message_id"]
        if query["data"] == TOPICS[2][:30]:
            await self._call(
                "answerCallbackQuery", callback_query_id=query["id"], text="Not known yet", show_alert=True
            )
            return
        await self._call("answerCallbackQuery", callback_query_id=query["id"], text="Here it is")
        self._explain(chat, update_id, query["data"], "en", 0.5)
        await self._call(
            "editMessageText", chat_id=chat, message_id=number, text=ANSWERS["en"][1], parse_mode="HTML",
            reply_markup={"inline_keyboard": [[{"text": "Back", "callback_data": "back"}]]},
        )  # fmt: skip

    def _explain(self, chat: int, update_id: int, text: str, locale: str, probability: float) -> None:
        chances = (probability, probability / 2, 0.08, 0.03, 0.004)
        ids = ("launch-date", "launch-place", "launch-event", "members-count", "chair")
        phrasings = (
            ANSWERS.get(locale, ANSWERS["en"])[0],
            "Where was it launched?",
            "启动仪式是哪一天？",
            "كم عدد الأعضاء؟",
            "who leads it",
        )
        locales = (locale, "en", "zh_Hans", "ar", "en")
        matches = tuple(
            Match(entry_id=entry, phrasing=phrasing, locale=of, score=chance * 10, probability=chance)
            for entry, phrasing, of, chance in zip(ids, phrasings, locales, chances, strict=True)
        )
        decision: Decision
        if probability >= BOUNDS.answer:
            decision = Answer(match=matches[0])
        elif probability >= BOUNDS.clarify:
            decision = Clarify(matches=matches[:2])
        else:
            decision = Abstain(reason=AbstainReason.UNSURE, nearest=matches[:3])
        evidence = Evidence(
            matched=("when", "launch"), repaired=(("lanuched", "launched"),), unknown=("zebra",)
        )
        ranking = Ranking(
            matches=matches,
            bounds=BOUNDS,
            locale=locale,
            locale_sure=True,
            evidence=evidence,
            answerable=probability,
        )
        part = PartExplanation(text=normalize(text), ranking=ranking, decision=decision)
        why = LocaleDecision(locale=locale, reason="question")
        self._page.observe(chat, update_id, Explanation(parts=(part,), locale=why, revision="3f9a1c20e4b7"))
