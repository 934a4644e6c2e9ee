"""A search and the scoring of a Parquet folder on Dask.
=====================================================

::

    python examples/on_dask.py                  (two processes of this machine)
    python examples/on_dask.py --folder FOLDER  (kept: nothing is fitted twice)
    python examples/on_dask.py --scheduler tcp://HOST:8786 --folder SHARED_FOLDER

Needs dask[dataframe,distributed]: pip install 'skclf[all,cluster]'. If a worker that is
killed ends the search, the same command goes on. The storage of the search is SQLite,
so workers of other machines do without resumable().
"""

import argparse
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import dask.dataframe as dd
import joblib
from _on_engines import (
    N_WORKERS,
    make_search,
    prepare,
    report,
    save_for_scoring,
    score,
)
from distributed import Client, LocalCluster


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where files are kept")
    parser.add_argument("--scheduler", help="address of a cluster that runs")
    parser.add_argument("--rows", type=int, default=2000, help="in each file")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        X, y = prepare(folder, n_labelled=600, n_parts=4, n_rows=options.rows)
        with ExitStack() as held:
            address = options.scheduler or held.enter_context(local_cluster())
            held.enter_context(Client(address))
            search = make_search(folder)
            # Arrays go to each worker once, as scattered data.
            with joblib.parallel_config("dask", scatter=[X, y]):
                search.fit(X, y)
            score_folder(folder, save_for_scoring(search, folder))
        report(search, folder)


def local_cluster():
    return LocalCluster(
        n_workers=N_WORKERS, threads_per_worker=1, dashboard_address=None
    )


def score_folder(folder, model):
    """Score all files of a folder, a partition after the other."""
    rows = dd.read_parquet(folder / "new")
    meta = rows._meta.assign(disaster=0.0)
    rows.map_partitions(score, model, meta=meta).to_parquet(folder / "scored")


if __name__ == "__main__":
    main()
