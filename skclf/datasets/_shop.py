"""The second sample corpus: generated reviews with stars, topics and a table."""

import numpy as np
import pandas as pd
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import StrOptions, validate_params

from skclf._names import public
from skclf._typing import RandomState
from skclf._validation import POSITIVE_INT
from skclf.datasets import _shop_sentences as sentences
from skclf.datasets._dirt import as_mojibake, misspell
from skclf.datasets._draw import Draw, fill
from skclf.datasets._published import bunch_of, data_or_pair
from skclf.datasets._shop_words import SHARED, TOPICS, UNCLEAR

__all__ = ["make_reviews"]

_STARS = {5: 0.52, 4: 0.25, 3: 0.14, 2: 0.07, 1: 0.02}
_TOPICS = {
    "clothes": 0.34,
    "kitchen": 0.24,
    "electronics": 0.18,
    "garden": 0.13,
    "toys": 0.09,
    "music": 0.02,
}
# How far a sentence is from the stars of its review.
_MOODS = (0,) * 10 + (-1, -1, 1, 1, -2, 2)
_N_JUDGEMENTS = (1, 1, 2, 2, 3)
_N_DETAILS = (1, 1, 1, 2)
_UNCLEAR = 0.1
_DUPLICATED = 0.01

_PRICES = {"clothes": 30, "kitchen": 25, "electronics": 80, "garden": 35}
_PRICES |= {"toys": 15, "music": 90}
_LATE = {1: 0.5, 2: 0.35, 3: 0.22, 4: 0.12, 5: 0.08}
_MISSING = {"title": 0.15, "text": 0.02, "age": 0.12, "price": 0.05}
_MISSING |= {"delivery_days": 0.08}

_NAMES = {"stars": ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]}
_NAMES |= {"topic": sorted(TOPICS)}
_TABLE = ["age", "price", "delivery_days"]
_INPUTS = {"stars": ["title", "text", "topic", *_TABLE]}
_INPUTS |= {"topic": ["title", "text", *_TABLE]}

_DESCR = """\
Sample reviews of an online shop: how many stars, and about what?

Generated from templates and word lists: nothing is copied from real data.

Columns: id; title (missing in 15 %); text (missing in 2 %); topic, of what is reviewed;
age of the reviewer in years (missing in 12 %); price (missing in 5 %); delivery_days
(missing in 8 %); stars, 1 to 5.
Stars: 5 52 %, 4 25 %, 3 14 %, 2 7 %, 1 2 %. Topics: clothes 34 %, kitchen 24 %,
electronics 18 %, garden 13 %, toys 9 %, music 2 %. Stars and topics are independent.

Each sentence is in the mood of the stars or a step or two away, so that a review is
taken for one with a star more or less sooner than for the opposite. In 10 % of the rows
the text could be about anything; others name a product of another topic, too. Late
deliveries go with fewer stars, age a little with more, prices with topics. Known dirt:
misspellings, capitals, HTML, mojibake; about 1 % of the texts repeat another one.
"""


