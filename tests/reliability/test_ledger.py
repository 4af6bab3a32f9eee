"""The books see what is wrong; a harness that cannot fail proves nothing."""

from __future__ import annotations

from tests.reliability.content import TOPICS, Topic
from tests.reliability.ledger import Asked, Kill, Ledger, Sending
from tests.reliability.rows import faults_of

ONE, OTHER = (topic for topic in TOPICS if topic.parts == 1 and topic.name in {"rose", "tulip"})
TWO = next(topic for topic in TOPICS if topic.parts == 2)
GROUP, PRIVATE = -5, 5


def asked(ledger: Ledger, chat: int, position: int, topic: Topic) -> Asked:
    question = Asked(chat=chat, position=position, topic=topic, at=0.0, sent=[[] for _ in range(topic.parts)])
    ledger.ask(question, position + 1)
    return question


def send(ledger: Ledger, question: Asked, part: int = 1, *, at: float = 1.0, via: str = "a") -> None:
    text = f"[{question.topic.name} {part}/{question.topic.parts}] Water it."
    quoted = question.position + 1 if question.chat < 0 else None
    ledger.send(question.chat, text, quoted, Sending(at=at, via=via))


def test_an_answer_in_full_is_good() -> None:
    ledger = Ledger()
    question = asked(ledger, PRIVATE, 0, TWO)
    send(ledger, question, 1)
    assert ledger.open == 1
    send(ledger, question, 2)
    tally = ledger.tally()
    assert (ledger.open, tally.questions, tally.messages) == (0, 1, 2)
    assert faults_of(tally) == ()


def test_a_missing_part_is_a_loss() -> None:
    ledger = Ledger()
    send(ledger, asked(ledger, GROUP, 0, TWO), 1)
    asked(ledger, GROUP, 1, ONE)
    assert ledger.tally().lost == 2
    assert faults_of(ledger.tally()) == ("2 lost",)


def test_a_double_belongs_to_the_kill_that_ended_its_first_sender() -> None:
    ledger = Ledger()
    question = asked(ledger, GROUP, 0, ONE)
    ledger.kills += [Kill(at=0.5, via="a1"), Kill(at=1.5, via="b1"), Kill(at=2.0, via="a2")]
    send(ledger, question, at=1.0, via="a2")
    send(ledger, question, at=3.0, via="b2")
    tally = ledger.tally()
    assert (tally.doubled, tally.per_kill, tally.unexplained) == (1, (0, 0, 1), 0)
    assert faults_of(tally, per_kill=0) == ("1 doubled by one kill",)


def test_what_arrives_after_the_end_of_its_sender_belongs_to_that_end() -> None:
    ledger = Ledger()
    question = asked(ledger, GROUP, 0, ONE)
    ledger.kills += [Kill(at=0.5, via="a1"), Kill(at=2.0, via="a2")]
    send(ledger, question, at=0.6, via="a1")
    send(ledger, question, at=1.5, via="a2")
    assert ledger.tally().per_kill == (1, 0)


def test_a_double_without_a_kill_is_not_excused() -> None:
    ledger = Ledger()
    question = asked(ledger, PRIVATE, 0, ONE)
    ledger.kills.append(Kill(at=0.5, via="a1"))
    send(ledger, question, via="a2")
    send(ledger, question, via="a2")
    assert faults_of(ledger.tally(), per_kill=4) == ("1 doubled without a kill",)


def test_a_kill_long_afterwards_is_no_excuse() -> None:
    ledger = Ledger()
    question = asked(ledger, PRIVATE, 0, ONE)
    ledger.kills.append(Kill(at=60.0, via="a"))
    send(ledger, question, at=1.0)
    send(ledger, question, at=70.0)
    assert faults_of(ledger.tally(), per_kill=4) == ("1 doubled without a kill",)


def test_an_answer_after_that_to_a_later_question_is_out_of_order() -> None:
    ledger = Ledger()
    first, second = asked(ledger, GROUP, 0, ONE), asked(ledger, GROUP, 1, OTHER)
    send(ledger, second)
    send(ledger, first)
    assert ledger.tally().disordered == 1


def test_parts_must_come_in_order_too() -> None:
    ledger = Ledger()
    question = asked(ledger, PRIVATE, 0, TWO)
    send(ledger, question, 2)
    send(ledger, question, 1)
    assert ledger.tally().disordered == 1


def test_what_answers_nothing_is_counted() -> None:
    ledger = Ledger()
    question = asked(ledger, GROUP, 0, ONE)
    ledger.send(GROUP, "Sorry, something went wrong.", 1, Sending(at=1.0, via="a"))
    ledger.send(GROUP, f"[{OTHER.name} 1/1] Water it.", 1, Sending(at=1.0, via="a"))
    ledger.send(GROUP + 1, f"[{ONE.name} 1/1] Water it.", 1, Sending(at=1.0, via="a"))
    assert not question.answered
    assert ledger.tally().strange == 3
