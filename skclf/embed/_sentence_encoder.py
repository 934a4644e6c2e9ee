"""A pretrained sentence encoder, frozen, as a transformer of texts."""

import hashlib
import os
import warnings

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._base import HelpfulParamsMixin, ReadsTexts
from skclf._cache import CACHE, LRUCache
from skclf._names import public
from skclf._optional import import_optional
from skclf._progress import ProgressLine, TimeLeft
from skclf._validation import POSITIVE_INT, check_documents, check_not_empty, listed
from skclf.embed._encoder_folder import find_folder, read_folder
from skclf.embed._sentence_graph import SentenceGraph
from skclf.embed._static_table import StaticTable
from skclf.embed._token_pooling import POOLINGS, unit_length

_LONG = 1000  # texts, from which on progress is shown
_MANY_CUT = 0.05
_BYTES_BESIDE = 400  # what an item of the cache takes besides its vector

# The models that were read last, for the folds and candidates of a search.
MODELS = LRUCache(2)


@public("skclf.embed")
class SentenceEncoder(ReadsTexts, HelpfulParamsMixin, TransformerMixin, BaseEstimator):
    """One vector for each text, from a pretrained sentence encoder that stays as it is.

    It takes raw texts, as encoders were trained on: no
    :class:`~skclf.text.TextCleaner` before it. onnxruntime computes the encoder, so
    that neither PyTorch nor TensorFlow is needed: ``pip install 'skclf[encoders]'``.

    Parameters
    ----------
    model : str or PathLike
        A folder with ``tokenizer.json`` and ``model.onnx`` (or ``onnx/model.onnx``), or
        a name on the Hugging Face hub, such as ``"owner/name"``, that is in the local
        cache of the hub or is to be downloaded: see `download`. Pooling, normalisation,
        lower case and the longest text are read from the files of
        sentence-transformers [1]_ beside them: ``modules.json``,
        ``1_Pooling/config.json``, ``sentence_bert_config.json``. Or a folder of
        model2vec [2]_ (``config.json``, ``model.safetensors``), whose texts are means
        of vectors of their tokens, which takes a fraction of the time.
    pooling : {"auto", "mean", "cls", "max", "last"}, default="auto"
        How the vectors of tokens become one vector: their mean, that of the first
        token, the largest values, that of the last token. "auto" does as the model's
        files say, and takes the mean if they say nothing. A model that pools itself
        takes "auto" only.
    normalize : bool, default=True
        Scale each vector to unit length. A model whose files say so does it anyway.
    max_length : int, default=128
        The most tokens that are read of a text, special ones included; no more than
        the model's files allow.
    batch_size : int, default=32
        How many texts are computed together, which takes memory and saves time.
    prefix : str, default=""
        What is put before each text, as some encoders want it, for example
        ``"query: "``.
    store_weights : bool, default=True
        Whether a pickle holds the model. If not, it holds the path of the folder and
        the digest of its files, which must be there when it is loaded and used.
    n_threads : int, default=None
        How many threads compute. None takes as many as there are cores, or as
        ``OMP_NUM_THREADS`` says.
    download : bool, default=False
        Whether a model that is given by a name and is not on this machine is
        downloaded, once, to the local cache of the hub.

    Attributes
    ----------
    n_features_out_ : int
        Length of a vector.
    model_digest_ : str
        What tells the model from others: a digest of its graph and tokenizer.
    max_length_ : int
        The most tokens that are read of a text.
    pooling_ : str or None
        How vectors of tokens become one; None if the model does it.
    n_truncated_ : int
        Number of training texts that had more tokens than are read.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder, or a file is missing in it.
    MissingResourceError
        If a model that is given by its name is not on this machine. If one that was
        fitted with ``store_weights=False`` is no longer in its folder.
    ValueError
        If the files are not those of a sentence encoder, or have changed since `fit`.
    ImportError
        If a package is not installed; the message says how to get it.

    Warns
    -----
    UserWarning
        If more than 5 % of the texts have more tokens than are read.

    See Also
    --------
    skclf.features.DocumentEmbedding : Pools word vectors, in a fraction of the time.
    skclf.make_text_classifier : ``"encoder-logreg"`` is a pipeline with it.

    Notes
    -----
    Nothing is learned from the training texts, and missing texts (None, NaN) are empty
    ones. A text without tokens becomes zeros.

    Equal texts are computed once: their vectors are kept for the next fit or
    prediction, for all folds and candidates in this process, up to 256 MB. So are the
    two models that were read last.

    Texts of similar length are computed together. What they are together with changes a
    vector by rounding only, 1e-6 at most. Of models with dynamic quantization, whose
    ranges are those of all texts at hand, each text is computed alone.

    On long inputs a line in the terminal tells how many texts are done.

    References
    ----------
    .. [1] N. Reimers, I. Gurevych (2019). "Sentence-BERT: Sentence Embeddings using
       Siamese BERT-Networks". https://arxiv.org/abs/1908.10084
    .. [2] S. Tulkens, T. van Dongen (2024). "Model2Vec: Fast State-of-the-Art Static
       Embeddings". https://github.com/MinishLab/model2vec

    Examples
    --------
    An encoder of three words, whose graph looks up a vector for each:

    >>> import onnx.parser, tempfile, tokenizers
    >>> from pathlib import Path
    >>> from skclf import SentenceEncoder
    >>> words = tokenizers.models.WordLevel(
    ...     {"?": 0, "fire": 1, "sun": 2}, unk_token="?"
    ... )
    >>> tokenizer = tokenizers.Tokenizer(words)
    >>> tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    >>> graph = onnx.parser.parse_model('''
    ...     <ir_version: 8, opset_import: ["": 17]>
    ...     words (int64[n, l] input_ids, int64[n, l] attention_mask)
    ...         => (float[n, l, 2] states)
    ...     <float[3, 2] table = {0, 0, 3, 4, 1, 0}>
    ...     { states = Gather(table, input_ids) }
    ... ''')
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tokenizer.save(f"{folder}/tokenizer.json")
    ...     onnx.save(graph, f"{folder}/model.onnx")
    ...     encoder = SentenceEncoder(folder, normalize=False).fit(["fire"])
    >>> encoder.transform(["fire", "sun fire", None])
    array([[3., 4.],
           [2., 2.],
           [0., 0.]], dtype=float32)
    """

    _parameter_constraints = {
        "model": [str, os.PathLike],
        "pooling": [StrOptions({"auto", *POOLINGS})],
        "normalize": ["boolean"],
        "max_length": [POSITIVE_INT],
        "batch_size": [POSITIVE_INT],
        "prefix": [str],
        "store_weights": ["boolean"],
        "n_threads": [POSITIVE_INT, None],
        "download": ["boolean"],
    }

    def __init__(
        self,
        model,
        *,
        pooling="auto",
        normalize=True,
        max_length=128,
        batch_size=32,
        prefix="",
        store_weights=True,
        n_threads=None,
        download=False,
    ):
        self.model = model
        self.pooling = pooling
        self.normalize = normalize
        self.max_length = max_length
        self.batch_size = batch_size
        self.prefix = prefix
        self.store_weights = store_weights
        self.n_threads = n_threads
        self.download = download

    def fit(self, X, y=None):
        """Read the model, and count the texts that are too long for it.

        Parameters
        ----------
        X : array-like of str of shape (n_documents,)
            Training texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : SentenceEncoder
            The fitted transformer.
        """
        docs = self._read_model(X)
        _, was_cut = self._encoder.tokens(self._texts(docs), self.max_length_)
        self.n_truncated_ = sum(was_cut)
        self._warn_of_cut(self.n_truncated_, len(docs))
        return self

    def fit_transform(self, X, y=None):
        """Read the model, and encode the training texts.

        Parameters
        ----------
        X : array-like of str of shape (n_documents,)
            Training texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        ndarray of float32 of shape (n_documents, n_features_out_)
            One vector for each text.
        """
        docs = self._read_model(X)
        vectors, self.n_truncated_ = self._encode(docs)
        self._warn_of_cut(self.n_truncated_, len(docs))
        return vectors

    def transform(self, X):
        """Encode texts.

        Parameters
        ----------
        X : array-like of str of shape (n_documents,)
            Texts.

        Returns
        -------
        ndarray of float32 of shape (n_documents, n_features_out_)
            One vector for each text; a DataFrame after
            ``set_output(transform="pandas")``.
        """
        check_is_fitted(self)
        docs = check_documents(X)
        vectors, n_cut = self._encode(docs)
        self._warn_of_cut(n_cut, len(docs))
        return vectors

    def get_feature_names_out(self, input_features=None):
        """Name the dimensions.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features_out_,)
            ``sentenceencoder0``, ``sentenceencoder1`` and so on.
        """
        check_is_fitted(self)
        names = [f"sentenceencoder{i}" for i in range(self.n_features_out_)]
        return np.array(names, dtype=object)

    def _read_model(self, X):
        """Everything of `fit` but what is counted; the texts."""
        self._validate_params()
        docs = check_documents(X)
        check_not_empty(docs, "SentenceEncoder")
        import_optional("tokenizers", feature="SentenceEncoder", extra="encoders")
        folder = read_folder(find_folder(self.model, self.download))
        kind = StaticTable if folder.is_static else SentenceGraph
        import_optional(kind.package, feature="SentenceEncoder", extra="encoders")
        if self.prefix and not folder.pools_prefix:
            raise ValueError(
                f"Expected prefix='' for {str(self.model)!r}, which pools the tokens "
                f"of a text without those of its prefix, got {self.prefix!r:.60}."
            )
        how = self.store_weights, self.n_threads
        key = folder.identity, *how
        self._encoder = MODELS.get(key, lambda: kind(folder, *how))
        self.model_digest_ = self._encoder.digest
        self.max_length_ = min(self.max_length, folder.max_length or self.max_length)
        self._lower = folder.lower
        self._has_unit_length = bool(self.normalize or folder.normalize)
        states, _ = self._encoder.states([np.zeros((2, 1), dtype=np.int32)])
        self.n_features_out_ = states.shape[-1]
        self.pooling_ = self._choose_pooling(folder, pools_itself=states.ndim == 2)
        return docs

    def _choose_pooling(self, folder, pools_itself):
        if pools_itself and self.pooling != "auto":
            raise ValueError(
                "Expected pooling='auto', as the model puts out vectors of texts, not "
                f"of tokens, got {self.pooling!r}."
            )
        if pools_itself:
            return None
        if folder.unknown:
            raise ValueError(
                "Expected an encoder of the parts Transformer, Pooling and Normalize "
                f"in modules.json, got {listed(folder.unknown)}, too. Export a model "
                "with all its parts, which puts out one vector for each text."
            )
        return (folder.pooling or "mean") if self.pooling == "auto" else self.pooling

    def _texts(self, docs):
        """The texts as the tokenizer gets them."""
        texts = [self.prefix + doc for doc in docs]
        return [text.lower() for text in texts] if self._lower else texts

    def _encode(self, docs):
        """One vector for each text, and how many texts were cut."""
        texts = self._texts(docs)
        keys = {text: self._key(text) for text in texts}
        found = CACHE.find(keys.values())
        new = [text for text, key in keys.items() if key not in found]
        for text, item in zip(new, self._computed(new), strict=True):
            found[keys[text]] = item
            CACHE.keep(keys[text], item, item[0].nbytes + _BYTES_BESIDE)
        vectors = np.empty((len(texts), self.n_features_out_), dtype=np.float32)
        n_cut = 0
        for row, text in enumerate(texts):
            vectors[row], was_cut = found[keys[text]]
            n_cut += was_cut
        return vectors, n_cut

    def _key(self, text):
        # By their digests, the cache holds no texts.
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16)
        how = self.max_length_, self.pooling_, self._has_unit_length
        return self.model_digest_, *how, digest.digest()

    def _computed(self, texts):
        """For each text its vector, and whether it was cut."""
        if not texts:
            return []
        ids, was_cut = self._encoder.tokens(texts, self.max_length_)
        vectors = np.zeros((len(texts), self.n_features_out_), dtype=np.float32)
        lengths = np.array([row.shape[1] for row in ids])
        order = np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)]
        size = 1 if self._encoder.mixes_texts else self.batch_size
        line = ProgressLine(len(texts) >= _LONG, away=True)
        time = TimeLeft(1, len(order))
        time.begin()
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            vectors[rows] = self._pooled(*self._encoder.states([ids[i] for i in rows]))
            done = start + len(rows)
            line.show(f"encoded {done:,} of {len(order):,} texts{time.text(done)}")
        line.close()
        # Copies: what the cache keeps of them does not keep them all.
        return [(row.copy(), cut) for row, cut in zip(vectors, was_cut, strict=True)]

    def _pooled(self, states, mask):
        vectors = POOLINGS[self.pooling_](states, mask) if self.pooling_ else states
        return unit_length(vectors) if self._has_unit_length else vectors

    def _warn_of_cut(self, n_cut, n_documents):
        if n_cut > _MANY_CUT * n_documents:
            warnings.warn(
                f"{n_cut:,} of {n_documents:,} texts have more than {self.max_length_} "
                "tokens, the rest of which is not read. Pass a larger max_length, if "
                "the model allows it.",
                UserWarning,
                stacklevel=3,
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
