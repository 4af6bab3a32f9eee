from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.answering.answer import MAX_CHARACTERS, answer, explain, show
from bot.answering.assistant import Assistant
from bot.answering.compose import plain_reply
from bot.answering.understand import matches_of
from bot.types import Abstain, AbstainReason, Question, Reply

Ask = Callable[..., Reply]
MakeQuestion = Callable[..., Question]


@pytest.fixture
def ask(assistant: Assistant, make_question: MakeQuestion) -> Ask:
    def ask(text: str, **fields: object) -> Reply:
        return answer(make_question(text, **fields), assistant)

    return ask


@pytest.mark.parametrize(
    ("text", "locale", "date"),
    [
        ("When was the alliance launched?", "en", "30 January 2024"),
        ("世界数字教育联盟是什么时候成立的？", "zh_Hans", "2024年1月30日"),
        ("Quand l’alliance a-t-elle été lancée ?", "fr", "30 janvier 2024"),
        ("¿Cuándo se lanzó la alianza?", "es", "30 de enero de 2024"),
        ("Когда был создан альянс?", "ru", "30 января 2024"),
        ("متى أُطلق التحالف؟", "ar", "30 يناير 2024"),
        ("Quando a aliança foi lançada?", "pt", "30 de janeiro de 2024"),
        ("Wann wurde die Allianz gegründet?", "de", "30. Januar 2024"),
    ],
)
def test_answers_in_the_language_of_the_question_with_its_date_and_source(
    ask: Ask, text: str, locale: str, date: str
) -> None:
    reply = ask(text)
    part = reply.parts[0]
    assert (part.decision, part.entry_id, reply.locale) == ("answer", "launch-date", locale)
    assert date in part.text
    assert part.citations[0].url == "https://en.ceaie.edu.cn/article/detail?columnid=10&id=410"
    assert part.citations[0].title in "".join(span.text for span in part.citations[0].line)


def test_the_users_own_choice_wins_over_the_language_of_the_question(ask: Ask) -> None:
    assert ask("When was the alliance launched?", chosen="fr", client="ru").locale == "fr"


def test_the_language_of_the_question_wins_over_the_client(ask: Ask) -> None:
    assert ask("When was the alliance launched?", client="ru").locale == "en"


def test_a_language_that_is_unsure_by_the_phrasings_is_decided_when_its_letters_say_the_same(
    ask: Ask,
) -> None:
    assert ask("¿Qué cargo tiene Liu Limin?", client="en").locale == "es"
    assert ask("Liu Limin", client="ru").locale == "ru"
    assert ask("¿Qué cargo tiene Liu Limin?", chosen="en").locale == "en"


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Что такое Coursera?", "ru"),  # half of the words are names in Latin letters
        ("41؟", "ar"),
        ("؟؟؟", "ar"),
        ("？？？", "zh_Hans"),
        ("¿WDEA 2025?", "es"),
        ("what does 世界数字教育联盟 mean", "en"),
    ],
)
def test_letters_and_marks_that_only_one_language_has_decide(ask: Ask, text: str, locale: str) -> None:
    assert ask(text).locale == locale
    assert ask(text, client="en").locale == locale
    assert ask(text, chosen="pt").locale == "pt"


def test_of_somebody_of_whom_nothing_is_known_the_likeliest_language_is_taken(ask: Ask) -> None:
    assert ask("nom president alliance").locale == "fr"
    assert ask("nom president alliance", client="en").locale == "en"


def test_a_question_without_evidence_of_language_follows_the_client_then_the_default(ask: Ask) -> None:
    assert ask("WDEA", client="pt-BR").locale == "pt"
    assert ask("🙂", default="es").locale == "es"


def test_a_language_without_catalog_is_named_by_its_script(ask: Ask) -> None:
    reply = ask("गठबंधन कब शुरू हुआ?", client="en")
    assert reply.parts[0].decision == "abstain"
    assert any("Hindi" in notice and "Français" in notice for notice in reply.notices)


def test_a_latin_language_without_catalog_is_named_when_nothing_matches(ask: Ask) -> None:
    reply = ask("Hoe wordt het weer morgen eigenlijk in Amsterdam en in Utrecht?", client="en")
    assert any("Dutch" in notice for notice in reply.notices)


def test_an_unrelated_question_is_declined_in_its_own_language(ask: Ask) -> None:
    reply = ask("Quelle est la recette de la tarte aux pommes de ma grand-mère ?", client="en")
    assert reply.locale == "fr"
    assert all(part.kind != "knowledge" for part in reply.parts)


