"""The main messages of the bot in a language, as somebody reads them whose screen shows no markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.answering.assistant import Assistant
from bot.answering.compose import compose, compose_entry
from bot.language import staff_texts, texts
from bot.language.formats import format_moment, isolate, strip_isolates
from bot.preview.markup import parse_html
from bot.staff.considering import Candidate, Considered
from bot.staff.impact import Asked, Changed, Difference, Moved
from bot.staff.outcome import Reload
from bot.staff.review import Cluster, Complaint, Near, Queue, Wording
from bot.telegram import pages
from bot.telegram.card import (
    Card,
    as_card,
    asking_why,
    choosing_language,
    related_page,
    share_page,
    sources_page,
)
from bot.telegram.changes import reload_text
from bot.telegram.guests import for_guests
from bot.telegram.impacts import impact_page
from bot.telegram.queued import Reader, cluster_page, queue_page
from bot.telegram.render import Target, render
from bot.telegram.staffroom import Order
from bot.types import (
    Abstain,
    AbstainReason,
    Bounds,
    ChatRef,
    Clarify,
    Decision,
    Evidence,
    Explanation,
    LocaleDecision,
    Location,
    Match,
    NormalizedText,
    PartExplanation,
    Problem,
    Question,
    Ranking,
    Reply,
)
from tests.conftest import ASKED_AT

ENTRIES = ("launch-date", "launch-place", "members-now")  # a few, so that new knowledge changes no snapshot
REVISION = "3f9a1c20e4b7"
_TARGET = Target(chat=ChatRef(channel="telegram", chat_id="7"))


def small(assistant: Assistant) -> Assistant:
    """Leave a few entries, their topics and their sources."""
    knowledge = assistant.knowledge
    entries = {name: replace(knowledge.entries[name], related=(), follow_ups={}) for name in ENTRIES}
    kept = {entry.topic for entry in entries.values()}
    topics = tuple(
        replace(topic, entries=tuple(name for name in topic.entries if name in entries))
        for topic in knowledge.topics
        if topic.id in kept
    )
    named = {source for entry in entries.values() for source in entry.sources}
    sources = {name: source for name, source in knowledge.sources.items() if name in named}
    less = replace(knowledge, entries=entries, topics=topics, sources=sources)
    return replace(assistant, knowledge=less, revision=REVISION)


def spoken(assistant: Assistant, locale: str, *, staff: bool = True) -> Iterator[tuple[str, Reply]]:
    """Give each main message by its name."""
    yield "start", pages.start_page(assistant, locale)
    yield "help", pages.help_page(assistant, locale)
    yield "about", pages.about_page(assistant, locale)
    yield "privacy", pages.privacy_page(assistant, locale, retention_days=30)
    yield "privacy, nothing kept", pages.privacy_page(assistant, locale, retention_days=0)
    yield "forgotten", pages.forgotten_page(assistant, locale, count=3)
    yield "language", pages.language_page(assistant, locale)
    yield "language chosen", pages.language_page(assistant, locale, texts.LANGUAGE_CHOSEN)
    yield "no such language", pages.language_missing_page("Klingon", assistant, locale)
    yield "topics", pages.topics_page(assistant, locale)
    yield "topic", pages.topic_page(assistant.knowledge.topics[0], assistant, locale)
    for name in ENTRIES:
        yield f"answer {name}", entry_of(name, assistant, locale)
    yield from _carded(assistant, locale)
    yield from _elsewhere(assistant, locale)
    yield "clarify", decided(Clarify(matches=_matches(locale)), assistant, locale)
    nearest = Abstain(reason=AbstainReason.UNSURE, nearest=_matches(locale))
    yield "abstain", decided(nearest, assistant, locale)
    yield "abstain, nothing near", decided(Abstain(reason=AbstainReason.UNSURE), assistant, locale)
    unknown = decided(Abstain(reason=AbstainReason.UNKNOWN_LANGUAGE), assistant, locale, unavailable="sw")
    yield "unknown language", unknown
    out = Abstain(reason=AbstainReason.WITHDRAWN, withdrawn=_matches(locale)[0])
    yield "withdrawn", decided(out, assistant, locale)
    yield "withdrawn, one of two", decided(out, assistant, locale, parts=2)
    if locale != "en":
        yield "stale translation", entry_of(ENTRIES[0], forgetful(assistant, locale, stale=True), locale)
        yield "missing translation", entry_of(ENTRIES[0], forgetful(assistant, locale, stale=False), locale)
    for name in ("FAILED", "RATE_LIMITED", "UNKNOWN_COMMAND", "NOT_TEXT", "CHOICE_GONE", "BUTTON_OLD"):
        yield name.lower().replace("_", " "), pages.line(getattr(texts, name), assistant, locale)
    yield from _wished(assistant, locale)
    if staff:
        yield from _for_staff(assistant, locale)
    yield "maintenance", pages.maintenance_page(assistant, locale, reason="Back at noon.")


def _carded(assistant: Assistant, locale: str) -> Iterator[tuple[str, Reply]]:
    """Give an answer with its buttons, and what each of them opens."""
    entry = assistant.knowledge.entries[ENTRIES[0]]
    reply = compose_entry(entry, _question(), assistant, locale=locale)
    card = Card(entry=entry, locale=locale, assistant=assistant, bot_name="alliance_bot")
    yield "card", as_card(reply, card)
    yield "card, not helpful", as_card(reply, replace(card, vote=False), prompt=card.say(texts.VOTE_REMARK))
    yield "card, helpful", as_card(reply, replace(card, vote=True))
    yield "card, why", asking_why(reply, card)
    yield "card, languages", choosing_language(reply, card)
    yield "card, related", related_page(card)
    yield "card, sources", sources_page(card)
    yield "card, share", share_page(card)


def _elsewhere(assistant: Assistant, locale: str) -> Iterator[tuple[str, Reply]]:
    """Give what is said in groups, and where the bot is a guest."""
    say, bot = assistant.catalogs.text, "@alliance_bot"
    hello = say(locale, texts.GROUP_HELLO, bot=bot, command=f"/language{bot}")
    yield "group, hello", pages.page(hello, locale, (pages.topics_row(assistant, locale),))
    yield "group, language", pages.language_page(assistant, locale, texts.GROUP_LANGUAGE_CHOOSE)
    yield "group, admins", pages.page(say(locale, texts.GROUP_LANGUAGE_ADMINS, bot=bot), locale)
    clarify = decided(Clarify(matches=_matches(locale)), assistant, locale)
    yield "guest, clarify", for_guests(clarify, assistant, bot_name="alliance_bot")


def _wished(assistant: Assistant, locale: str) -> Iterator[tuple[str, Reply]]:
    declined = decided(Abstain(reason=AbstainReason.UNSURE), assistant, locale)
    offered = (pages.wish_row(assistant, locale), pages.topics_row(assistant, locale))
    yield "abstain, told later", replace(declined, buttons=offered)
    say = assistant.catalogs.text
    yield "wish noted", replace(declined, prompt=say(locale, texts.WISH_NOTED, days=90))
    first = say(locale, texts.WISH_FULFILLED, question="?")
    yield "wish fulfilled", replace(entry_of(ENTRIES[0], assistant, locale), notices=(first,))


def refusals(entry: str, other: str) -> list[Problem]:
    """Make one of every problem that can speak against a phrasing."""
    asked = {"wording": "Why?", "locale": "en", "wanted": entry}
    told: list[tuple[str, dict[str, str]]] = [
        ("unknown-entry", {"entry": "lunch"}),
        ("learned-entry-gone", {"entry": "lunch", "locale": "fr"}),
        ("unknown-locale", {"locale": "nl"}),
        ("learned-language-gone", {"entry": entry, "locale": "nl"}),
        ("personal", {}),
        ("no-words", {}),
        ("learned-nothing", {"entry": entry, "locale": "en"}),
        ("too-long", {"most": "300"}),
        ("phrasing-known", {"entry": entry}),
        ("phrasing-shared", {"entry": entry, "locale": "fr"}),
        ("learned-elsewhere", {"entry": entry, "locale": "fr"}),
        ("phrasing-confusable", {"entry": entry, "probability": "0.9712"}),
        ("phrasing-confusable", {"wording": "Why?", "entry": entry, "taken": other}),
        ("question-led-astray", {**asked, "after": f"{other} {entry}"}),
        ("question-led-astray", {**asked, "wanted": "", "after": other}),
        ("golden-question", asked),
        ("golden-question", {**asked, "wanted": ""}),
    ]
    return [
        Problem(
            location=Location(path=Path("question")),
            code=code,
            message="in English",
            values=tuple(values.items()),
        )
        for code, values in told
    ]


def _for_staff(assistant: Assistant, locale: str) -> Iterator[tuple[str, Reply]]:
    reader = Reader(assistant=assistant, locale=locale)
    cluster = Cluster(
        id="0123456789",
        questions=("why",),
        wordings=(
            Wording(locale="en", text="Why is it called an alliance?", times=3),
            Wording(locale="ar", text="لماذا سُمّي تحالفًا؟", times=1),
        ),
        askers=3,
        times=4,
        first_asked=ASKED_AT,
        last_asked=ASKED_AT,
        reasons={"unanswered": 3, "down-voted": 1},
        complaints=(Complaint(entry_id=ENTRIES[0], reason="off-topic", comment="No.", at=ASKED_AT),),
        nearest=(Near(entry_id=ENTRIES[0], probability=0.42),),
    )
    yield "review", cluster_page(cluster, Queue(waiting=(cluster,)), reader)
    yield "review, nothing waits", queue_page(Queue(to_write=(cluster,), few=2), reader)
    candidate = Candidate(locale="en", entry_id=ENTRIES[0], text="Why is it called an alliance?")
    order = Order(
        cluster_id=cluster.id,
        entry_id=ENTRIES[0],
        candidates=(candidate,),
        again=False,
        locale=locale,
        chat=ChatRef(channel="telegram", chat_id="7"),
        user_id="7",
        message_id="5",
        event_id="8",
    )
    asked = Asked(text="Why?", locale="en", recorded=True)
    moved = Moved(asked=asked, kind="elsewhere", before=ENTRIES[:1], after=ENTRIES[1:])
    yield "review, impact", impact_page(order, [Considered(problems=(), moved=(moved,))], reader)
    faults = refusals(ENTRIES[0], ENTRIES[1])
    for first in range(0, len(faults), 6):  # so many are told on one page
        problems = tuple(faults[first : first + 6])
        yield f"review, refused {first // 6 + 1}", impact_page(order, [Considered(problems=problems)], reader)
    for name in ("NONE", "LIST"):
        text = getattr(staff_texts, f"WITHDRAWN_{name}")
        yield f"withdrawn {name.lower()}", pages.line(text, assistant, locale)
    named = reader.entry(ENTRIES[0])
    for text in (staff_texts.WITHDRAWN_NOW, staff_texts.RESTORED_NOW):
        said = reader.say(text, command=isolate(f"/withdraw {ENTRIES[0]}", locale), **named)
        yield text.context, pages.page(said, locale)
    since = {"moment": isolate(format_moment(ASKED_AT, locale), locale), "who": isolate("77", locale)}
    item = reader.say(staff_texts.WITHDRAWN_ITEM, **since, **named)
    yield staff_texts.WITHDRAWN_ITEM.context, pages.page(item, locale)
    rolled_back = reader.say(staff_texts.ROLLED_BACK, revision=isolate(REVISION, locale))
    yield "rolled back", pages.page(rolled_back, locale)
    for name, reload in reloads().items():
        yield name, pages.page(reload_text(reload, reader), locale)


def reloads() -> dict[str, Reload]:
    """Make one of everything that can come of an edit: all kinds of changes, faults, files alone."""
    every = Changed(added=("new",), changed=("one", "two"), removed=tuple(map(str, range(15))))
    difference = Difference(
        entries=every,
        facts=every,
        phrasings={"fr": every},
        names=every,
        synonyms={"zh_Hans": every},
        notices=every,
    )
    fault = Problem(location=Location(path=Path("knowledge/facts.yaml"), line=7), code="x", message="wrong")
    before = "a1" * 6
    files = ("locales/fr/LC_MESSAGES/bot.po",)
    return {
        "reloaded": Reload(revision=REVISION, previous=before, difference=difference),
        "reloaded, files alone": Reload(revision=REVISION, previous=before, changed=files, pinned=REVISION),
        "refused": Reload(revision=REVISION, previous=REVISION, problems=(fault,) * 7),
    }


def entry_of(name: str, assistant: Assistant, locale: str) -> Reply:
    """Show an entry with the way back to its topic."""
    entry = assistant.knowledge.entries[name]
    reply = compose_entry(entry, _question(), assistant, locale=locale)
    return replace(reply, buttons=(*reply.buttons, *pages.way_back(entry, assistant, locale)))


def decided(
    decision: Decision,
    assistant: Assistant,
    locale: str,
    *,
    unavailable: str | None = None,
    parts: int = 1,
) -> Reply:
    """Compose what follows from a decision, on as many questions in one message."""
    ranking = Ranking(
        matches=_matches(locale),
        bounds=Bounds(answer=0.9, clarify=0.5),
        locale=locale,
        locale_sure=True,
        evidence=Evidence(),
    )
    text = NormalizedText(original="?", folded="", tokens=())
    part = PartExplanation(text=text, ranking=ranking, decision=decision)
    where = LocaleDecision(locale=locale, reason="question", unavailable=unavailable)
    return compose(
        Explanation(parts=(part,) * parts, locale=where, revision=assistant.revision), _question(), assistant
    )


def read_aloud(reply: Reply) -> str:
    """Read a reply as the strict parser reads its markup: text alone, then each row of buttons."""
    lines = []
    for message in render([reply], _TARGET):
        text, _ = parse_html(str(message.body["text"]))
        lines.append(strip_isolates(text).replace("\u200f", ""))
        markup = message.body.get("reply_markup")
        rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
        lines += ["".join(f"[{strip_isolates(button['text'])}]" for button in row) for row in rows]
    return "\n".join(lines)


def _question() -> Question:
    return Question(text="?", asked_at=ASKED_AT)


def _matches(locale: str) -> tuple[Match, ...]:
    return tuple(
        Match(entry_id=name, phrasing="", locale=locale, score=1.0, probability=0.4) for name in ENTRIES
    )


def forgetful(assistant: Assistant, locale: str, *, stale: bool) -> Assistant:
    """Forget the current translation of the first entry's answer, and the older one too unless `stale`."""
    catalogs, context = assistant.catalogs, f"{ENTRIES[0]}.answer"
    current = {key: text for key, text in catalogs._current.items() if key[2] != context}
    changed = date(2026, 11, 20)
    older = {key: (text, changed) for key, (text, _) in catalogs._stale.items() if stale or key[2] != context}
    return replace(assistant, catalogs=replace(catalogs, _current=current, _stale=older))
