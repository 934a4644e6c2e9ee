"""A search and the scoring of a Parquet folder on Ray.
====================================================

::

    python examples/on_ray.py                  (two processes of this machine)
    python examples/on_ray.py --folder FOLDER  (kept: nothing is fitted twice)

Needs ray[data]: pip install 'skclf[all,cluster]'. A cluster that runs is found by the
variable RAY_ADDRESS. A worker that is killed ends the search: the same command goes on.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import ray
from _on_engines import (
    N_WORKERS,
    make_search,
    prepare,
    report,
    save_for_scoring,
    score,
)
from ray.util.joblib import register_ray


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where files are kept")
    parser.add_argument("--rows", type=int, default=2000, help="in each file")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        X, y = prepare(folder, n_labelled=600, n_parts=4, n_rows=options.rows)
        ray.init(num_cpus=N_WORKERS, include_dashboard=False)
        register_ray()
        search = make_search(folder)
        with joblib.parallel_config("ray"):
            search.fit(X, y)
        score_folder(folder, save_for_scoring(search, folder))
        ray.shutdown()
        report(search, folder)


def score_folder(folder, model):
    """Score all files of a folder, a batch after the other."""
    rows = ray.data.read_parquet(str(folder / "new"))
    scored = rows.map_batches(score, fn_args=[model], batch_format="pandas")
    scored.write_parquet(str(folder / "scored"))


if __name__ == "__main__":
    main()
