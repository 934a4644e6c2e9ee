"""Texts to lists of words or characters."""

import re
import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import compress
from numbers import Integral

from sklearn.feature_extraction.text import CountVectorizer

from skclf._validation import excerpt


def choose_splitter(tokenizer, token_pattern, analyzer, ngram_range):
    """What cuts a text into a list of words, from the parameters of SequenceEncoder.

    Raises
    ------
    ValueError
        If two parameters contradict each other, or one is wrong.
    """
    _check(tokenizer, token_pattern, analyzer, ngram_range)
    if is_of_hugging_face(tokenizer):
        split = partial(_encode, tokenizer)
    elif tokenizer is not None:
        split = partial(_tokenize, tokenizer)
    else:
        split = str.split if token_pattern is None else _compile(token_pattern)
    if analyzer == "word" and ngram_range == (1, 1):
        return split  # the same, several times faster
    vectorizer = CountVectorizer(
        lowercase=False,
        analyzer=analyzer,
        ngram_range=ngram_range,
        tokenizer=split,
        token_pattern=None,
    )
    return vectorizer.build_analyzer()


def is_of_hugging_face(tokenizer):
    """Whether it is a ``tokenizers.Tokenizer``, or one of that package's own kinds."""
    return hasattr(tokenizer, "encode_batch") and not callable(tokenizer)


def warn_if_truncating(tokenizer):
    """Warn of a tokenizer that cuts texts itself, which no attribute reports."""
    truncation = is_of_hugging_face(tokenizer) and tokenizer.truncation
    if truncation:
        warnings.warn(
            f"The tokenizer itself cuts texts to {truncation['max_length']} tokens, "
            "which truncated_rate_ does not know of. Call tokenizer.no_truncation(), "
            "and set max_len instead.",
            UserWarning,
            stacklevel=4,
        )


def _check(tokenizer, token_pattern, analyzer, ngram_range):
    if tokenizer is not None and token_pattern is not None:
        raise ValueError(
            "Expected `tokenizer` or `token_pattern`, got both. Set one to None."
        )
    cuts = tokenizer is not None or token_pattern is not None
    if analyzer != "word" and cuts:
        name = "token_pattern" if tokenizer is None else "tokenizer"
        raise ValueError(
            f"Expected {name}=None for analyzer={analyzer!r}, which cuts texts into "
            f"characters, got another one. Set it to None, or analyzer='word'."
        )
    is_pair = isinstance(ngram_range, tuple) and len(ngram_range) == 2
    if not is_pair or not all(
        isinstance(n, Integral) and not isinstance(n, bool) for n in ngram_range
    ):
        raise ValueError(
            "The 'ngram_range' parameter of SequenceEncoder must be a tuple of two "
            f"ints. Got {ngram_range!r:.60} instead."
        )
    if not 1 <= ngram_range[0] <= ngram_range[1]:
        raise ValueError(
            "The 'ngram_range' parameter of SequenceEncoder must be (n, m) with "
            f"1 <= n <= m. Got {ngram_range!r:.60} instead."
        )


def _encode(tokenizer, doc):
    """The tokens of a Hugging Face tokenizer: no [CLS], no padding."""
    doc = doc.encode(errors="replace").decode()  # no lone surrogates
    encoding = tokenizer.encode(doc, add_special_tokens=False)
    return list(compress(encoding.tokens, encoding.attention_mask))


def _tokenize(tokenizer, doc):
    """What a tokenizer returns, as a list of str."""
    tokens = tokenizer(doc)
    if isinstance(tokens, Mapping):
        raise TypeError(
            "Expected a list of words from tokenizer, got a mapping with the keys "
            f"{list(tokens)!r:.80}. Of a tokenizer of transformers, pass the method "
            "that gives words: tokenizer.tokenize."
        )
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise TypeError(
            f"Expected a list of words from tokenizer, got {tokens!r:.80}. Return one "
            "string for each word, for example text.split()."
        )
    tokens = list(tokens)
    wrong = [token for token in tokens if not isinstance(token, str)]
    if wrong:
        raise TypeError(
            f"Expected words of type str from tokenizer, got {wrong[0]!r:.80} "
            f"({type(wrong[0]).__name__}). Return the text of each word."
        )
    return tokens


def _compile(token_pattern):
    try:
        pattern = re.compile(token_pattern)
    except re.error as error:
        raise ValueError(
            "Expected a regular expression as token_pattern, got "
            f"{excerpt(token_pattern)}: "
            f"{error}."
        ) from error
    if pattern.groups > 1:
        raise ValueError(
            "Expected at most one group in token_pattern, got "
            f"{excerpt(token_pattern)} with "
            f"{pattern.groups}. Use (?:...) for the others."
        )
    return pattern.findall
