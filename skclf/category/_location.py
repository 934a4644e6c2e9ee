"""LocationCanonicalizer: from free text about a place to a place."""

import re
import unicodedata
from collections import Counter
from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, StrOptions

from skclf._names import public
from skclf._validation import POSITIVE_INT, excerpt
from skclf.category._categorical import CategoryTransformer
from skclf.category._cleaning import clean_category
from skclf.category._coordinates import without_coordinates
from skclf.category._place_names import LOCATION_ALIASES, LOCATION_JUNK
from skclf.text._repair import repair_mojibake
from skclf.text._unicode import comparison_key, normalize

_LINK = re.compile(r"https?://\S*|www\.\S*")
_ACCENTS = re.compile("[\u0300-\u036f]")
# U.S.A., St. John's; route 1.5 is not route 15
_GLUE = re.compile(r"(?<!\d)[.']|[.'](?!\d)")


@public("skclf.category")
class LocationCanonicalizer(CategoryTransformer):
    """Reduce what people write as their location to the places that are frequent.

    A value such as ``Austin, Texas`` is split at its commas, and of its components the
    one is kept that most rows of the training data have.

    Parameters
    ----------
    min_frequency : int or float, default=5
        A component is kept only if at least this many rows have it. A float is a share
        of the rows, as in :class:`~sklearn.preprocessing.OneHotEncoder`.
    aliases : "default", dict or None, default="default"
        Other name to name. A key may hold commas: ``"usa"`` is replaced anywhere,
        ``", ca"`` only after another component, and ``"washington, dc"`` stands for
        two components that become one. "default" is
        ``skclf.category.LOCATION_ALIASES``, with countries, the states of the USA and
        of Canada with their abbreviations, and a few cities. A dict takes its place;
        add to it with ``LOCATION_ALIASES | {...}``.
    junk : "default", list, tuple, set or None, default="default"
        Components that are never kept, whatever their frequency. "default" is
        ``skclf.category.LOCATION_JUNK``: ``worldwide``, ``earth``, ``internet`` and so
        on. Another collection takes its place.
    missing : str, default="missing"
        Category of missing values, of values without a component to keep, and of this
        word itself.

    Attributes
    ----------
    mapping_ : dict of str to dict
        For each column, each training value to the place it becomes. Values are
        cleaned up to punctuation. Columns without names are ``x0``, ``x1`` and so on.
    counts_ : dict of str to dict
        For each column, each component to the number of training rows that have it, the
        most frequent first.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str objects of shape (n_features_in_,)
        Names of the columns, where they have names.

    Raises
    ------
    TypeError
        If a value is not text, or aliases or junk are not.
    ValueError
        If columns are not those of `fit`, or aliases contradict each other.

    See Also
    --------
    CategoryCanonicalizer : Merges similar spellings.

    Notes
    -----
    The rule, in this order: mojibake and percent signs are decoded, invisible
    characters left out, letters made small, links removed; coordinates are removed
    together with the name before them (``iPhone: 40.7,-73.9``); the value is split at
    commas; accents and punctuation are taken off every component; aliases are replaced;
    components that are junk or hold no letter are left out. Each row counts each of its
    components once. Of equally frequent ones the first in the value is kept, which
    mostly is the most specific. The order of rows does not matter.

    Values that `fit` has not seen follow the same rule with its counts: ``Austin,
    Texas`` becomes ``texas`` if Texas is frequent.

    By default, two letters for a state are replaced only after another component, in
    either case of letters. In 7,238 locations of tweets 1,131 have them there, and but
    for ``Hamburg, DE`` they mean the state. Alone, ``in``, ``or`` and ``me`` are words,
    ``la`` is Los Angeles, and ``ca`` may be Canada; those of other states that mean one
    thing only (``tx``, ``nj``) are replaced anywhere.

    Examples
    --------
    >>> from skclf.category import LocationCanonicalizer
    >>> places = ["USA", "Austin, TX", "Texas, U.S.A.", "Dallas, Texas", "Worldwide"]
    >>> canonicalizer = LocationCanonicalizer(min_frequency=2).fit(places)
    >>> canonicalizer.counts_["x0"]
    {'texas': 3, 'usa': 2, 'austin': 1, 'dallas': 1}
    >>> canonicalizer.mapping_["x0"]["austin, tx"]
    'texas'
    >>> canonicalizer.transform(["Houston, TX", "united states", "earth", None])
    array([['texas'],
           ['usa'],
           ['missing'],
           ['missing']], dtype=object)
    """

    _parameter_constraints = {
        "min_frequency": [
            POSITIVE_INT,
            Interval(Real, 0, 1, closed="neither"),
        ],
        "aliases": [StrOptions({"default"}), dict, None],
        "junk": [StrOptions({"default"}), list, tuple, set, frozenset, None],
        "missing": [str],
    }

    def __init__(
        self, min_frequency=5, *, aliases="default", junk="default", missing="missing"
    ):
        self.min_frequency = min_frequency
        self.aliases = aliases
        self.junk = junk
        self.missing = missing

    def _learn(self, columns):
        is_default = isinstance(self.aliases, str)
        self._aliases = _read_aliases(LOCATION_ALIASES if is_default else self.aliases)
        junk = LOCATION_JUNK if isinstance(self.junk, str) else self.junk
        self._junk = sorted(_read_junk(junk) | {_clean_component(self.missing)})
        self._least = self.min_frequency
        if not isinstance(self._least, Integral):
            self._least *= len(next(iter(columns.values())).rows)
        self.counts_, self.mapping_ = {}, {}
        for name, column in columns.items():
            values = [_clean(value) for value in column.values]
            self.counts_[name] = self._count(values, column.counts)
            places = zip(values, self._places(name, values), strict=True)
            self.mapping_[name] = {v: place for v, place in places if v is not None}

    def _count(self, values, n_rows):
        """Rows of each component, by falling frequency, then alphabet."""
        counts, junk = Counter(), set(self._junk)
        for value, n in zip(values, n_rows.tolist(), strict=True):
            for component in set(_components(value, self._aliases, junk)):
                counts[component] += n
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _places(self, name, values):
        """The most frequent component of each clean value, or the missing category."""
        counts, junk = Counter(self.counts_[name]), set(self._junk)
        places = []
        for value in values:
            found = _components(value, self._aliases, junk)
            best = max(found, key=counts.__getitem__, default="")
            places.append(best if counts[best] >= self._least else self.missing)
        return places

    def _canonical(self, name, values):
        mapping = self.mapping_[name]
        values = [_clean(value) for value in values]
        unseen = [value for value in dict.fromkeys(values) if value not in mapping]
        placed = dict(zip(unseen, self._places(name, unseen), strict=True))
        return [mapping[v] if v in mapping else placed[v] for v in values]


