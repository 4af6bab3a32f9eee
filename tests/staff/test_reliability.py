from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bot.staff.reliability import Guess, bins, calibration_error, draw, risk_by_coverage


def guesses(*pairs: tuple[float, bool]) -> list[Guess]:
    return [Guess(probability=probability, right=right) for probability, right in pairs]


def test_guesses_are_put_into_ten_bins_and_empty_ones_left_out() -> None:
    found = bins(guesses((0.71, True), (0.79, False), (1.0, True), (0.0, False)))
    assert [(round(one.expected, 2), one.right, one.count) for one in found] == [
        (0.0, 0.0, 1),
        (0.75, 0.5, 2),
        (1.0, 1.0, 1),
    ]


def test_the_calibration_error_weighs_bins_by_their_size() -> None:
    assert calibration_error(guesses((0.9, True), (0.9, False), (0.5, True), (0.5, False))) == pytest.approx(
        0.2
    )
    assert calibration_error(guesses((1.0, True), (0.0, False))) == 0
    assert calibration_error([]) == 0


def test_risk_grows_from_the_surest_guess_on() -> None:
    curve = risk_by_coverage(guesses((0.2, False), (0.9, True), (0.5, True), (0.4, False)))
    assert [share for share, _ in curve] == [0.25, 0.5, 0.75, 1.0]
    assert [risk for _, risk in curve] == pytest.approx([0, 0, 1 / 3, 0.5])


def test_the_picture_is_well_formed_and_its_letters_stay_letters() -> None:
    picture = draw(guesses((0.95, True), (0.3, False)), title="Fish & <chips>, العربية")
    root = ElementTree.fromstring(picture)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Fish & <chips>, العربية" in texts
    assert "2 questions, expected calibration error 17.5%" in texts
    assert {"probability given", "share that was right", "share of wrong answers"} <= set(texts)


def test_a_picture_of_no_questions_can_be_drawn() -> None:
    ElementTree.fromstring(draw([], title="nothing"))
