from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.index import Matcher
from tests.matching.conftest import clinc150, library


def best(matcher: Matcher, text: str, *, prefer: str | None = None) -> str:
    return matcher.rank(normalize(text), prefer=prefer).matches[0].entry_id


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("at what time do you open tomorrow", "opening-hours"),
        ("HELP, I HAVE LOST MY CARD!!", "lost-card"),
        ("i broght my bok back too late", "late-return"),
        ("est-ce que la bibliotheque est ouverte ce soir", "opening-hours"),
        ("ma carte est perdue", "lost-card"),
        ("图书馆晚上几点关门", "opening-hours"),
        ("圖書館幾點開門", "opening-hours"),
        ("请问丢了借书证怎么办", "lost-card"),
    ],
)
def test_finds_the_entry_of_a_question_in_other_words(matcher: Matcher, text: str, entry_id: str) -> None:
    assert best(matcher, text) == entry_id


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("when do you close on sunday", "en"),
        ("quand fermez-vous le dimanche", "fr"),
        ("星期天几点关门", "zh_Hans"),
    ],
)
def test_the_phrasings_tell_the_language(matcher: Matcher, text: str, locale: str) -> None:
    ranking = matcher.rank(normalize(text), prefer="fr")
    assert (ranking.locale, ranking.locale_sure) == (locale, True)


@pytest.mark.parametrize("prefer", ["en", "fr"])
def test_a_name_that_is_the_same_everywhere_leaves_the_language_to_the_user(
    matcher: Matcher, prefer: str
) -> None:
    ranking = matcher.rank(normalize("Ada Lindqvist"), prefer=prefer)
    assert ranking.matches[0].entry_id == "founder"
    assert ranking.locale == prefer
    assert ranking.matches[0].probability <= 1


def test_a_name_in_three_languages_counts_no_more_than_in_one(matcher: Matcher) -> None:
    alone = build_matcher(library("en")).rank(normalize("Ada Lindqvist")).matches[0]
    together = matcher.rank(normalize("Ada Lindqvist"), prefer="en").matches[0]
    assert abs(together.probability - alone.probability) < 0.15


def test_a_question_in_two_languages_is_understood(matcher: Matcher) -> None:
    assert best(matcher, "je voudrais renew my loan") == "renewal"
    assert best(matcher, "图书馆 opening hours") == "opening-hours"


@pytest.mark.parametrize("text", ["", "  ", "😀", "?!", "\u202e"])
def test_nothing_to_match_gives_an_empty_ranking(matcher: Matcher, text: str) -> None:
    ranking = matcher.rank(normalize(text))
    assert ranking.matches == ()
    assert ranking.locale is None
    assert not ranking.locale_sure
    assert ranking.answerable == 0


def test_a_script_that_no_phrasing_has_is_never_sure(matcher: Matcher) -> None:
    ranking = matcher.rank(normalize("ฉันทำบัตรหาย"))
    assert not ranking.locale_sure or ranking.locale is None
    assert ranking.answerable < ranking.bounds.clarify


def test_unknown_words_make_an_answer_less_likely(clinc150_matcher: Matcher) -> None:
    known = clinc150_matcher.rank(normalize("how do i find my lost luggage"))
    foreign = clinc150_matcher.rank(normalize("how do i find the lost zeppelin of friedrichshafen"))
    assert foreign.matches[0].probability < known.matches[0].probability - 0.2
    assert foreign.answerable < known.answerable - 0.2


def test_a_phrasing_word_for_word_is_as_good_as_certain(matcher: Matcher) -> None:
    for example in library("en"):
        best = matcher.rank(normalize(example.text), prefer="en").matches[0]
        assert (best.entry_id, best.probability >= 0.98) == (example.entry_id, True)


def test_words_that_the_users_language_has_too_do_not_change_the_language(matcher: Matcher) -> None:
    shared = matcher.rank(normalize("Ada Lindqvist"), prefer="fr")
    assert shared.locale == "fr" or not shared.locale_sure
    assert matcher.rank(normalize("opening hours"), prefer="fr").locale_sure


def test_excluded_entries_are_left_out(matcher: Matcher) -> None:
    ranking = matcher.rank(normalize("opening hours"), exclude=["opening-hours"])
    assert "opening-hours" not in {match.entry_id for match in ranking.matches}
    assert ranking.matches