def _clean(value):
    """A value in small letters, decoded and without links; None if it is missing."""
    if value is None:
        return None
    if not value.isascii():
        value = repair_mojibake(value)
    return " ".join(_LINK.sub(" ", clean_category(value)).split())


def _components(value, aliases, junk):
    """Names of places in a clean value, in order."""
    found, before = [], ""
    for component in map(_plain, without_coordinates(value or "").split(",")):
        if not component:
            continue
        if before and f"{before}, {component}" in aliases:
            found[-1] = aliases[f"{before}, {component}"]
        elif before and f", {component}" in aliases:
            found.append(aliases[f", {component}"])
        else:
            found.append(aliases.get(component, component))
        before = component
    return [name for name in found if name not in junk and _has_letter(name)]


def _plain(part):
    """Letters and digits of a component, with single blanks between words."""
    part = _GLUE.sub("", part)
    if not part.isascii():
        part = comparison_key(_ACCENTS.sub("", normalize("NFKD", part)))
    return " ".join("".join(map(_letter_or_blank, part)).split())


def _letter_or_blank(char):
    # A vowel sign of Hindi or Arabic belongs to its word, and is no letter.
    is_part = char.isalnum() or unicodedata.category(char)[0] == "M"
    return char if is_part else " "


def _has_letter(name):
    return any(map(str.isalpha, name))


def _clean_component(text):
    return _plain(_clean(text))


def _read_aliases(aliases):
    """Aliases in the form of cleaned components, checked."""
    read = {}
    for key, name in (aliases or {}).items():
        clean_key, clean_name = _read_key(key, name), _clean_component(name)
        if not clean_name or "," in name:
            raise ValueError(
                f"Expected the name of one place, without commas, in aliases, got "
                f"{excerpt(name)} for {excerpt(key)}."
            )
        if read.setdefault(clean_key, clean_name) != clean_name:
            raise ValueError(
                f"Expected one name for each alias, got {read[clean_key]!r} and "
                f"{clean_name!r} for {clean_key!r}. Upper and lower case and "
                "punctuation make no difference."
            )
    for key, name in read.items():
        if read.get(name, name) != name:
            raise ValueError(
                f"Expected final names in aliases, got {excerpt(name)} for "
                f"{excerpt(key)}, but "
                f"{excerpt(name)} is itself an alias of {excerpt(read[name])}. Map "
                f"{excerpt(key)} to that."
            )
    return read


def _read_key(key, name):
    for text in (key, name):
        if not isinstance(text, str):
            raise TypeError(
                f"Expected aliases as a dict of str to str, got {excerpt(key)}: "
                f"{excerpt(name)}."
            )
    parts = [_plain(part) for part in _clean(key).split(",")]
    if not parts[-1] or len(parts) > 2:
        raise ValueError(
            f'Expected aliases such as "usa", ", ca" or "washington, dc", got '
            f"{excerpt(key)}."
        )
    return ", ".join(parts)


def _read_junk(junk):
    junk = junk or ()
    for text in junk:
        if not isinstance(text, str):
            raise TypeError(
                f"Expected junk as a list of str, got {excerpt(text)} "
                f"({type(text).__name__}) in it."
            )
    return set(map(_clean_component, junk))
