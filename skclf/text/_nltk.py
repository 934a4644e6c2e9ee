"""NLTK data, loaded when it is needed."""

from skclf.exceptions import MissingResourceError


def load_corpus(name, *, download_if_missing=False):
    """Load a corpus of NLTK, or say how to get it.

    Parameters
    ----------
    name : {"stopwords", "wordnet"}
        Name of the corpus in ``nltk.corpus`` and for ``nltk.download``.
    download_if_missing : bool, default=False
        Whether to download the corpus, to where NLTK keeps its data.

    Returns
    -------
    nltk.corpus.reader.CorpusReader
        The corpus.

    Raises
    ------
    skclf.exceptions.MissingResourceError
        If the corpus is not on this machine and was not to be downloaded, or could
        not be.
    """
    import nltk

    corpus = getattr(nltk.corpus, name)
    try:
        corpus.ensure_loaded()
    except LookupError:
        if not download_if_missing:
            raise MissingResourceError(_how_to_get(name)) from None
        _download(name)
        corpus.ensure_loaded()
    return corpus


def _download(name):
    import nltk

    try:
        nltk.download(name, quiet=True, raise_on_error=True)
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise MissingResourceError(
            f"The download failed ({reason}). {_how_to_get(name)}"
        ) from error


def _how_to_get(name):
    return (
        f"NLTK's {name!r} data is not on this machine. Get it once with "
        f"nltk.download({name!r}), or set the environment variable NLTK_DATA to the "
        "folder that holds it, or set download_if_missing=True."
    )
