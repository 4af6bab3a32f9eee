"""Only what may be decided otherwise is asked, and the result is that of asking everything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.answering.answer import decisions
from bot.answering.assistant import Assistant, examples, load_assistant, withdrawing
from bot.knowledge.loader import load_evaluation
from bot.matching.build import build_matcher
from bot.matching.unaffected import is_phrasing
from bot.staff.asking import Put, Settled, decide_all
from bot.staff.decided import Otherwise, decided_otherwise
from bot.types import Abstain, Answer, Clarify, Question, Withdrawn
from tests.conftest import ASKED_AT, ROOT
from tests.staff.test_impact import edit, load, repository

__all__ = ["repository"]

MEMBERS = Put("How many members are there?", "en")
BEGIN = Put("When did everything begin?", "en")


def asked_anew(put: Put, assistant: Assistant) -> list[tuple[str, tuple[str, ...]]]:
    question = Question(text=put.text, asked_at=ASKED_AT, client=put.locale)
    found: list[tuple[str, tuple[str, ...]]] = []
    for decision in decisions(question, assistant):
        match decision:
            case Answer(match=only):
                found.append(("answer", (only.entry_id,)))
            case Clarify(matches=several):
                found.append(("clarify", tuple(each.entry_id for each in several)))
            case Abstain():
                found.append(("abstain", ()))
    return found


def compare(before: Assistant, after: Assistant, cache: Path | None = None) -> tuple[Otherwise, ...]:
    return decided_otherwise([MEMBERS, BEGIN], before, after, asked_at=ASKED_AT, cache_dir=cache)


def test_a_comparison_finds_what_asking_everything_finds(
    assistant: Assistant, cache_dir: Path, tmp_path: Path
) -> None:
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    phrasings = knowledge / "phrasings" / "pt.yaml"
    text = phrasings.read_text(encoding="utf-8")
    head, key, rest = text.partition("\nlaunch-date:\n")
    assert key
    phrasings.write_text(f"{head}{key}  - Quem preside a aliança no momento\n{rest}", encoding="utf-8")
    after = load_assistant(knowledge_dir=knowledge, locales_dir=ROOT / "locales", cache_dir=cache_dir)
    items, _ = load_evaluation(ROOT / "knowledge")
    puts = [Put(item.question, item.locale) for each in items.values() for item in each if not item.after]
    puts = [*puts[::5], Put("Quem preside a aliança no momento?", "pt")]
    found = {each.put: each for each in decided_otherwise(puts, assistant, after, asked_at=ASKED_AT)}
    assert Put("Quem preside a aliança no momento?", "pt") in found
    for put in puts:
        was, now = asked_anew(put, assistant), asked_anew(put, after)
        if put in found:
            assert (list(found[put].before), list(found[put].after)) == (was, now)
        else:
            assert [(kind, set(entries)) for kind, entries in was] == [
                (kind, set(entries)) for kind, entries in now
            ]


def test_what_was_decided_is_kept_without_its_wording_and_gives_the_same_again(
    repository: Path, tmp_path: Path
) -> None:
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    after = load(repository)
    cache = tmp_path / "cache"
    found = compare(before, after, cache)
    files = sorted(cache.glob("decisions-*.json"))
    assert len(files) == 2
    assert not any(word in path.read_text() for path in files for word in ("many", "begin"))
    assert compare(before, after, cache) == found
    for path in files:  # what is kept is what is told
        kept = json.loads(path.read_text())
        path.write_text(json.dumps({key: [["answer", [path.name]]] for key in kept}))
    told = compare(before, after, cache)
    assert {part[1] for each in told for part in (*each.before, *each.after)} == {
        (path.name,) for path in files
    }


def test_the_same_choices_in_another_order_are_no_news(repository: Path, tmp_path: Path) -> None:
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    after = load(repository)
    cache = tmp_path / "cache"
    compare(before, after, cache)
    one, other = sorted(cache.glob("decisions-*.json"))
    for path, choices in ((one, ["launch", "member-count"]), (other, ["member-count", "launch"])):
        path.write_text(json.dumps({key: [["clarify", choices]] for key in json.loads(path.read_text())}))
    assert compare(before, after, cache) == ()
    other.write_text(json.dumps({key: [["clarify", ["launch"]]] for key in json.loads(other.read_text())}))
    assert {each.put for each in compare(before, after, cache)} == {MEMBERS, BEGIN}


def test_an_answer_that_is_withdrawn_is_a_decision_of_its_own(repository: Path, tmp_path: Path) -> None:
    before = load(repository)
    after = withdrawing(before, [Withdrawn(entry_id="member-count", who="staff", at=ASKED_AT)])
    found = {each.put: each for each in compare(before, after, tmp_path / "cache")}
    answered, declined = (("answer", ("member-count",)),), (("abstain", ()),)
    assert found[MEMBERS] == Otherwise(MEMBERS, answered, declined)
    for other in found.keys() - {MEMBERS}:  # it was among the choices, and is no more
        assert "member-count" in found[other].before[0][1]
        assert "member-count" not in found[other].after[0][1]
    back = compare(after, before, tmp_path / "cache")
    assert set(back) == {Otherwise(each.put, each.after, each.before) for each in found.values()}


@pytest.mark.parametrize("damage", ["", "[1, 2]", '{"a": [["answer", [3]]]}', '{"a": 5}', "\x00\xff"])
def test_a_damaged_file_counts_as_absent(repository: Path, tmp_path: Path, damage: str) -> None:
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    after = load(repository)
    cache = tmp_path / "cache"
    found = compare(before, after, cache)
    for path in cache.glob("decisions-*.json"):
        path.write_text(damage)
    assert compare(before, after, cache) == found


def test_a_folder_that_cannot_be_written_only_costs_time(repository: Path, tmp_path: Path) -> None:
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    (tmp_path / "file").write_text("")
    after = load(repository)
    assert compare(before, after, tmp_path / "file" / "cache") == compare(before, after)


def test_decisions_of_the_oldest_snapshots_are_forgotten(repository: Path, tmp_path: Path) -> None:
    before = load(repository)
    cache = tmp_path / "cache"
    cache.mkdir()
    for number in range(20):
        (cache / f"decisions-{number:024}.json").write_text("{}")
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    compare(before, load(repository), cache)
    assert len(list(cache.glob("decisions-*.json"))) == 12


def test_what_differs_only_where_many_are_heard_is_no_difference(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    after = load(repository)

    def rounded(puts: Sequence[Put], asked: Assistant, *, asked_at: datetime) -> Iterator[Settled]:
        for settled in decide_all(puts, asked, asked_at=asked_at):
            other = (("abstain", ()),) if asked.knowledge is before.knowledge else settled.decided
            yield settled._replace(decided=other)

    right = compare(before, after)
    monkeypatch.setattr("bot.staff.decided.decide_all", rounded)
    assert compare(before, after, tmp_path / "cache") == right
    monkeypatch.undo()
    assert compare(before, after, tmp_path / "cache") == right  # and what was kept is right, too


def test_what_leads_from_entry_to_entry_decides_too(assistant: Assistant) -> None:
    """A second question in a message is read after the first one: near entries are likelier."""
    entries = {
        name: replace(entry, related=(), follow_ups={}) for name, entry in assistant.knowledge.entries.items()
    }
    after = replace(assistant, knowledge=replace(assistant.knowledge, entries=entries))
    items, _ = load_evaluation(ROOT / "knowledge")
    puts = [Put(item.question, item.locale) for each in items.values() for item in each if item.both]
    found = {each.put for each in decided_otherwise(puts, assistant, after, asked_at=ASKED_AT)}
    assert found
    assert found == {put for put in puts if sets(put, assistant) != sets(put, after)}


def test_small_talk_that_another_language_learns_is_looked_for_at_the_beginning_of_a_message(
    assistant: Assistant,
) -> None:
    put = Put("Splendidly, how many members does the alliance have today?", "en")
    taught = [*examples(assistant.knowledge, assistant.catalogs)]
    taught = [one for one in taught if one.locale == "de"]
    talk = next(one for one in taught if one.entry_id in assistant.talk)
    knowledge = assistant.knowledge
    (speaker,) = build_matcher(
        [*taught, replace(talk, text="Splendidly")], synonyms=knowledge.synonyms, names=knowledge.names
    ).speakers
    (settled,) = decide_all([put], assistant, asked_at=ASKED_AT)
    assert any(is_phrasing(text, [speaker]) for text in settled.looked_up)


def test_what_an_entry_is_asked_for_in_one_language_counts_in_all(assistant: Assistant) -> None:
    put = Put("How many women are there on the expert advisory committee?", "en")
    phrasings = assistant.knowledge.phrasings
    written = phrasings["fr"]["expert-committee"]
    french = {**phrasings["fr"], "expert-committee": (*written[:-1], "Combien de femmes y siègent ?")}
    knowledge = replace(assistant.knowledge, phrasings={**phrasings, "fr": french})
    after = replace(assistant, knowledge=knowledge)
    (found,) = decided_otherwise([put], assistant, after, asked_at=ASKED_AT)
    assert (found.before, found.after) == ((("abstain", ()),), (("answer", ("expert-committee",)),))


def sets(put: Put, assistant: Assistant) -> list[tuple[str, set[str]]]:
    return [(kind, set(entries)) for kind, entries in asked_anew(put, assistant)]


def test_what_is_kept_is_put_right_where_it_was_decided_on_again(repository: Path, tmp_path: Path) -> None:
    """Rounding of what was heard with many others must not stay, where it looked the same in the other snapshot."""
    before = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    after = load(repository)
    cache = tmp_path / "cache"
    found = compare(before, after, cache)
    one, other = sorted(cache.glob("decisions-*.json"))
    true = {path: path.read_text() for path in (one, other)}
    one.write_text(json.dumps({key: [["answer", ["rounded"]]] for key in json.loads(true[one])}))
    other.unlink()
    assert compare(before, after, cache) == found
    assert {path: json.loads(path.read_text()) for path in (one, other)} == {
        path: json.loads(text) for path, text in true.items()
    }
