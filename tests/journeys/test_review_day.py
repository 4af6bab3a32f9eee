"""Whoever asks for something that was due for review is told so, plainly, in their language."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant, load_assistant
from tests.conftest import ROOT
from tests.journeys.conftest import World, world_of

SAID = {
    "en": ("How many members are there now?", "due for review on 2 January 2025; please check the source"),
    "fr": ("Combien de membres l’alliance compte-t-elle aujourd’hui ?", "prévue pour le 2 janvier 2025"),
    "es": ("¿Cuántos miembros tiene la alianza?", "debía revisarse el 2 de enero de 2025"),
    "ru": ("Сколько сейчас членов в альянсе?", "была назначена на 2 января 2025"),
    "ar": ("كم عدد أعضاء التحالف الآن؟", "كان من المقرر أن تُراجَع هذه المعلومات في"),
    "pt": ("Quantos membros tem a aliança agora?", "prevista para 2 de janeiro de 2025"),
    "zh-hans": ("联盟现在有多少成员？", "原定于2025年1月2日复核"),
}


@pytest.fixture(scope="module")
def overdue(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, assistant: Assistant) -> Assistant:
    """The real knowledge, long after the day on which everything was to be looked at; `assistant` fills the cache."""
    knowledge = tmp_path_factory.mktemp("overdue") / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    for path in (
        knowledge / "facts.yaml",
        knowledge / "conversation.yaml",
        *(knowledge / "entries").iterdir(),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("review_by: 2027-05-23", "review_by: 2025-01-02"), encoding="utf-8")
    return load_assistant(knowledge_dir=knowledge, locales_dir=ROOT / "locales", cache_dir=cache_dir)


@pytest.fixture
async def world(overdue: Assistant, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(overdue, tmp_path) as world:
        yield world


@pytest.mark.parametrize("language", SAID)
async def test_an_answer_past_its_day_says_so_and_small_talk_does_not(world: World, language: str) -> None:
    person = world.api.user("Ana", language_code=language)
    question, hint = SAID[language]
    answer = await world.answer(await person.send(question))
    assert hint in answer["text"]
    talk = await world.answer(await person.send("👋 Hello!"))
    assert "2025" not in talk["text"]


async def test_an_answer_whose_facts_are_never_due_has_no_hint(world: World) -> None:
    person = world.api.user("Ana", language_code="en")
    answer = await world.answer(await person.send("When was the alliance launched?"))
    assert "30 January 2024" in answer["text"]
    assert "review" not in answer["text"]