def test_declining_offers_the_nearest_entries_without_a_claim(ask: Ask) -> None:
    reply = ask("How many volcanoes does the alliance operate underwater?")
    part = reply.parts[0]
    if part.decision == "abstain":
        assert 1 <= len(part.choices) <= 3
    assert part.kind != "knowledge"


def test_unknown_by_design_says_openly_what_the_sources_do_not_say(ask: Ask) -> None:
    part = ask("What is the membership fee?").parts[0]
    assert (part.decision, part.kind, part.entry_id) == ("answer", "unknown-by-design", "fees")


# --- several questions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Who proposed the alliance? Where was it launched?", ("proposer", "launch-place")),
        ("Quand l’alliance a-t-elle été lancée et qui l’a proposée ?", ("launch-date", "proposer")),
    ],
)
def test_two_questions_in_one_message_get_both_answers(ask: Ask, text: str, entries: tuple[str, ...]) -> None:
    reply = ask(text)
    assert [part.decision for part in reply.parts] == ["answer", "answer"]
    assert reply.parts[0].entry_id == entries[0]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        # the second one lacks what it is about, until it is read after the first
        ("When was the Wuhan conference, and how many turned up?", ("conference-2025", "attendance-2025")),
        ("Лю Лиминь — кто он? И о чём он говорил, когда альянс запускали?", ("liu-limin", "liu-limin-view")),
        # the whole message is surely about one, and hardly speaks of the other
        ("刘利民是什么人？杨军呢？", ("liu-limin", "yang-jun")),
        (
            "Кто руководит международным департаментом Минобразования КНР, и кто такой Ян Цзюнь?",
            ("yang-dan", "yang-jun"),
        ),
    ],
)
def test_a_second_question_is_read_after_the_first(ask: Ask, text: str, entries: tuple[str, ...]) -> None:
    parts = ask(text).parts
    assert [(part.decision, part.entry_id) for part in parts] == [("answer", entry) for entry in entries]


def test_a_question_beside_the_one_that_is_answered_is_at_least_offered(ask: Ask) -> None:
    answered, offered = ask("Are the members only universities? Are new ones wanted?").parts
    assert (answered.decision, answered.entry_id) == ("answer", "not-104-universities")
    assert (offered.decision, offered.choices[0].entry_id) == ("clarify", "more-members")


def test_what_a_second_question_says_alone_gives_way_to_what_it_says_after_the_first(ask: Ask) -> None:
    parts = ask("Was ist die CEAIE und seit wann gibt es sie?").parts
    assert [part.entry_id for part in parts if part.decision == "answer"] == [
        "ceaie"
    ]  # not the day of the launch


@pytest.mark.parametrize(
    "text",
    [
        "Did the first 104 institutions come from 41 countries and regions or more?",
        "La formule « 41 pays et régions » cache-t-elle des territoires qui ne sont pas des États ?",
    ],
)
def test_what_stands_together_in_a_phrasing_is_not_cut(ask: Ask, text: str) -> None:
    assert len(ask(text).parts) == 1


def test_of_two_questions_of_which_none_is_sure_both_are_offered(ask: Ask) -> None:
    (part,) = ask("What's BNU's job in all this and what is CEAIE's?").parts
    assert [choice.entry_id for choice in part.choices[:2]] == ["bnu-role", "ceaie-role"]


def test_two_years_of_themes_stay_one_question(ask: Ask) -> None:
    reply = ask("Themes of 2025 and 2026?")
    assert [part.entry_id for part in reply.parts] == ["themes"]


def test_a_half_that_is_not_known_says_so(ask: Ask) -> None:
    reply = ask("When was the alliance launched and what is the boiling point of mercury?")
    assert reply.parts[0].entry_id == "launch-date"
    assert len(reply.parts) == 2
    assert reply.parts[1].kind != "knowledge"


def test_a_greeting_before_a_question_does_not_hide_it(ask: Ask) -> None:
    assert ask("Good morning! When was the alliance launched?").parts[-1].entry_id == "launch-date"


# --- follow-ups -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "previous", "expected"),
    [
        ("and where?", "launch-date", "launch-place"),
        ("and when?", "launch-place", "launch-date"),
        ("from how many countries?", "members-at-launch", "countries-at-launch"),
        ("and now?", "members-at-launch", "members-now"),
        ("et où ?", "launch-date", "launch-place"),
        ("и где?", "launch-date", "launch-place"),
        ("وأين؟", "launch-date", "launch-place"),
    ],
)
def test_a_follow_up_uses_the_topic_of_the_last_answer(
    ask: Ask, text: str, previous: str, expected: str
) -> None:
    assert ask(text, previous_entry=previous).parts[0].entry_id == expected


