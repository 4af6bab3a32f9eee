"""The model kept small says what py3langid's own class says."""

import sys
from pathlib import Path

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.language.letters import LetterModel, load_letter_model

TEXTS = (
    "Wann wurde die Allianz gegründet?",
    "WHO CAN JOIN THE ALLIANCE?",
    "Cómo se hace miembro una universidad",
    "Коли було засновано альянс?",
    "Альянс хэзээ байгуулагдсан бэ",
    "اتحاد چه زمانی تأسیس شد؟",
    "lien minh duoc thanh lap khi nao 🎉、联盟",
    "a",
    "",
    "\ud800 x",
)


@pytest.fixture(scope="module")
def peer() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.fixture(scope="module")
def whole(peer: LanguageIdentifier) -> LetterModel:
    return load_letter_model(frozenset(peer.labels))


@pytest.mark.parametrize("text", TEXTS)
def test_all_languages_get_the_shares_of_the_peer(
    text: str, whole: LetterModel, peer: LanguageIdentifier
) -> None:
    assert whole.shares(text) == pytest.approx(dict(peer.rank(text)), abs=1e-6)


def test_some_languages_share_what_they_would_have_among_all(whole: LetterModel) -> None:
    some = load_letter_model({"de", "en", "sr", "uz"})
    assert sorted(some.languages) == ["de", "en", "sr", "sr", "uz", "uz"]
    text = "Kada je osnovan savez?"
    among = {language: share for language, share in whole.shares(text).items() if language in some.languages}
    total = sum(among.values())
    expected = {language: share / total for language, share in among.items()}
    assert some.shares(text) == pytest.approx(expected, abs=1e-6)
    assert next(iter(some.shares(text))) == "sr"


def test_it_is_small(whole: LetterModel) -> None:
    automaton = whole.automaton
    parts = (automaton.rows, automaton.pieces, automaton.moves, automaton.found)
    assert sum(sys.getsizeof(part) for part in parts) < 6_000_000


def test_what_is_kept_is_the_same_model(tmp_path: Path) -> None:
    languages = {"de", "en", "sr", "uz"}
    first = load_letter_model(languages, tmp_path)
    (folder,) = tmp_path.iterdir()
    again = load_letter_model(languages, tmp_path)

    assert isinstance(first.weights, np.memmap)  # else the first start would take 12 MB more than later ones
    assert isinstance(again.weights, np.memmap)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    for text in ("wann wurde die Allianz gegründet", "when was it founded", "кад је основан савез"):
        assert again.shares(text) == first.shares(text) == load_letter_model(languages).shares(text)


@pytest.mark.parametrize("name", ["weights.npy", "rest.npz"])
def test_a_damaged_model_is_read_anew(name: str, tmp_path: Path) -> None:
    load_letter_model({"de", "en"}, tmp_path)
    (path,) = tmp_path.glob(f"*/{name}")
    path.write_bytes(path.read_bytes()[:1000])

    anew = load_letter_model({"de", "en"}, tmp_path)
    kept = load_letter_model({"de", "en"}, tmp_path)

    assert path.stat().st_size > 1000  # kept anew, too
    assert isinstance(anew.weights, np.memmap)
    assert isinstance(kept.weights, np.memmap)
    assert anew.shares("when was it founded") == kept.shares("when was it founded")


def test_where_nothing_can_be_kept_the_model_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")

    model = load_letter_model({"de", "en"}, tmp_path / "cache")
    assert model.languages
    assert not isinstance(model.weights, np.memmap)
