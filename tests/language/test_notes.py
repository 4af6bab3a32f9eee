from __future__ import annotations

from datetime import date

import pytest

from bot.language.notes import (
    Notes,
    note_reviewed,
    note_same_meaning,
    note_stale,
    read_notes,
    without,
    without_review,
)

DAY, LATER, LAST = date(2026, 11, 27), date(2026, 12, 3), date(2027, 1, 5)


def test_a_change_is_noted_with_its_day_beside_what_translators_wrote() -> None:
    comment = note_stale("Sans article.", DAY)
    assert comment == "Sans article.\nstale-since: 2026-11-27"
    assert read_notes(comment) == Notes(stale_since=DAY)


def test_of_several_changes_the_first_day_and_the_last_stay() -> None:
    comment = note_stale(note_stale(note_stale("", DAY), LATER), LAST)
    assert comment == "stale-since: 2026-11-27, again 2027-01-05"
    assert read_notes(comment) == Notes(stale_since=DAY, changed_again=True)


def test_a_change_takes_away_who_read_the_former_translation() -> None:
    comment = note_stale(note_same_meaning(note_reviewed("Note.", "Awa Diop", DAY), DAY), LATER)
    assert comment == "Note.\nstale-since: 2026-12-03"


def test_the_last_reader_counts() -> None:
    comment = note_reviewed(note_reviewed("Note.", "Awa Diop", DAY), "Li Wei", LATER)
    assert comment == "Note.\nreviewed-by: Li Wei 2026-12-03"
    assert read_notes(comment).reviewed


@pytest.mark.parametrize("line", ["Reviewed by Awa", "reviewed-by: Awa 2026-11-27", "  reviewed, 27.11."])
def test_people_may_say_in_their_own_words_that_they_have_read_it(line: str) -> None:
    assert read_notes(f"Sans article.\n{line}").reviewed
    assert without_review(f"Sans article.\n{line}") == "Sans article."


@pytest.mark.parametrize("line", ["stale-since: yesterday", "stale-since:", "stale-since: 2026-13-40"])
def test_a_day_that_is_none_is_no_day(line: str) -> None:
    assert read_notes(line).stale_since is None
    assert note_stale(line, DAY).startswith("stale-since: ")


def test_the_same_meaning_takes_the_day_of_the_change_away() -> None:
    comment = note_same_meaning(note_stale("Note.", DAY), DAY)
    assert comment == "Note.\nsame-meaning: in other words since 2026-11-27"
    assert without(comment, "same-meaning") == "Note."