def test_matches_are_ordered_and_name_the_nearest_phrasing(matcher: Matcher) -> None:
    ranking = matcher.rank(normalize("fine for an overdue book"))
    chances = [match.probability for match in ranking.matches]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert ranking.matches[0].phrasing == "fine for overdue books"


def test_evidence_names_known_repaired_and_unknown_words(matcher: Matcher) -> None:
    evidence = matcher.rank(normalize("librarry opening zeppelin")).evidence
    assert evidence.repaired == (("librarry", "library"),)
    assert evidence.unknown == ("zeppelin",)
    assert "opening" in evidence.matched


def test_synonyms_of_staff_count_as_the_same_word() -> None:
    plain = build_matcher(library("en"))
    taught = build_matcher(library("en"), synonyms={"en": [["lost", "mislaid", "vanished"]]})
    text = normalize("mislaid card")
    chance = {m.entry_id: m.probability for m in taught.rank(text).matches}["lost-card"]
    before = {m.entry_id: m.probability for m in plain.rank(text).matches}["lost-card"]
    assert chance > before
    assert taught.rank(text).matches[0].entry_id == "lost-card"


def test_the_same_examples_give_the_same_ranking_on_every_build(matcher: Matcher) -> None:
    again = build_matcher(library())
    for text in ("lost card", "carte perdue en retard", "几点", "what now"):
        assert again.rank(normalize(text)) == matcher.rank(normalize(text))


def test_threads_share_a_matcher(matcher: Matcher) -> None:
    texts = [normalize(text) for text in ("lost my crad", "ouvert le soir", "续借") * 20]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(matcher.rank, texts)) == [matcher.rank(text) for text in texts]


def test_a_matcher_without_examples_knows_nothing() -> None:
    assert build_matcher([]).rank(normalize("anything")).matches == ()


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_entries_are_enough_to_start(count: int) -> None:
    examples = [
        Example(locale="en", entry_id=f"e{n}", text=text) for n, text in enumerate(["blue sky", "red sea"])
    ]
    ranking = build_matcher(examples[:count]).rank(normalize("the blue sky"))
    assert ranking.matches[0].entry_id == "e0"
    assert 0 <= ranking.matches[0].probability <= 1


# --- the cache --------------------------------------------------------------------------------------


def counting() -> tuple[list[str], Callable[[str], None]]:
    lines: list[str] = []
    return lines, lines.append


def test_a_warm_cache_gives_the_same_matcher_without_training(matcher: Matcher, tmp_path: Path) -> None:
    build_matcher(library(), cache_dir=tmp_path)
    lines, progress = counting()
    warm = build_matcher(library(), cache_dir=tmp_path, progress=progress)
    assert lines == []
    text = normalize("lost my crad on sunday evening")
    assert warm.rank(text) == matcher.rank(text)


def test_an_edit_trains_only_its_own_language(tmp_path: Path) -> None:
    build_matcher(library(), cache_dir=tmp_path)
    lines, progress = counting()
    edited = [*library(), Example(locale="fr", entry_id="renewal", text="encore une semaine")]
    build_matcher(edited, cache_dir=tmp_path, progress=progress)
    assert len(lines) == 1
    assert "fr" in lines[0]


def test_languages_that_are_still_in_use_are_taken_over_as_they_are(tmp_path: Path) -> None:
    first = build_matcher(library(), cache_dir=tmp_path)
    edited = [*library(), Example(locale="fr", entry_id="renewal", text="encore une semaine")]
    second = build_matcher(edited, cache_dir=tmp_path)
    shared = {one.locale for one, other in zip(first.speakers, second.speakers, strict=True) if one is other}
    assert shared == {speaker.locale for speaker in first.speakers} - {"fr"}
    elsewhere = build_matcher(library("en"), cache_dir=tmp_path / "other")  # which gets its own file
    assert elsewhere.speakers[0] not in first.speakers
    assert len(list((tmp_path / "other").iterdir())) == 1