@pytest.mark.parametrize(
    ("text", "previous", "expected"),
    [
        ("how many people came?", "conference-2025", "attendance-2025"),
        ("when did it open?", "secretariat", "secretariat-opening"),
    ],
)
def test_a_short_question_is_first_of_all_about_what_was_answered_last(
    assistant: Assistant, make_question: MakeQuestion, text: str, previous: str, expected: str
) -> None:
    (part,) = explain(make_question(text, previous_entry=previous), assistant).parts
    assert next(iter(matches_of(part.decision))).entry_id == expected


@pytest.mark.parametrize(
    ("text", "previous", "expected"),
    [
        ("¿Y la del año siguiente?", "conference-2025", "conference-2026"),
        ("那再下一届呢", "conference-2024", "conference-2025"),
    ],
)
def test_a_follow_up_that_leads_somewhere_wins_over_an_entry_that_is_hardly_likelier(
    ask: Ask, text: str, previous: str, expected: str
) -> None:
    assert ask(text).parts[0].entry_id != expected
    assert ask(text, previous_entry=previous).parts[0].entry_id == expected


def test_what_goes_on_with_a_question_is_not_cut_off_it(ask: Ask) -> None:
    reply = ask("متى انعقد المؤتمر الأول للتعليم الرقمي في بكين وتحت أي شعار؟")
    assert [part.entry_id for part in reply.parts] == ["conference-2023"]


def test_behind_a_greeting_without_a_comma_choices_are_offered_rather_than_a_greeting(ask: Ask) -> None:
    (part,) = ask("oi os membros", client="pt").parts
    assert part.decision == "clarify"
    assert "members-now" in [choice.entry_id for choice in part.choices]
    (part,) = ask("bonjour c koi la wdea au juste", client="fr").parts
    assert part.entry_id == "what-is-wdea"


def test_a_follow_up_without_a_topic_answers_nothing(ask: Ask) -> None:
    part = ask("and the year after?").parts[0]
    assert part.decision != "answer" or part.kind != "knowledge"


def test_says_who_names_the_sources_of_the_last_answer(ask: Ask, assistant: Assistant) -> None:
    part = ask("Says who?", previous_entry="launch-date").parts[0]
    assert part.entry_id == "launch-date"
    assert [citation.source_id for citation in part.citations] == list(
        assistant.knowledge.entries["launch-date"].sources
    )


def test_say_it_in_spanish_repeats_the_last_answer_in_spanish(ask: Ask) -> None:
    reply = ask("Say it in Spanish please", previous_entry="launch-date", client="en")
    assert reply.locale == "es"
    assert "30 de enero de 2024" in reply.parts[0].text


# --- sources and dates ------------------------------------------------------------------------------


def test_figures_carry_the_day_for_which_they_hold(ask: Ask) -> None:
    part = ask("How many members does the alliance have now?").parts[0]
    assert part.entry_id == "members-now"
    assert any(
        "as of 30 April 2025" in plain for plain in [plain_reply(ask("How many members are there now?"))]
    )


def test_a_source_in_another_language_says_so(assistant: Assistant, make_question: MakeQuestion) -> None:
    reply = show("name-chinese", make_question("x"), assistant, locale="en")
    assert reply is not None
    line = "".join(span.text for span in reply.parts[0].citations[0].line)
    assert "in Chinese" in line


def test_an_answer_past_its_review_day_carries_a_plain_hint(
    assistant: Assistant, make_question: MakeQuestion
) -> None:
    late = make_question("How many members are there now?", asked_at=datetime(2028, 1, 1, tzinfo=UTC))
    (notice,) = answer(late, assistant).notices
    assert notice == "This information was due for review on 23 May 2027; please check the source."
    on_the_day = make_question(
        "How many members are there now?", asked_at=datetime(2027, 5, 23, 23, tzinfo=UTC)
    )
    assert answer(on_the_day, assistant).notices == ()
    for small in ("Hello!", "Thank you!"):
        assert answer(make_question(small, asked_at=late.asked_at), assistant).notices == ()
    now = make_question("How many members are there now?")
    assert answer(now, assistant).notices == ()


def test_right_to_left_replies_isolate_latin_names(ask: Ask) -> None:
    line = ask("متى أُطلق التحالف؟").parts[0].citations[0].line
    assert any(
        "\u2068World Digital Education Alliance officially launched\u2069" in span.text for span in line
    )