@public("skclf.datasets")
@validate_params(
    {
        "n_samples": [POSITIVE_INT],
        "target": [StrOptions({"stars", "topic"})],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_reviews(
    n_samples: int = 2000,
    *,
    target: str = "stars",
    random_state: RandomState = None,
    return_X_y: bool = False,
) -> Bunch | tuple[pd.DataFrame, np.ndarray]:
    """Generate a sample corpus of reviews: ordered stars, topics, and a table.

    It needs no file and no network. Both targets are imbalanced: the rarest class has
    2 % of the reviews.

    Parameters
    ----------
    n_samples : int, default=2000
        Number of reviews. All classes occur from 26 on.
    target : {"stars", "topic"}, default="stars"
        What is to be learned:

        - "stars": five ordered classes. Neighbours are hard to tell apart.
        - "topic": six kinds of products, which have some words in common.
    random_state : int, RandomState instance or None, default=None
        An int gives the same reviews at every call.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` only.

    Returns
    -------
    Bunch or (DataFrame, ndarray)
        With the entries

        data : DataFrame of shape (n_samples, 6) or (n_samples, 5)
            The input columns ``title``, ``text``, ``topic`` (unless it is the target),
            ``age``, ``price`` and ``delivery_days``. All but ``topic`` have missing
            values.
        target : ndarray of shape (n_samples,)
            The stars, 1 to 5, of dtype int64; or the topics, as strings.
        frame : DataFrame of shape (n_samples, 8)
            The columns ``id``, ``title``, ``text``, ``topic``, ``age``, ``price``,
            ``delivery_days`` and ``stars``.
        target_names : ndarray of str
            The names of the classes, in the order of the sorted labels.
        DESCR : str
            The description of the corpus.

    See Also
    --------
    load_clothing_reviews : Real reviews with stars.
    make_tweets : Two classes, and texts of which only the order of words is telling.
    load_csv : Your own texts and labels.

    Examples
    --------
    >>> from skclf.datasets import make_reviews
    >>> reviews = make_reviews(200, random_state=0)
    >>> list(reviews.data.columns)
    ['title', 'text', 'topic', 'age', 'price', 'delivery_days']
    >>> reviews.frame["stars"].value_counts().tolist()
    [104, 50, 28, 14, 4]
    >>> X, y = make_reviews(200, target="topic", random_state=0, return_X_y=True)
    >>> y[:2].tolist()
    ['clothes', 'music']
    """
    seed = int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
    frame = _generate(int(n_samples), Draw(seed)).drop(columns="is_unclear")
    bunch = bunch_of(frame, _INPUTS[target], target, _NAMES[target], _DESCR)
    return data_or_pair(bunch, return_X_y)


def _generate(n_samples, draw):
    """All columns; for the tests also whether the text could be about anything."""
    stars, topics = (_shuffled(shares, n_samples, draw) for shares in (_STARS, _TOPICS))
    rows = [_row(*pair, draw) for pair in zip(topics, stars, strict=True)]
    _duplicate_some(rows, draw)
    frame = pd.DataFrame(rows).assign(stars=np.array([*stars], dtype=np.int64))
    frame.insert(0, "id", np.arange(1, n_samples + 1))
    return frame


def _shuffled(shares, n_samples, draw):
    """Classes in these shares, as exactly as the number of rows allows."""
    places = (np.arange(n_samples) + 0.5) / n_samples
    codes = np.searchsorted(np.cumsum([*shares.values()])[:-1], places)
    return [[*shares][codes[i]] for i in draw.sample(n_samples, n_samples)]


def _row(topic, stars, draw):
    is_unclear, is_late = draw.chance(_UNCLEAR), draw.chance(_LATE[stars])
    words = SHARED | _of_one_product(UNCLEAR if is_unclear else TOPICS[topic], draw)
    found = {
        "title": _in_some_style(
            [_sentence(sentences.TITLES, stars, words, draw)], draw
        ),
        "text": _in_some_style(_review(stars, words, is_late, draw), draw),
        "topic": topic,
        "age": float(int(20 + 15 * sum(draw.random() for _ in range(3)) + 2 * stars)),
        "price": int(_PRICES[topic] * (0.3 + 2 * draw.random() ** 2)) + 0.99,
        "delivery_days": float(_days(is_late, draw)),
        "is_unclear": is_unclear,
    }
    gone = [name for name, share in _MISSING.items() if draw.chance(share)]
    return found | dict.fromkeys(gone)


def _of_one_product(words, draw):
    """The words of a topic for one review, no part of which is both good and bad."""
    parts = [words["part"][i] for i in draw.sample(len(words["part"]), None)]
    half = len(parts) // 2
    found = {"product": [draw.one_of(words["product"])], "part": parts[:half]}
    return words | found | {"other_part": parts[half:]}


def _days(is_late, draw):
    return 1 + int(4 * draw.random()) + (int(4 + 8 * draw.random()) if is_late else 0)


def _review(stars, words, is_late, draw):
    """Some judgements, and between them what has nothing to do with the stars."""
    n = draw.one_of(_N_JUDGEMENTS) + (stars < 3)  # who is angry says more
    said = [_sentence(sentences.JUDGEMENTS, stars, words, draw) for _ in range(n)]
    remarks = [sentences.DETAILS] * draw.one_of(_N_DETAILS)
    remarks += [sentences.REMARKS] * draw.chance(0.25)
    for kind in remarks:
        at = int(draw.random() * (len(said) + 1))
        said.insert(at, fill(draw.one_of(kind), words, draw))
    if draw.chance(0.15):
        other = SHARED | TOPICS[draw.one_of([*TOPICS])]
        said.append(fill(draw.one_of(sentences.OTHER_PRODUCT), other, draw))
    if draw.chance(0.2):
        said.append(draw.one_of(sentences.LATE if is_late else sentences.ON_TIME))
    return said


def _sentence(templates, stars, words, draw):
    mood = min(max(stars + draw.one_of(_MOODS), 1), 5)
    return fill(draw.one_of(templates[mood]), words, draw)


def _in_some_style(said, draw):
    """Dress sentences as people write them; the words keep their order."""
    style = draw.random()
    if style < 0.75:
        said = [sentence[:1].upper() + sentence[1:] for sentence in said]
    end = draw.one_of((". ", ". ", ". ", "! ", ", ", "... ", " - "))
    if draw.chance(0.04):
        end = f"{end.strip()}<br /><br />"
    text = end.join(said) + draw.one_of((".", ".", "", "!", "!!"))
    if draw.chance(0.12):
        text = text.replace(" and ", " &amp; ")
    if draw.chance(0.08):
        text = " ".join(
            misspell(w, draw) if draw.chance(0.2) else w for w in text.split()
        )
    if style > 0.97:
        text = text.upper()
    return as_mojibake(text) if draw.chance(0.03) else text


def _duplicate_some(rows, draw):
    """Some rows repeat title and text of another one with their topic."""
    for row in draw.sample(len(rows), int(_DUPLICATED * len(rows))):
        other = rows[int(draw.random() * len(rows))]
        if other["topic"] == rows[row]["topic"]:
            rows[row] |= {name: other[name] for name in ("title", "text", "is_unclear")}
