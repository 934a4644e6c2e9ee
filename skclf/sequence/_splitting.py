"""Texts to lists of words."""

import re
from collections.abc import Iterable
from functools import partial


def choose_splitter(tokenizer, token_pattern):
    """What cuts a text into a list of words, from the parameters of SequenceEncoder.

    Raises
    ------
    ValueError
        If both parameters are given, or the pattern is wrong.
    """
    if tokenizer is not None and token_pattern is not None:
        raise ValueError(
            "Expected `tokenizer` or `token_pattern`, got both. Set one to None."
        )
    if tokenizer is not None:
        return partial(_tokenize, tokenizer)
    return str.split if token_pattern is None else _compile(token_pattern)


def _tokenize(tokenizer, doc):
    """What a tokenizer returns, as a list of str."""
    tokens = tokenizer(doc)
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise TypeError(
            f"Expected a list of words from tokenizer, got {tokens!r}. Return one "
            "string for each word, for example text.split()."
        )
    tokens = list(tokens)
    wrong = [token for token in tokens if not isinstance(token, str)]
    if wrong:
        raise TypeError(
            f"Expected words of type str from tokenizer, got {wrong[0]!r} "
            f"({type(wrong[0]).__name__}). Return the text of each word."
        )
    return tokens


def _compile(token_pattern):
    try:
        pattern = re.compile(token_pattern)
    except re.error as error:
        raise ValueError(
            f"Expected a regular expression as token_pattern, got {token_pattern!r}: "
            f"{error}."
        ) from error
    if pattern.groups > 1:
        raise ValueError(
            f"Expected at most one group in token_pattern, got {token_pattern!r} with "
            f"{pattern.groups}. Use (?:...) for the others."
        )
    return pattern.findall
