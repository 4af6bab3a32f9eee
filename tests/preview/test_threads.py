from __future__ import annotations

from bot.preview.threads import Threads


def test_an_answer_belongs_to_the_update_explained_last() -> None:
    threads = Threads()
    threads.asked(1)
    threads.asked(2)
    threads.explained(1)
    threads.answered(10)
    assert threads.update_of(10) == 1
    threads.explained(2)
    threads.answered(11)
    threads.answered(12)
    assert (threads.update_of(11), threads.update_of(12)) == (2, 2)
    assert threads.answers_to(2) == (11, 12)


def test_an_answer_without_explanation_does_not_take_the_one_before() -> None:
    threads = Threads()
    threads.asked(1)
    threads.explained(1)
    threads.answered(10)
    threads.asked(2)  # a command, which nothing explains
    threads.answered(11)
    assert threads.update_of(11) == 2


def test_an_explanation_may_come_after_the_answer() -> None:
    threads = Threads()
    threads.asked(1)
    threads.answered(10)
    threads.explained(1)
    assert threads.answers_to(1) == (10,)


def test_what_nobody_asked_for_answers_nothing() -> None:
    threads = Threads()
    threads.answered(10)
    assert threads.update_of(10) is None