def test_a_renamed_or_unknown_entry_is_not_shown(assistant: Assistant, make_question: MakeQuestion) -> None:
    assert show("no-such-entry", make_question("x"), assistant) is None
    assert show("follow-up-where", make_question("x"), assistant) is None


# --- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "\x00\x01\x02", "\u202e\u200f", "???", "\ud800"])
def test_a_text_without_words_asks_for_words_with_three_examples(ask: Ask, text: str) -> None:
    part = ask(text).parts[0]
    assert part.decision == "abstain"
    assert len(part.choices) == 3


def test_a_very_long_text_is_read_in_part_and_the_reply_says_so(ask: Ask) -> None:
    reply = ask("When was the alliance launched? " + "x" * 100_000)
    assert any(f"{MAX_CHARACTERS:,}" in notice for notice in reply.notices)


@pytest.mark.parametrize(
    "hostile",
    [
        "\u202eWhen was the alliance\u202c launched?",
        "When was\x00 the alliance launched?",
        "When was the alliance \ud800launched?",
        "When was the alliance launched" + "\u0301" * 4_000 + "?",
        "\u2067When\u2069 was the \u200balliance launched?",
    ],
)
def test_hostile_characters_change_nothing(
    assistant: Assistant, make_question: MakeQuestion, hostile: str
) -> None:
    clean = explain(make_question("When was the alliance launched?"), assistant).parts[0]
    started = time.perf_counter()
    dirty = explain(make_question(hostile), assistant).parts[0]
    assert time.perf_counter() - started < 1.0
    assert dirty.decision == clean.decision
    assert dirty.text.folded == clean.text.folded


def test_the_same_question_gives_the_same_reply(assistant: Assistant, make_question: MakeQuestion) -> None:
    question = make_question("How many institutions had joined at launch?")
    assert answer(question, assistant) == answer(replace(question), assistant)


def test_html_is_text(ask: Ask) -> None:
    assert ask("<b>When was the alliance launched?</b>").parts[0].entry_id == "launch-date"


def test_abstain_reason_tells_empty_from_unsure(assistant: Assistant, make_question: MakeQuestion) -> None:
    decision = explain(make_question("…"), assistant).parts[0].decision
    assert isinstance(decision, Abstain)
    assert decision.reason is AbstainReason.EMPTY


def test_the_record_names_the_language_that_the_bot_does_not_speak(ask: Ask) -> None:
    reply = ask("Jak upiec chleb na zakwasie z mąki żytniej i wody?")
    assert [part.outcome.unavailable for part in reply.parts if part.outcome] == ["pl"]
    known = ask("How do I bake sourdough bread with rye flour and water?")
    assert [part.outcome.unavailable for part in known.parts if part.outcome] == [None]


def test_the_record_names_the_language_of_an_answer_that_is_not_translated(
    assistant: Assistant, make_question: MakeQuestion
) -> None:
    untranslated = Assistant(
        knowledge=assistant.knowledge,
        matcher=assistant.matcher,
        catalogs=replace(assistant.catalogs, _current={}, _stale={}),
        operator=assistant.operator,
        default_locale="en",
        revision="untranslated",
    )
    for snapshot, written_in in ((untranslated, "en"), (assistant, None)):
        reply = show("launch-date", make_question(""), snapshot, locale="fr")
        assert reply is not None
        assert [part.outcome.written_in for part in reply.parts if part.outcome] == [written_in]


def test_a_very_long_message_says_how_much_was_read_though_it_is_taken_apart(ask: Ask) -> None:
    story = "I teach history and write to you from a small town in the mountains. " * 18
    text = f"When was the alliance launched? How many members are there now? {story}"
    reply = ask(text)
    assert len(text) > 1_300
    assert [notice for notice in reply.notices if "1,000" in notice]


def test_somebody_with_a_part_of_a_known_persons_name_is_not_taken_for_that_one(
    ask: Ask, assistant: Assistant, make_question: MakeQuestion
) -> None:
    assert {"cai-dafeng", "liu-limin"} <= assistant.knowledge.people
    assert "ceaie" not in assistant.knowledge.people
    for text in ("Who is Cai Qi?", "Who is Liu Cixin?", "Кто такой Цай Ци?"):
        assert ask(text).parts[0].decision != "answer", text
    for text, entry in (("Who is Cai Dafeng?", "cai-dafeng"), ("Who is Liu Limmin?", "liu-limin")):
        assert ask(text).parts[0].entry_id == entry
    unknown = explain(make_question("Who is Cai Qi?"), assistant).parts[0].ranking.evidence.unknown
    assert unknown == ("qi",)