def test_another_risk_or_synonym_does_not_read_the_old_file(tmp_path: Path) -> None:
    build_matcher(library("en"), cache_dir=tmp_path)
    lines, progress = counting()
    build_matcher(library("en"), cache_dir=tmp_path, target_risk=0.01, progress=progress)
    build_matcher(library("en"), cache_dir=tmp_path, synonyms={"en": [["book", "volume"]]}, progress=progress)
    assert len(lines) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip", None])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes | None) -> None:
    build_matcher(library("en"), cache_dir=tmp_path)
    (file,) = tmp_path.glob("matcher-en-*.npz")
    if damage is None:
        np.savez(file, keys=np.zeros(3))
    else:
        file.write_bytes(damage)
    lines, progress = counting()
    matcher = build_matcher(library("en"), cache_dir=tmp_path, progress=progress)
    assert len(lines) == 1
    assert best(matcher, "lost card") == "lost-card"
    assert file.stat().st_size > 1_000


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert best(build_matcher(library("en"), cache_dir=tmp_path / "file"), "lost card") == "lost-card"


def test_only_a_few_files_of_a_language_are_kept(tmp_path: Path) -> None:
    for risk in range(1, 10):
        build_matcher(library("en"), cache_dir=tmp_path, target_risk=risk / 100)
    assert len(list(tmp_path.iterdir())) == 6


def test_a_matcher_from_the_cache_does_not_load_scipy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bot.matching.build import Example, build_matcher\n"
        "from bot.language.normalize import normalize\n"
        "examples = [Example(locale='en', entry_id='a', text='one two')]\n"
        "build_matcher(examples, cache_dir=Path(sys.argv[1])).rank(normalize('one'))\n"
        "print(*(name for name in sys.modules if name.startswith('scipy')))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# --- floors on public data --------------------------------------------------------------------------


def test_quality_on_public_data_keeps_its_floor(clinc150_matcher: Matcher) -> None:
    rankings = [(label, clinc150_matcher.rank(normalize(text))) for text, label in clinc150("question")]
    inside = [(label, ranking) for label, ranking in rankings if label]
    outside = [ranking for label, ranking in rankings if not label]
    right = sum(ranking.matches[0].entry_id == label for label, ranking in inside)
    among = sum(label in {match.entry_id for match in ranking.matches[:3]} for label, ranking in inside)
    wrong = sum(
        ranking.matches[0].entry_id != label and ranking.matches[0].probability >= ranking.bounds.answer
        for label, ranking in inside
    )
    leaked = sum(bool(r.matches) and r.matches[0].probability >= r.bounds.answer for r in outside)
    assert right >= FLOOR_RIGHT * len(inside)
    assert among >= FLOOR_AMONG * len(inside)
    assert wrong <= CEILING_WRONG * len(inside)
    assert leaked <= CEILING_LEAKED * len(outside)


FLOOR_RIGHT, FLOOR_AMONG, CEILING_WRONG, CEILING_LEAKED = 0.90, 0.97, 0.05, 0.2


def test_a_repaired_question_still_counts_as_it_was_written(matcher: Matcher) -> None:
    typed = matcher.hear(normalize("where is my libary card"), prefer="en").said[0]
    assert typed.repaired == (("libary", "library"),)
    meant = matcher.hear(normalize("where is my library card"), prefer="en").said[0].heard.scores
    assert typed.heard.scores.order.argmax() == meant.order.argmax()
    assert typed.heard.scores.ridge.max() < meant.ridge.max()


def test_a_phrasing_is_known_word_for_word_and_ranked_as_when_it_is_compared(matcher: Matcher) -> None:
    text = normalize("FINE for overdue books!")
    ranking, compared = matcher.known(text, prefer="en"), matcher.rank(text, prefer="en")
    assert ranking is not None
    (match,) = ranking.matches
    assert (match.entry_id, match.locale) == ("late-return", "en")
    assert 0.98 == match.probability <= compared.matches[0].probability
    assert compared.matches[0].entry_id == match.entry_id
    assert (ranking.locale, ranking.locale_sure) == (compared.locale, compared.locale_sure)
    assert ranking.bounds == compared.bounds
    assert ranking.evidence == compared.evidence


@pytest.mark.parametrize("text", ["fine for an overdue book", "", "fine"])
def test_other_words_are_not_known(matcher: Matcher, text: str) -> None:
    assert matcher.known(normalize(text), prefer="en") is None


def test_what_several_languages_say_is_known_in_the_users_own_only(matcher: Matcher) -> None:
    text = normalize("Ada Lindqvist")
    own = matcher.known(text, prefer="fr")
    assert own is not None
    assert own.locale == "fr"
    assert matcher.known(text, prefer="de") is None
