"""What models of sentence encoders share: files, a tokenizer, and how they are kept."""

import hashlib
from pathlib import Path

import numpy as np

from skclf._fork import new_lock
from skclf._optional import import_optional
from skclf.embed._encoder_folder import read_folder
from skclf.exceptions import MissingResourceError

_CHUNK = 4096  # texts whose tokens are worked out together
_STARTING = new_lock()


class FolderModel:
    """A tokenizer and weights, read on first use; nothing in it changes.

    Subclasses say what the weights are: `start` makes what computes, `states` computes.

    Parameters
    ----------
    folder : EncoderFolder
        The files.
    store_weights : bool
        Whether pickles hold the files, or where they are.
    n_threads : int or None
        How many threads compute; None: as many as there are cores.
    """

    adds_special_tokens = True

    def __init__(self, folder, store_weights, n_threads):
        if store_weights and folder.weights:
            raise ValueError(
                f"Expected a model with its weights inside of {folder.model.name!r}, "
                f"got weights in {folder.weights[0].name!r}, which a pickle cannot "
                "hold. Pass store_weights=False."
            )
        self.place = str(folder.tokenizer.parent.resolve())
        self.n_threads = n_threads
        self.digest = _digest(folder)
        self.model = self.tokenizer = None
        if store_weights:
            self.model = folder.model.read_bytes()
            self.tokenizer = folder.tokenizer.read_text(encoding="utf-8")
        self._started = None
        self._tokenizers = {}

    def __getstate__(self):
        return vars(self) | {"_started": None, "_tokenizers": {}}

    def __deepcopy__(self, memo):
        return self

    def tokens(self, texts, max_length):
        """Ids of the tokens of texts, and which texts were cut.

        Parameters
        ----------
        texts : list of str
            The texts.
        max_length : int
            The most tokens of a text, special ones included.

        Returns
        -------
        ids : list of ndarray of shape (2, n_tokens)
            Ids of the tokens and of their types.
        was_cut : list of bool
            Whether there were more of them.
        """
        tokenizer, left_out = self._tokenizer(max_length)
        ids, was_cut = [], []
        for start in range(0, len(texts), _CHUNK):
            # A surrogate that stands alone is no text to the tokenizer.
            chunk = [
                text.encode(errors="replace").decode()
                for text in texts[start : start + _CHUNK]
            ]
            for encoding in tokenizer.encode_batch(
                chunk, add_special_tokens=self.adds_special_tokens
            ):
                row = np.array([encoding.ids, encoding.type_ids], dtype=np.int32)
                ids.append(row if left_out is None else row[:, row[0] != left_out])
                was_cut.append(bool(encoding.overflowing))
        return ids, was_cut

    def started(self):
        """What `start` made, which is made once."""
        with _STARTING:
            if self._started is None:
                model = self.model
                if model is None:
                    model = str(self._folder().model)
                self._started = self.start(model)
            return self._started

    def left_out(self, tokenizer):
        """Id of a token that does not count, if there is one."""
        return None

    def _tokenizer(self, max_length):
        with _STARTING:
            if max_length not in self._tokenizers:
                tokenizers = import_optional(
                    "tokenizers", feature="SentenceEncoder", extra="encoders"
                )
                text = self.tokenizer
                if text is None:
                    path = self._folder().tokenizer
                    text = path.read_text(encoding="utf-8")
                new = made(tokenizers.Tokenizer.from_str, text, "tokenizer.json")
                n_special = 0
                if self.adds_special_tokens:
                    n_special = new.num_special_tokens_to_add(False)
                if max_length <= n_special:
                    raise ValueError(
                        f"Expected max_length above {n_special}, the number of tokens "
                        f"that the encoder adds to a text, got {max_length!r}."
                    )
                new.no_padding()
                new.enable_truncation(max_length)
                self._tokenizers[max_length] = new, self.left_out(new)
            return self._tokenizers[max_length]

    def _folder(self):
        """The folder again, if it is still there, and the same."""
        try:
            folder = read_folder(Path(self.place))
        except OSError as error:
            raise MissingResourceError(
                f"Expected the files of the encoder in {self.place!r}, as it was "
                "fitted with store_weights=False; they are not there. Put them there, "
                "or fit with store_weights=True."
            ) from error
        if _digest(folder) != self.digest:
            raise ValueError(
                f"Expected the encoder of the fit in {self.place!r}, got another one: "
                "its files have changed. Put the old ones there, or fit again."
            )
        return folder


def made(make, source, name):
    """What is made of a file, or an error that says which one is damaged."""
    try:
        return make(source)
    except Exception as error:
        raise ValueError(
            f"Expected a sentence encoder, got {name} that cannot be read: "
            f"{str(error)[:200]}"
        ) from error


def _digest(folder):
    digest = hashlib.blake2b(digest_size=16)
    for path in (folder.model, *folder.weights, folder.tokenizer):
        with open(path, "rb") as file:
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
