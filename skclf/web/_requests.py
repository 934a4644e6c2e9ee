"""What clients send and are sent, and how much of it."""

from dataclasses import dataclass

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from skclf._validation import did_you_mean, excerpt, listed

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Limits:
    """The most that one request may hold.

    Parameters
    ----------
    max_texts : int
        Texts or rows of `/predict`.
    max_explained : int
        Texts or rows of `/explain`.
    max_length : int
        Characters of one text; of `/explain`, of all texts together.
    max_bytes : int
        Bytes of a request of JSON.
    max_file_bytes : int
        Bytes of a file.
    """

    max_texts: int
    max_explained: int
    max_length: int
    max_bytes: int
    max_file_bytes: int


class Documents(BaseModel):
    """Texts, or rows of a table; null is what is missing."""

    model_config = ConfigDict(extra="forbid", strict=True)

    texts: list[str | None] | None = Field(None, examples=[["Forest fire near here"]])
    rows: list[dict[str, Cell]] | None = Field(
        None,
        description="One object for each row, from names of columns to values. "
        "Columns that the model does not read are left out.",
    )


class DocumentsToPredict(Documents):
    """Texts, or rows of a table; null is what is missing."""

    flags: bool = Field(
        False, description="Say of each whether the model knows too little of it."
    )


class Prediction(BaseModel):
    """What the model says of one text or row."""

    label: Cell = Field(None, description="Not there where there may be several.")
    labels: list[Cell] | None = Field(
        None, description="There where documents may have several labels."
    )
    probabilities: dict[str, float] | None = None
    out_of_depth: bool | None = Field(
        None, description="Null where the model does not tell which words it knows."
    )
    unknown_words: float | None = Field(None, description="A share, from 0 to 1.")
    reason: str | None = None


class Word(BaseModel):
    """What a word adds to the score of a label."""

    start: int = Field(description="Counted in characters (code points).")
    end: int
    word: str
    weight: float


class ColumnWeight(BaseModel):
    """What a column adds to the score of a label."""

    column: str
    weight: float


class ExplainedPrediction(Prediction):
    """What the model says of one text or row, and why."""

    text: str
    explained_label: Cell
    method: str
    words: list[Word]
    columns: list[ColumnWeight]


class PredictionList(BaseModel):
    """One for each text or row, in their order."""

    predictions: list[Prediction]


class ExplanationList(BaseModel):
    """One for each text or row, in their order."""

    explanations: list[ExplainedPrediction]


class Problem(BaseModel):
    """What was expected, what was got."""

    detail: str


class RowsBatch:
    """Rows of a request, as :class:`TableInput` reads them.

    Parameters
    ----------
    rows : list of dict
        The rows.
    """

    start = 0

    def __init__(self, rows):
        self._rows, self.rejected = rows, {}

    def values(self, name):
        return [row[name] for row in self._rows]

    def good(self):
        return [i for i in range(len(self._rows)) if i not in self.rejected]

    def line(self, i):
        return None

    def shown(self, i):
        return ""


def read_documents(sent, model, limits, *, most, explained=False):
    """What the model is given, of what was sent.

    Parameters
    ----------
    sent : Documents
        The request.
    model : ServedModel
        The model.
    limits : Limits
        How much may be sent.
    most : int
        How many texts or rows.
    explained : bool, default=False
        Whether all texts together may be as long as one of others.

    Returns
    -------
    list of str or DataFrame

    Raises
    ------
    HTTPException
        413 if it is too much, 422 if it is something else than the model reads.
    """
    name, other = ("texts", "rows") if model.columns is None else ("rows", "texts")
    items = getattr(sent, name)
    if items is None or getattr(sent, other) is not None:
        got = other if getattr(sent, other) is not None else "none"
        raise HTTPException(422, f"{_expected(model)} Got {got}.")
    if not items:
        raise HTTPException(422, f"Expected at least one of {name}, got none.")
    if len(items) > most:
        raise HTTPException(
            413,
            f"Expected at most {most:,} {name} in a request, got {len(items):,}. Send "
            "several requests.",
        )
    if model.columns is None:
        _check_lengths([("texts", items)], limits, explained)
        return [text or "" for text in items]
    for i, row in enumerate(items):
        missing = [column for column in model.columns if column not in row]
        if missing:
            raise HTTPException(
                422,
                f"Expected the columns {listed(model.columns)} in each row, got "
                f"{listed(row)} in rows.{i}.{did_you_mean(missing[0], row)} Send null "
                "for what is missing.",
            )
    batch = RowsBatch(items)
    columns = [(column, batch.values(column)) for column in model.columns]
    _check_lengths(columns, limits, explained)
    table = model.table(batch)
    if batch.rejected:
        first = min(batch.rejected)
        raise HTTPException(422, f"rows.{first}: {batch.rejected[first].reason}")
    return table


def _expected(model):
    if model.columns is None:
        return 'This model reads texts: expected {"texts": ["...", ...]}.'
    shown = ", ".join(f'"{column}": ...' for column in model.columns[:10])
    return f'This model reads rows: expected {{"rows": [{{{shown}}}, ...]}}.'


def _check_lengths(columns, limits, explained):
    total = 0
    for name, values in columns:
        try:
            "".join(value for value in values if isinstance(value, str)).encode()
        except UnicodeEncodeError as error:
            raise HTTPException(
                422, f"Expected text in {excerpt(name)}, got half of a character."
            ) from error
        lengths = [len(value) if isinstance(value, str) else 0 for value in values]
        total += sum(lengths)
        longest = max(lengths)
        if longest > limits.max_length:
            i = lengths.index(longest)
            raise HTTPException(
                413,
                f"Expected texts of at most {limits.max_length:,} characters, got "
                f"{longest:,} in {excerpt(name)}, number {i}. Send a part of it.",
            )
    if explained and total > limits.max_length:
        raise HTTPException(
            413,
            f"Expected at most {limits.max_length:,} characters to explain in a "
            f"request, got {total:,}. Send several requests.",
        )
