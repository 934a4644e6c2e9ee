"""CategoryCanonicalizer: one spelling for each category."""

from collections import Counter
from numbers import Integral, Real

import pandas as pd
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._validation import POSITIVE_INT, _short, excerpt
from skclf.category._categorical import CategoryTransformer
from skclf.category._cleaning import clean_category
from skclf.category._grouping import Group, group_spellings
from skclf.category._matching import SCORERS, Matcher, scorer_name
from skclf.category._overrides import read_overrides

INFREQUENT = "infrequent"


@public("skclf.category")
class CategoryCanonicalizer(CategoryTransformer):
    """Merge near-duplicate spellings of categories, column by column.

    Spellings are cleaned, and each is put to the most similar of the more frequent
    ones, if it is similar enough. What was merged is in ``groups_``; `overrides` takes
    corrections.

    Parameters
    ----------
    threshold : float, default=0.8
        Spellings are merged if their similarity is above this, in (0, 1], and the
        numbers in them are equal. With 1.0 only those are that become equal by
        cleaning.
    scorer : str or callable, default="levenshtein"
        How similar two spellings are: a function of rapidfuzz that gives normalised
        similarities, or its name. "levenshtein", "damerau_levenshtein", "osa", "indel",
        "lcs_seq", "hamming", "jaro", "jaro_winkler", "prefix" and "postfix" stand for
        the ``normalized_similarity`` of the module of that name in
        ``rapidfuzz.distance``; "ratio", "token_sort_ratio", "token_set_ratio",
        "WRatio" and so on for the function in ``rapidfuzz.fuzz``, with a score of 80
        for a similarity of 0.8. "damerau_levenshtein" and "WRatio" take ten times as
        long as the default. Take the name in parameter grids: pickle fails on most of
        the functions. The transformer itself is pickled with the name.
    min_frequency : int or float, default=1
        Groups of fewer rows than this become the category "infrequent". A float is a
        share of the rows, as in :class:`~sklearn.preprocessing.OneHotEncoder`.
    handle_unknown : {"keep", "missing", "infrequent", "error"}, default="keep"
        What a value becomes in `transform` that `fit` has not seen and that is similar
        to no canonical form: the cleaned value itself, the missing category, the
        category "infrequent", or an error. "keep" does what `fit` does to a value that
        is similar to no other, and leaves it to the encoder that follows what to do
        with an unknown category.
    overrides : dict, default=None
        Corrections: spelling to canonical form, for all columns, or column name to such
        a dict. They are cleaned like the data. Forms named here are canonical, whether
        or not they occur: they join no other form, though other spellings can join
        them. So ``{"crashed": "crashed", "crushed": "crushed"}`` keeps the two apart,
        whichever is more frequent. A spelling mapped to the missing category is treated
        as missing.
    missing : str, default="missing"
        Category of missing values: None, NaN, NA, what is empty after cleaning, and
        this word itself.
    clean : bool, default=True
        Decode percent signs (``%20``), compose characters (Unicode NFC), leave out
        invisible ones, write apostrophes in one way, lower the case, and make white
        space single blanks, before anything is compared.

    Attributes
    ----------
    mapping_ : dict of str to dict
        For each column, cleaned spelling to the category it becomes: its canonical
        form, "infrequent", or the missing category where `overrides` say so. Columns
        without names are ``x0``, ``x1`` and so on.
    groups_ : DataFrame
        One row for each canonical form, the largest groups first, with `column`,
        `canonical`, `members` (the spellings, itself first), `counts` (rows of each)
        and `similarity` (of each to the canonical form). Groups that become
        "infrequent" are there under their own name.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str objects of shape (n_features_in_,)
        Names of the columns, where they have names.

    Raises
    ------
    TypeError
        If a value is not text.
    ValueError
        If columns are not those of `fit`, overrides contradict each other, or values
        are unknown and ``handle_unknown="error"``.

    See Also
    --------
    sklearn.preprocessing.OneHotEncoder, sklearn.preprocessing.OrdinalEncoder : The
        usual next step.

    Notes
    -----
    The rule: corrections are made first. Then spellings are taken by falling frequency,
    and alphabetically among equals; each joins the most similar canonical form so far
    (the first of equally similar ones) if that similarity is above the threshold, and
    else becomes a canonical form. So every member is similar to its canonical form
    itself, nothing is merged by way of a third spelling, the canonical form is the most
    frequent spelling, and the order of rows does not matter. Unseen values are compared
    with all canonical forms in the same way.

    Spellings with different numbers in them are never merged, however similar: neither
    ``election 2016`` and ``election 2020`` nor ``world war i`` and ``world war ii``,
    nor ``election`` and ``election 2016``. Only `overrides` can merge them.

    Values of more than 1,000 characters are merged with equal ones only. Time grows
    with the square of the number of distinct values.

    Similar words need not mean the same (crashed, crushed), and words that mean the
    same need not be similar: read ``groups_``.

    Examples
    --------
    >>> import pandas as pd
    >>> from skclf.category import CategoryCanonicalizer
    >>> X = pd.DataFrame({"keyword": ["forest%20fire", "Forest fires", "crashed",
    ...                               "FOREST FIRE", "crushed", "crashed", None]})
    >>> canonicalizer = CategoryCanonicalizer().fit(X)
    >>> canonicalizer.groups_[["canonical", "members", "counts"]]
         canonical                      members  counts
    0      crashed           [crashed, crushed]  [2, 1]
    1  forest fire  [forest fire, forest fires]  [2, 1]

    Crushed is not crashed:

    >>> apart = {"crashed": "crashed", "crushed": "crushed"}
    >>> canonicalizer = CategoryCanonicalizer(overrides=apart).fit(X)
    >>> new = pd.DataFrame({"keyword": ["forest firs", "crushd", "flood", ""]})
    >>> canonicalizer.transform(new).ravel()
    array(['forest fire', 'crushed', 'flood', 'missing'], dtype=object)
    """

    _parameter_constraints = {
        "threshold": [Interval(Real, 0, 1, closed="right")],
        "scorer": [StrOptions(set(SCORERS)), callable],
        "min_frequency": [
            POSITIVE_INT,
            Interval(Real, 0, 1, closed="neither"),
        ],
        "handle_unknown": [StrOptions({"keep", "missing", "infrequent", "error"})],
        "overrides": [dict, None],
        "missing": [str],
        "clean": ["boolean"],
    }

    def __init__(
        self,
        threshold=0.8,
        *,
        scorer="levenshtein",
        min_frequency=1,
        handle_unknown="keep",
        overrides=None,
        missing="missing",
        clean=True,
    ):
        self.threshold = threshold
        self.scorer = scorer
        self.min_frequency = min_frequency
        self.handle_unknown = handle_unknown
        self.overrides = overrides
        self.missing = missing
        self.clean = clean

    @property
    def groups_(self):
        """Canonical forms with their members, as a DataFrame."""
        check_is_fitted(self)
        rows = [
            (name, *group)
            for name, groups in self._groups.items()
            for group in sorted(groups, key=_largest_first)
        ]
        return pd.DataFrame(rows, columns=["column", *Group._fields])

    def _learn(self, columns):
        matcher = self._matcher()
        overrides = read_overrides(self.overrides, list(columns), self._spellings)
        self._groups = {
            name: group_spellings(self._count(column), overrides[name], matcher)
            for name, column in columns.items()
        }
        self.mapping_ = {
            name: self._map(self._groups[name], overrides[name], len(column.rows))
            for name, column in columns.items()
        }

    def _count(self, column):
        """Rows of each spelling that is not missing."""
        counts = Counter()
        spellings = self._spellings(column.values)
        for spelling, count in zip(spellings, column.counts.tolist(), strict=True):
            counts[spelling] += count
        del counts[None]
        return counts

    def _map(self, groups, overrides, n_rows):
        least = self.min_frequency
        if not isinstance(least, Integral):
            least = least * n_rows
        mapping = {}
        for group in groups:
            # a form that only overrides know is no reason for a category "infrequent"
            is_rare = max(sum(group.counts), 1) < least
            form = INFREQUENT if is_rare else group.canonical
            mapping.update(dict.fromkeys(group.members, form))
        gone = [spelling for spelling, form in overrides.items() if form is None]
        return {**mapping, **dict.fromkeys(gone, self.missing)}

    def _canonical(self, name, values):
        mapping = self.mapping_[name]
        spellings = self._spellings(values)
        unseen = [s for s in dict.fromkeys(spellings) if s not in mapping]
        placed = self._place(name, [s for s in unseen if s is not None])
        placed[None] = self.missing
        return [mapping[s] if s in mapping else placed[s] for s in spellings]

    def _place(self, name, unseen):
        """Categories of values that `fit` has not seen."""
        mapping = self.mapping_[name]
        forms = [group.canonical for group in self._groups[name]]
        index, _ = self._matcher().nearest(unseen, forms)
        placed = {
            spelling: mapping[forms[i]]
            for spelling, i in zip(unseen, index, strict=True)
            if i >= 0
        }
        unknown = [spelling for spelling in unseen if spelling not in placed]
        if unknown and self.handle_unknown == "error":
            shown = ", ".join(_short(value) for value in unknown[:5])
            more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
            raise ValueError(
                f"Found unknown categories in column {excerpt(name)}: {shown}{more}. "
                "Correct "
                "them with overrides, or set handle_unknown to 'keep', 'missing' or "
                "'infrequent'."
            )
        other = {"missing": self.missing, "infrequent": INFREQUENT}
        for spelling in unknown:
            placed[spelling] = other.get(self.handle_unknown, spelling)
        return placed

    def _spellings(self, values):
        """Values as they are compared; None where missing."""
        clean = clean_category if self.clean else str
        missing = {"", clean(self.missing)}
        cleaned = [None if value is None else clean(value) for value in values]
        return [None if value in missing else value for value in cleaned]

    def _matcher(self):
        return Matcher(self.scorer, self.threshold)

    def __getstate__(self):
        """Leave a function of rapidfuzz out, which pickle refuses: its name stays."""
        state = super().__getstate__()
        return {**state, "scorer": scorer_name(self.scorer)}


def _largest_first(group):
    return -len(group.members), -sum(group.counts), group.canonical
