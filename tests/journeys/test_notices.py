"""An announcement reaches each person once, in their language."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polib
import pytest

from bot.answering.assistant import Assistant, load_assistant
from bot.staff.checking import check_content
from bot.staff.translations import update
from tests.conftest import ROOT
from tests.journeys.conftest import World, links, world_of

TEXTS = {
    "en": "The programme of the conference is out.",
    "ar": "صدر برنامج المؤتمر.",
    "zh_Hans": "大会日程已公布。",
    "ru": "Опубликована программа конференции.",
}
QUESTIONS = {
    "en": ("When was the alliance launched?", "Who chairs the alliance?"),
    "ar": ("متى أُطلق التحالف؟", "من يرأس التحالف؟"),
    "zh-hans": ("世界数字教育联盟是什么时候成立的？", "谁是联盟的主席？"),
    "ru": ("Когда был создан альянс?", "Кто возглавляет альянс?"),
}


@pytest.fixture(scope="module")
def announcing(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, assistant: Assistant) -> Assistant:
    """The real knowledge with a notice, brought into the catalogs as staff do it; `assistant` fills the cache."""
    root, today = tmp_path_factory.mktemp("project"), datetime.now(UTC).date()
    for folder in ("knowledge", "locales"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "bot" / "language").mkdir(parents=True)
    shutil.copy(ROOT / "bot" / "language" / "texts.py", root / "bot" / "language")
    (root / "knowledge" / "notices.yaml").write_text(
        f"- id: programme\n  text: {TEXTS['en']}\n  topics: [launch, organisation]\n"
        f"  from: {today - timedelta(days=1)}\n  until: {today + timedelta(days=1)}\n"
        f"- id: past\n  text: This is over.\n  from: 2020-01-01\n  until: 2020-01-02\n"
    )
    update(root, today=today)
    for locale in ("ar", "zh_Hans", "ru"):
        path = root / "locales" / locale / "LC_MESSAGES" / "knowledge.po"
        catalog = polib.pofile(str(path), wrapwidth=0)
        entry = next(entry for entry in catalog if entry.msgctxt == "notice.programme")
        assert entry.comment == "limit: 300 characters"
        entry.msgstr = TEXTS[locale]
        catalog.save()
    report = check_content(root / "knowledge", root / "locales", today=today)
    assert {problem.code for problem in report.problems} == {"expired-notice", "untranslated"}
    return load_assistant(knowledge_dir=root / "knowledge", locales_dir=root / "locales", cache_dir=cache_dir)


@pytest.fixture
async def world(announcing: Assistant, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(announcing, tmp_path) as world:
        yield world


@pytest.mark.parametrize("client", QUESTIONS)
async def test_it_is_told_once_until_everything_is_forgotten(world: World, client: str) -> None:
    user = world.api.user("Ana", language_code=client)
    notice = TEXTS[{"zh-hans": "zh_Hans"}.get(client, client)]
    first, second = QUESTIONS[client]
    welcome = await world.answer(await user.send("/start"))
    assert notice not in welcome["text"]
    answer = await world.answer(await user.send(first))
    lines = answer["text"].split("\n")
    assert lines[0].strip("\u200f\u2068\u2069") == notice
    assert links(answer)
    assert notice not in (await world.answer(await user.send(second)))["text"]
    await world.answer(await user.send("/forgetme"))
    again = await world.answer(await user.send(first))
    assert notice in again["text"]
    assert "This is over." not in again["text"]


@pytest.mark.parametrize("client", QUESTIONS)
async def test_it_stays_on_its_card_whatever_is_opened_there(world: World, client: str) -> None:
    locale = {"zh-hans": "zh_Hans"}.get(client, client)
    user = world.api.user("Ana", language_code=client)
    card = await world.answer(await user.send(QUESTIONS[client][0]))
    other = "ru" if locale != "ru" else "ar"

    async def pressed(action: str) -> list[str]:
        press = await user.press(card, action)
        await world.api.wait_for(lambda: press.answer)
        await world.settled()
        (shown,) = [m for m in world.api.messages(user.id) if m["message_id"] == card["message_id"]]
        return [paragraph.strip("\u200f") for paragraph in shown["text"].split("\n\n")]

    here = f"launch-date:{locale}"
    for kind in ("langs", "card", "rel", "card", "share", "card", "src", "card"):
        assert (await pressed(f"{kind}:{here}")).count(TEXTS[locale]) == 1, kind
    for kind in ("no", "outdated", "yes", "unvote"):
        assert (await pressed(f"{kind}:{here}")).count(TEXTS[locale]) == 1, kind
    assert (await pressed(f"card:launch-date:{other}:{locale}")).count(TEXTS[other]) == 1
    assert TEXTS[locale] in await pressed(f"card:{here}")
    assert TEXTS[locale] not in (await world.answer(await user.send(QUESTIONS[client][0])))["text"]


@pytest.mark.parametrize("client", QUESTIONS)
async def test_it_stays_on_its_card_when_the_question_is_edited(world: World, client: str) -> None:
    locale = {"zh-hans": "zh_Hans"}.get(client, client)
    user = world.api.user("Ana", language_code=client)
    first, second = QUESTIONS[client]
    asked = await user.send(first)
    card = await world.answer(asked)
    for text in (second, "🙂", first, first.rstrip("?？؟")):
        before = card["text"]
        await user.edit(asked, text)
        await world.settled()
        (card,) = world.api.messages(user, by_bot=True)
        assert card["text"] != before or text == first.rstrip("?？؟")
        paragraphs = [paragraph.strip("\u200f") for paragraph in card["text"].split("\n\n")]
        assert paragraphs.count(TEXTS[locale]) == 1, text
    assert TEXTS[locale] not in (await world.answer(await user.send(second)))["text"]


async def test_somebody_whose_language_has_no_translation_reads_it_in_english(world: World) -> None:
    user = world.api.user("Zoé", language_code="fr")
    answer = await world.answer(await user.send("Quand l’alliance a-t-elle été lancée ?"))
    assert TEXTS["en"] in answer["text"]
