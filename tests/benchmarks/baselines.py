"""What else could rank? Systems to compare with, each trained on pairs of text and label.

They need `pip install -e '.[bench]'`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.language.normalize import normalize

Rank = Callable[[str], tuple[list[str], list[float]]]  # labels and scores, best first
Pairs = Sequence[tuple[str, str]]

_NEAREST = 200  # phrasings looked at for the best three labels


def load_libraries() -> None:
    """Import what the systems need, so that it does not count as their load time."""
    import bm25s  # noqa: F401
    import sklearn.feature_extraction.text
    import sklearn.svm  # noqa: F401


def rapidfuzz_ratio(scorer: str) -> Callable[[Pairs], Rank]:
    """Take the phrasings with the best whole-string score (extractOne, and the two next labels)."""

    def build(pairs: Pairs) -> Rank:
        from rapidfuzz import fuzz, process

        texts = [normalize(text).folded for text, _ in pairs]
        score = getattr(fuzz, scorer)

        def rank(text: str) -> tuple[list[str], list[float]]:
            found = process.extract(
                normalize(text).folded, texts, scorer=score, processor=None, limit=_NEAREST
            )
            return _labels([(pairs[place][1], score / 100) for _, score, place in found])

        return rank

    return build


def tfidf_cosine(pairs: Pairs) -> Rank:
    """Nearest phrasing by cosine over character 2- to 5-grams inside words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    known = vectorizer.fit_transform([normalize(text).folded for text, _ in pairs])

    def rank(text: str) -> tuple[list[str], list[float]]:
        scores = (known @ vectorizer.transform([normalize(text).folded]).T).toarray()[:, 0]
        return _best(scores, pairs)

    return rank


def bm25(pairs: Pairs) -> Rank:
    """Nearest phrasing by BM25 over words."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([list(normalize(text).tokens) for text, _ in pairs], show_progress=False)

    def rank(text: str) -> tuple[list[str], list[float]]:
        tokens = [token for token in normalize(text).tokens if token in retriever.vocab_dict]
        scores = retriever.get_scores(tokens) if tokens else np.zeros(len(pairs))
        return _best(scores, pairs)

    return rank


def linear_svm(pairs: Pairs) -> Rank:
    """Linear support vector machine over words and character 2- to 5-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    features = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+"),
    )
    known = features.fit_transform([normalize(text).folded for text, _ in pairs])
    model = LinearSVC(C=0.5, random_state=0).fit(known, [label for _, label in pairs])
    labels = list(model.classes_)

    def rank(text: str) -> tuple[list[str], list[float]]:
        scores = np.atleast_2d(model.decision_function(features.transform([normalize(text).folded])))[0]
        if len(labels) == 2:  # then there is one number, for the second class
            scores = np.array([-scores[0], scores[0]])
        order = np.argsort(-scores, kind="stable")[:3]
        return [labels[place] for place in order], [float(scores[place]) for place in order]

    return rank


SYSTEMS: Mapping[str, Callable[[Pairs], Rank]] = {
    "rapidfuzz_wratio": rapidfuzz_ratio("WRatio"),
    "rapidfuzz_token_set": rapidfuzz_ratio("token_set_ratio"),
    "tfidf_cosine": tfidf_cosine,
    "bm25": bm25,
    "linear_svm": linear_svm,
}


def _best(scores: NDArray[np.floating], pairs: Pairs) -> tuple[list[str], list[float]]:
    order = np.argsort(-scores, kind="stable")[:_NEAREST]
    return _labels([(pairs[place][1], float(scores[place])) for place in order])


def _labels(found: Sequence[tuple[str, float]]) -> tuple[list[str], list[float]]:
    """Keep the first place of each label."""
    first: dict[str, float] = {}
    for label, score in found:
        first.setdefault(label, score)
    return list(first), list(first.values())
