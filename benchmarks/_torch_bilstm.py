"""S1 in PyTorch, for ``training.py --torch``: run by an interpreter that has it.

    python benchmarks/_torch_bilstm.py data.npz THREADS

Batches of similar length, packed, trained through skorch. Prints the seconds of one
more epoch for each line that it reads.
"""

import sys

import numpy as np
import torch
from skorch import NeuralNetBinaryClassifier
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


class BiLSTM(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.tensor(table), freeze=True)
        self.read = nn.LSTM(table.shape[1], 64, batch_first=True, bidirectional=True)
        self.classify = nn.Sequential(
            nn.Dropout(0.3), nn.Linear(128, 16), nn.ReLU(), nn.Linear(16, 1)
        )

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(
            self.words(ids), lengths, batch_first=True, enforce_sorted=False
        )
        _, (states, _) = self.read(packed)
        return self.classify(torch.cat([states[0], states[1]], dim=1)).squeeze(1)


class Buckets:
    """Random batches of documents of similar length, as wide as the longest.

    Parameters
    ----------
    dataset : skorch.dataset.Dataset
        Its `X` has ids and lengths, its `y` classes.
    batch_size : int
        Documents in a batch.
    """

    def __init__(self, dataset, batch_size, **_):
        self.ids, self.lengths = dataset.X["ids"], dataset.X["lengths"]
        self.y = dataset.y
        self.batch_size = batch_size

    def __iter__(self):
        order = np.random.permutation(len(self.y))
        order = order[np.argsort(self.lengths[order], kind="stable")]
        batches = np.split(order, range(self.batch_size, len(order), self.batch_size))
        np.random.shuffle(batches)
        for rows in batches:
            lengths = torch.as_tensor(self.lengths[rows])
            ids = torch.as_tensor(self.ids[rows, : int(lengths.max())])
            yield {"ids": ids, "lengths": lengths}, torch.as_tensor(self.y[rows])


def main():
    torch.set_num_threads(int(sys.argv[2]))
    data = np.load(sys.argv[1])
    X = {"ids": data["ids"].astype(np.int64), "lengths": data["lengths"]}
    net = NeuralNetBinaryClassifier(
        BiLSTM,
        module__table=data["table"],
        optimizer=torch.optim.Adam,
        lr=1e-4,
        batch_size=32,
        iterator_train=Buckets,
        train_split=None,
        callbacks__print_log=None,
    ).initialize()
    for _ in sys.stdin:
        net.partial_fit(X, data["y"].astype(np.float32), epochs=1)
        print(net.history[-1]["dur"], flush=True)


if __name__ == "__main__":
    main()
