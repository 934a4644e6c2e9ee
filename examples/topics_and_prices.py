"""S3, last step. Daily shares of predicted topics beside the returns of a price
=============================================================================

::

    python examples/topics_and_prices.py --plot lags.png      (made-up posts and prices)
    python examples/topics_and_prices.py --data model.skclf posts.csv prices.csv

Posts have created_at and text; prices date and close, a row for each trading day.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.special import softmax

from skclf import load, make_text_classifier
from skclf.datasets import load_csv, make_reviews


def sample(n_days=250, effect=0.6):
    """Returns follow the ups of garden two days before, and nothing else.

    It is a small topic. Shares sum to one: if a large one goes up, others go down.
    """
    X, y = make_reviews(1000, target="topic", random_state=0, return_X_y=True)
    posts = make_reviews(25 * n_days, random_state=1).frame.dropna(subset="text")
    rng, days = np.random.default_rng(0), pd.bdate_range("2026-01-01", periods=n_days)
    ups = {topic: rng.normal(size=n_days) for topic in np.unique(y)}
    for topic, at in posts.groupby("topic").groups.items():
        posts.loc[at, "created_at"] = rng.choice(days, len(at), p=softmax(ups[topic]))
    noise = rng.normal(scale=np.sqrt(1 - effect**2), size=n_days)
    returns = 0.01 * (effect * np.roll(ups["garden"], 2) + noise)
    model = make_text_classifier("tfidf-logreg").fit(X["text"], y)
    return model, posts, pd.Series(100 * np.exp(returns.cumsum()), days)


def daily_shares(topics, times, days):
    """Shares of topics on each trading day, of the posts since the one before."""
    times = pd.to_datetime(times, utc=True).dt.tz_localize(None).dt.normalize()
    shares = pd.crosstab(days.searchsorted(times), topics, normalize="index")
    shares = shares.reindex(range(len(days))).set_axis(days)[1:]  # the first has more
    return shares.loc[:, (shares > 0).mean() > 0.1]  # others are too rare


def lagged_correlations(shares, prices, n_lags=6, n_resamples=2000, block=10):
    """Correlations of shares with returns of later days, and intervals for all at once.

    Blocks of days are drawn with replacement, as days hang together. The largest error
    of all correlations gives one width for all, on the scale of Fisher's z: 95 % of
    tables have no interval that misses. Days without posts are left out. Lag 0 is the
    same day, and does not say what came first.
    """
    table = pd.concat({lag: shares.shift(lag) for lag in range(n_lags)}, axis=1)
    table.insert(0, ("return", ""), np.log(prices).diff())
    rows = table.dropna().to_numpy()
    size = (n_resamples, -(-len(rows) // block), 1)
    drawn = np.random.default_rng(0).integers(len(rows), size=size) + np.arange(block)
    drawn = drawn.reshape(n_resamples, -1)[:, : len(rows)] % len(rows)
    found, resampled = fisher_z(rows), [fisher_z(rows[days]) for days in drawn]
    width = np.quantile(abs(resampled - found).max(axis=1), 0.95)
    index = table.columns[1:].set_names(["days later", "topic"])
    columns = {"correlation": found, "low": found - width, "high": found + width}
    return np.tanh(pd.DataFrame(columns, index))


def fisher_z(rows):
    """Of the correlations of the first column with the others."""
    return np.arctanh(np.corrcoef(rows, rowvar=False)[0, 1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs=3, metavar=("MODEL", "POSTS", "PRICES"))
    parser.add_argument("--plot", metavar="PICTURE")
    options = parser.parse_args()
    if options.data:
        model, posts = load(options.data[0]), load_csv(options.data[1], target=None)
        prices = pd.read_csv(options.data[2], index_col="date", parse_dates=True)
        posts, prices = posts.data, prices["close"].sort_index()
    else:
        model, posts, prices = sample()
    shares = daily_shares(model.predict(posts["text"]), posts.created_at, prices.index)
    table = lagged_correlations(shares, prices).round(2)
    print(f"{len(posts)} posts on {len(prices)} days; correlations of shares, returns:")
    print(table["correlation"].unstack().T.to_string())
    print("\n95 % intervals without 0:", table.query("low > 0 or high < 0"), sep="\n")
    if options.plot:
        wide, mean = table.unstack(), table["correlation"].unstack()
        errors = np.stack([mean - wide["low"], wide["high"] - mean]).transpose(2, 0, 1)
        axes = mean.plot(subplots=True, sharey=True, yerr=errors, figsize=(6, 9))
        axes[0].figure.savefig(options.plot)


if __name__ == "__main__":
    main()
