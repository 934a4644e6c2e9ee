"""NLTK's data files, found where NLTK looks for them."""

from skclf._optional import import_optional
from skclf.exceptions import MissingResourceError


def read_corpus(name, file, *, download_if_missing=False):
    """Read a file of one of NLTK's corpora, or say how to get it.

    The files are read without NLTK's readers: that for WordNet takes three seconds and
    100 MB, of which single words need little.

    Parameters
    ----------
    name : {"stopwords", "wordnet"}
        Name of the corpus for ``nltk.download``.
    file : str
        Name of the file in it.
    download_if_missing : bool, default=False
        Whether to download the corpus, to where NLTK keeps its data.

    Returns
    -------
    list of str
        The lines of the file.

    Raises
    ------
    skclf.exceptions.MissingResourceError
        If the corpus is not on this machine and was not to be downloaded, or could
        not be, or does not have the file.
    """
    try:
        folder = _find(name)
    except LookupError:
        if not download_if_missing:
            raise MissingResourceError(_how_to_get(name)) from None
        _download(name)
        folder = _find(name)
    try:
        path = folder.join(file)
    except OSError as error:
        raise MissingResourceError(
            f"NLTK's {name!r} data on this machine has no {file!r}: it is an older "
            f"one. Get it anew with nltk.download({name!r})."
        ) from error
    with path.open() as stream:
        return stream.read().decode().splitlines()


def _find(name):
    """Where a corpus is: a folder, or one inside a zip file."""
    find = import_optional("nltk.data", feature=f"NLTK's {name!r}").find
    try:
        return find(f"corpora/{name}")
    except LookupError:
        return find(f"corpora/{name}.zip/{name}/")


def _download(name):
    nltk = import_optional("nltk", feature=f"NLTK's {name!r}")
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
