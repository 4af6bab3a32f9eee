from __future__ import annotations

from bot.answering.beside import beside
from bot.language.normalize import normalize
from bot.types import Answer, Bounds, Clarify, Evidence, Match, PartExplanation, Ranking

TALK = frozenset({"hello"})


def match(entry: str, chance: float) -> Match:
    return Match(entry_id=entry, phrasing="", locale="en", score=chance, probability=chance)


def part(decision: type[Answer] | type[Clarify], **chances: float) -> PartExplanation:
    matches = tuple(match(entry, chance) for entry, chance in chances.items())
    ranking = Ranking(
        matches=matches,
        bounds=Bounds(answer=0.8, clarify=0.4),
        locale="en",
        locale_sure=True,
        evidence=Evidence(),
        answerable=1.0,
    )
    decided = Answer(match=matches[0]) if decision is Answer else Clarify(matches=matches)
    return PartExplanation(text=normalize("what is it?"), ranking=ranking, decision=decided)


def choices(offer: tuple[PartExplanation, ...] | None) -> list[str] | None:
    if offer is None:
        return None
    decision = offer[-1].decision
    assert isinstance(decision, Clarify)
    return [match.entry_id for match in decision.matches]


def test_the_likeliest_of_each_piece_are_the_first_choices() -> None:
    whole = part(Clarify, where=0.6, who=0.1, when=0.05)
    pieces = [part(Clarify, where=0.5, who=0.4), part(Clarify, price=0.3, where=0.2)]
    assert choices(beside(whole, pieces, TALK)) == ["where", "price", "who", "when"]


def test_what_is_likeliest_of_the_whole_message_stays_the_first_choice() -> None:
    whole = part(Clarify, when=0.5, where=0.4)
    pieces = [part(Clarify, where=0.5), part(Clarify, who=0.4)]
    assert choices(beside(whole, pieces, TALK)) == ["when", "where", "who"]


def test_pieces_about_the_same_or_about_nothing_likely_change_nothing() -> None:
    whole = part(Clarify, where=0.6, who=0.3)
    assert beside(whole, [part(Clarify, where=0.6), part(Clarify, where=0.5)], TALK) is None
    assert beside(whole, [part(Clarify, where=0.6), part(Clarify, who=0.1)], TALK) is None
    assert beside(whole, [part(Clarify, where=0.6), part(Answer, hello=0.9)], TALK) is None


def test_beside_a_sure_answer_the_piece_that_it_leaves_out_gets_choices() -> None:
    whole = part(Answer, where=0.95, who=0.01)
    offer = beside(
        whole, [part(Clarify, where=0.7, who=0.1), part(Clarify, who=0.5, where=0.1, when=0.1)], TALK
    )
    assert offer is not None
    assert offer[0] is whole
    assert choices(offer) == ["who", "when"]


def test_a_piece_that_the_answer_may_be_about_gets_no_choices() -> None:
    pieces = [part(Clarify, where=0.7, who=0.1), part(Clarify, who=0.5, where=0.25, when=0.1)]
    assert beside(part(Answer, where=0.95, who=0.01), pieces, TALK) is None


def test_beside_a_sure_answer_nothing_is_offered_that_the_whole_message_does_not_speak_of() -> None:
    pieces = [part(Answer, where=0.9, when=0.1), part(Clarify, who=0.7, when=0.1)]
    assert beside(part(Answer, where=0.95, who=0.001), pieces, TALK) is None
    assert beside(part(Answer, where=0.95, who=0.01), pieces, TALK) is not None
    assert (
        beside(part(Answer, price=0.95, who=0.01), pieces, TALK) is None
    )  # neither piece is about the answer


def test_one_choice_is_none() -> None:
    assert (
        beside(part(Answer, where=0.95, who=0.02), [part(Answer, where=0.9), part(Clarify, who=0.6)], TALK)
        is None
    )
