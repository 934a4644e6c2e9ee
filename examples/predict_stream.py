"""Label a file of any length with a saved pipeline, at constant memory
====================================================================

::

    python examples/predict_stream.py                    (made-up tweets, a small model)
    python examples/predict_stream.py model.skclf texts.csv labels.parquet text label
    python examples/predict_stream.py model.skclf in.csv out.csv text label ";" cp1252

Files are CSV, or Parquet if their names end in .parquet: that needs pyarrow. The column
id is kept; without one, rows are numbered. A model that is a pickle is refused.
"""

import csv
import sys
from itertools import islice, tee
from pathlib import Path
from tempfile import TemporaryDirectory

import skclf

GROUP = 10_000  # rows of a Parquet file that are in memory


def main(
    model, texts, output, text="text", target="label", sep=",", encoding="utf-8-sig"
):
    if Path(output).exists() and any(map(Path(output).samefile, (model, texts))):
        raise ValueError(f"Expected a new file for the labels, got {str(output)!r}.")
    rows, again = tee(
        read(Path(texts), text, sep, encoding)
    )  # one to be written, one to be predicted
    pipeline = skclf.load(model)
    labels = skclf.predict_stream(pipeline, (row[text] for row in again), verbose=1)
    pairs = enumerate(zip(rows, labels, strict=True))
    results = ({"id": row.get("id", i), target: label} for i, (row, label) in pairs)
    write(Path(output), ("id", target), results)
    print(f"labelled {texts} with {model}: {output}")


def read(file, text, sep, encoding):
    """Rows as dicts, one after the other."""
    if file.suffix == ".parquet":
        from pyarrow.parquet import ParquetFile

        for batch in ParquetFile(file).iter_batches(GROUP):
            yield from batch.to_pylist()
    else:
        with file.open(encoding=encoding, newline="") as lines:
            rows = csv.reader(lines, delimiter=sep, strict=True)
            try:
                yield from read_rows(rows, text)
            except (csv.Error, ValueError) as error:
                raise ValueError(f"{file}, line {rows.line_num}: {error}") from error


def read_rows(rows, text):
    """Rows of a CSV as dicts; all have to be as long as the first."""
    names = next(rows, [])
    if text not in names:
        raise ValueError(f"expected a column {text!r}, got {names[:20]}")
    for row in filter(None, rows):
        if len(row) != len(names):
            raise ValueError(f"expected {len(names)} fields, got {len(row)}")
        yield dict(zip(names, row, strict=True))


def write(file, names, rows):
    """Write rows as they come; if there are none, the names of their columns."""
    group = list(islice(rows, GROUP))  # an error here leaves the old file as it is
    if file.suffix == ".parquet":
        from pyarrow import Table
        from pyarrow.parquet import ParquetWriter

        schema = Table.from_pylist(group or [dict.fromkeys(names)]).schema
        with ParquetWriter(file, schema) as output:
            while group:
                output.write_table(Table.from_pylist(group, schema))
                group = list(islice(rows, GROUP))
    else:
        with file.open("w", encoding="utf-8", newline="") as lines:
            output = csv.DictWriter(lines, names)
            output.writeheader()
            output.writerows(group)
            output.writerows(rows)


def demo(folder):
    make_tweets = skclf.datasets.make_tweets
    tweets = make_tweets(2000, random_state=0)
    model = skclf.make_text_classifier("tfidf-logreg")
    model.fit(tweets.data["text"], tweets.target)
    skclf.save(model, folder / "model.skclf")
    make_tweets(10_000, random_state=1).data.to_csv(folder / "texts.csv", index=False)
    main(folder / "model.skclf", folder / "texts.csv", folder / "labels.csv")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(*sys.argv[1:])
    else:
        with TemporaryDirectory() as folder:
            demo(Path(folder))
