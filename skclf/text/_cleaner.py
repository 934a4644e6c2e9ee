"""TextCleaner, the first station of every text pipeline."""

from functools import lru_cache
from itertools import chain
from numbers import Integral
from operator import attrgetter

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils._param_validation import Interval, StrOptions

from skclf._base import TextTransformer
from skclf._cache import each_once
from skclf._names import public
from skclf._validation import POSITIVE_INT, check_documents, did_you_mean, excerpt
from skclf.text._languages import LANGUAGES, check_language
from skclf.text._presets import PRESETS
from skclf.text._repair import repair_all
from skclf.text._steps import Options, run_steps
from skclf.text._word_forms import load_stop_words, make_word_map

_BATCH = 500  # documents that go through the steps together: they fit into the cache
_CHUNK = 20_000  # documents for one task of a worker
_MIN_FOR_WORKERS = 100_000  # documents; fewer take less time than starting workers
_ACTIONS = ("keep", "remove", "token")

_get_options = attrgetter(*Options._fields)


@public("skclf.text")
class TextCleaner(TextTransformer):
    r"""Clean short texts: from raw strings to words with single blanks between them.

    What is removed becomes a word boundary: words are never glued together. The
    result of a document depends on no other document, and nothing is learned in
    ``fit``. The defaults suit tweets, reviews and headlines that are to become
    features of words: links and mentions identify single texts, so they go; hashtags
    and numbers carry meaning, so they stay.

    Parameters
    ----------
    urls : {"keep", "remove", "token"}, default="remove"
        What to do with links: ``http://…``, ``https://…``, ``www.…`` and, without a
        scheme, a domain with a path such as ``bit.ly/x``. A bare domain
        (``amazon.com``) is text. "keep" leaves what was found as it is, whatever
        happens to punctuation; "token" puts a placeholder word there, here
        ``<url>``.
    mentions : {"keep", "remove", "token"}, default="remove"
        What to do with ``@name`` (and its possessive ending) and e-mail addresses.
        The placeholder is ``<user>``.
    hashtags : {"keep", "remove", "token", "strip", "split"}, default="strip"
        What to do with hashtags, which hold at least one letter. "strip" keeps the
        word, "split" its parts: ``#ForestFire2015`` becomes ``forest fire 2015``. The
        placeholder is ``<hashtag>``.
    emojis : {"keep", "remove", "token", "name"}, default="keep"
        What to do with emojis; each, however many code points it has, is a word of
        its own. "name" writes its English name in plain words. The placeholder is
        ``<emoji>``.
    numbers : {"keep", "remove", "token"}, default="keep"
        What to do with numbers. A kept one stays whole (``1,000.50``, ``9/11``). Digits
        within a word (``3rd``, ``covid19``) belong to the word and are no number. The
        placeholder is ``<number>``.
    punctuation : {"keep", "remove", "token", "split"}, default="remove"
        What to do with punctuation and other symbols, the underscore included. If they
        are removed, English ``n't`` stays with its verb (``don't`` becomes ``dont``)
        and other apostrophes part words (``it's`` becomes ``it s``), but for those
        that are letters in Ukrainian and Hebrew. "token" does the same and puts
        ``<punct>`` for each run of marks. "split" keeps each mark as a word of its own,
        as word vectors such as GloVe have them: ``great!!`` becomes ``great ! !``, and
        in English ``don't`` becomes ``do n't`` and ``it's`` becomes ``it 's``.
    lowercase : bool, default=True
        Whether to write everything in small letters.
    strip_accents : bool, default=False
        Whether to take off accents, as scikit-learn's ``strip_accents="unicode"``
        does; signs that make another letter or syllable of Japanese, Korean, Thai or
        an Indic script stay.
    unescape : bool, default=True
        Whether to replace HTML entities, also those that were escaped twice.
    markup : {"keep", "remove"}, default="keep"
        What to do with tags and comments of HTML, and with escapes that were written
        out. "remove" puts a word boundary for ``<br />`` and the letters ``\n``, and
        what they stand for for ``\"`` and ``\u2019``; ``a < b``, ``<3``, ``<user>``
        and a path such as ``C:\new`` stay. Programs and styles in a page go, too.
    fix_mojibake : bool, default=True
        Whether to repair text that was decoded wrongly (``donâ€™t``).
    max_repeats : int or None, default=3
        Longest run of one letter: ``sooooo`` becomes ``sooo``. No English word has a
        letter more than twice in a row. None leaves all runs.
    stop_words : {"english", "nltk"}, list, tuple, set or None, default=None
        Words to leave out. "english" is ``skclf.text.ENGLISH_STOP_WORDS``, function
        words without negations; "nltk" is NLTK's list for `language`, which for
        English has them. Stop words are
        cleaned as the documents are; each word that comes out is left out, in either
        case of letters. With punctuation kept, ``the,`` is not the word ``the``.
    stemmer : {"porter", "snowball", "wordnet"} or None, default=None
        What to reduce words with, after leaving out stop words. "snowball" stems words
        of `language`, "porter" English ones; "wordnet" gives the lemma of English
        nouns, found in NLTK's WordNet. Stems are in small letters, whatever `lowercase`
        says; lemmas are found for words in small letters only.
    language : str, default="english"
        Language of stop words and stems, by NLTK's name: "german", "french" and so on.
        It also says what is special to a language: ``n't`` in English, and "ı", the
        small form of "I", in Turkish and Azerbaijani.
    download_if_missing : bool, default=False
        Whether to download NLTK data that ``stop_words="nltk"`` and
        ``stemmer="wordnet"`` need and that is not on this machine.
    n_jobs : int or None, default=None
        Number of processes that clean 100,000 documents and more; fewer are always
        cleaned in this one. None is 1, unless a :func:`joblib.parallel_config` says
        otherwise; -1 is one for each processor. Starting them takes one or two
        seconds, once: two pay from about a million documents on, in later calls from
        100,000.

    Attributes
    ----------
    n_samples_fit_ : int
        Number of documents passed to `fit`; nothing else is kept of them.

    Raises
    ------
    skclf.exceptions.MissingResourceError
        From ``fit`` and ``transform``, if NLTK data is missing.
    ValueError
        From both, if NLTK does not know `language`, or has no stems or lemmas in it.

    See Also
    --------
    skclf.sequence.SequenceEncoder : Turns clean texts into sequences of word ids.
    sklearn.feature_extraction.text.TfidfVectorizer : Turns them into weighted counts.

    Notes
    -----
    The rule for apostrophes was measured on four data sets: with GloVe 6B it finds
    vectors for 1.4 to 2.1 percentage points more of the words than keeping ``it's``
    and ``don't`` whole. Placeholders are those of the GloVe Twitter vectors, and
    no later step touches them.

    ``punctuation="split"`` parts words as the Penn Treebank does, but hyphens, too,
    since half of all words with one have no vector. ``o'clock``, ``u.s.``, ``...``,
    ``--`` and numbers stay whole, typographic marks get their plain spelling, and
    clean text stays as it is when it is cleaned once more.

    Mojibake is repaired with ftfy [1]_, and before it a chain through Mac Roman that
    ftfy does not know. Whatever the parameters, what looks the same is one word: text
    is in the Unicode form NFC; soft hyphens and other invisible characters, which part
    no words, are left out, but for the joiners of Persian, Indic scripts and emojis;
    ``don’t``, ``don´t`` and ``don`t`` have a plain apostrophe; an emoji has no
    variation selector unless it would be a letter without (``™``). A letter has at most
    30 accents.

    References
    ----------
    .. [1] R. Speer, "ftfy: fixes text for you", 2019.

    Examples
    --------
    >>> from skclf.text import TextCleaner
    >>> docs = ["Forest fire near @La_Ronge! http://t.co/x #wildFire", None]
    >>> TextCleaner().fit_transform(docs)
    array(['forest fire near wildfire', ''], dtype=object)
    >>> TextCleaner(urls="token", hashtags="split").transform(docs)[0]
    'forest fire near <url> wild fire'
    >>> TextCleaner(stemmer="snowball", language="german").transform(["Die Häuser"])[0]
    'die haus'
    >>> TextCleaner(markup="remove").transform([r"Great food.<br />Bad\nservice"])[0]
    'great food bad service'
    >>> TextCleaner(punctuation="split").transform(["It's great, don't miss it!"])[0]
    "it 's great , do n't miss it !"
    """

    _parameter_constraints = {
        "urls": [StrOptions(set(_ACTIONS))],
        "mentions": [StrOptions(set(_ACTIONS))],
        "hashtags": [StrOptions({*_ACTIONS, "strip", "split"})],
        "emojis": [StrOptions({*_ACTIONS, "name"})],
        "numbers": [StrOptions(set(_ACTIONS))],
        "punctuation": [StrOptions({*_ACTIONS, "split"})],
        "lowercase": ["boolean"],
        "strip_accents": ["boolean"],
        "unescape": ["boolean"],
        "markup": [StrOptions({"keep", "remove"})],
        "fix_mojibake": ["boolean"],
        "max_repeats": [POSITIVE_INT, None],
        "stop_words": [
            StrOptions({"english", "nltk"}),
            list,
            tuple,
            set,
            frozenset,
            None,
        ],
        "stemmer": [StrOptions({"porter", "snowball", "wordnet"}), None],
        "language": [StrOptions(set(LANGUAGES))],
        "download_if_missing": ["boolean"],
        "n_jobs": [
            POSITIVE_INT,
            Interval(Integral, None, -1, closed="right"),
            None,
        ],
    }

    def __init__(
        self,
        *,
        urls="remove",
        mentions="remove",
        hashtags="strip",
        emojis="keep",
        numbers="keep",
        punctuation="remove",
        lowercase=True,
        strip_accents=False,
        unescape=True,
        markup="keep",
        fix_mojibake=True,
        max_repeats=3,
        stop_words=None,
        stemmer=None,
        language="english",
        download_if_missing=False,
        n_jobs=None,
    ):
        self.urls = urls
        self.mentions = mentions
        self.hashtags = hashtags
        self.emojis = emojis
        self.numbers = numbers
        self.punctuation = punctuation
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.unescape = unescape
        self.markup = markup
        self.fix_mojibake = fix_mojibake
        self.max_repeats = max_repeats
        self.stop_words = stop_words
        self.stemmer = stemmer
        self.language = language
        self.download_if_missing = download_if_missing
        self.n_jobs = n_jobs

    @classmethod
    def preset(cls, name, **overrides):
        r"""Make a cleaner with a named set of parameters.

        Parameters
        ----------
        name : {"tweets", "reviews"}
            A key of ``skclf.text.PRESETS``: "tweets" writes hashtags and emojis as
            words and removes markup, "reviews" removes markup.
        **overrides : dict
            Parameters that differ from the preset.

        Returns
        -------
        TextCleaner
            The cleaner.

        Raises
        ------
        ValueError
            If there is no preset of this name.

        Examples
        --------
        >>> from skclf.text import TextCleaner
        >>> TextCleaner.preset("tweets").transform(["#ForestFire \N{FIRE}"])[0]
        'forest fire fire'
        """
        if not isinstance(name, str) or name not in PRESETS:
            raise ValueError(
                f"Expected the name of a preset, got {excerpt(name)}."
                f"{did_you_mean(str(name), PRESETS)} Presets are: {list(PRESETS)}."
            )
        return cls(**{**PRESETS[name], **overrides})

    def fit(self, X, y=None):
        """Check the parameters and the documents; nothing is learned from them.

        Parameters
        ----------
        X : array-like of str
            Documents; ``None`` and NaN are empty ones.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The cleaner.
        """
        self._check_params()
        self._make_word_map()
        self.n_samples_fit_ = len(check_documents(X))
        return self

    def transform(self, X):
        """Clean documents.

        Parameters
        ----------
        X : array-like of str
            Documents; ``None`` and NaN are empty ones.

        Returns
        -------
        ndarray of shape (n_documents,), dtype=object
            One clean string for every document.
        """
        self._check_params()
        docs = check_documents(X)
        result = np.empty(len(docs), dtype=object)
        result[:] = each_once(self, docs, self._clean_all)
        return result

    def get_feature_names_out(self, input_features=None):
        """Name of the one output column, so that later steps can name theirs.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of shape (1,), dtype=object
            ``["text"]``.
        """
        return np.asarray(["text"], dtype=object)

    def _check_params(self):
        check_language(self.language, self.stop_words, self.stemmer)
        self._validate_params()

    def _clean_all(self, docs):
        few = len(docs) < _MIN_FOR_WORKERS
        return self._clean(docs) if few else self._clean_in_workers(docs)

    def _clean_in_workers(self, docs):
        self._make_word_map()  # what is missing is an error before workers start
        starts = range(0, len(docs), _CHUNK)
        chunks = (docs[start : start + _CHUNK] for start in starts)
        done = Parallel(self.n_jobs)(delayed(self._clean)(chunk) for chunk in chunks)
        return list(chain.from_iterable(done))

    def _clean(self, docs):
        texts, options, words = [], self._options(), self._make_word_map()
        for start in range(0, len(docs), _BATCH):
            batch = repair_all(
                docs[start : start + _BATCH],
                unescape=self.unescape,
                fix_mojibake=self.fix_mojibake,
                strip_accents=self.strip_accents,
                markup=self.markup,
            )
            texts += run_steps(batch, options)
        if words is None:
            return [" ".join(text.split()) for text in texts]
        return words.apply(texts)

    def _options(self):
        return Options(*_get_options(self))

    def _make_word_map(self):
        """What happens to single words, or None if nothing does."""
        if self.stop_words is None and self.stemmer is None:
            return None
        language, download = self.language, self.download_if_missing
        stop_words = load_stop_words(self.stop_words, download, language)
        stop_words = _cleaned_words(stop_words, self._options(), self.strip_accents)
        return make_word_map(stop_words, self.stemmer, download, language)

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


@lru_cache(maxsize=32)
def _cleaned_words(words, options, strip_accents):
    """Stop words as they look in cleaned documents, in small letters."""
    docs = repair_all(
        words, unescape=False, fix_mojibake=False, strip_accents=strip_accents
    )
    texts = run_steps(docs, options._replace(lowercase=True))
    return frozenset(" ".join(texts).split())
