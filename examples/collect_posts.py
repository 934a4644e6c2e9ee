"""Collect posts from X, the former Twitter, into a CSV that load_csv reads
========================================================================

::

    export BEARER_TOKEN=...                  (of your app; it is written nowhere)
    python examples/collect_posts.py "flood lang:en -is:retweet" posts.csv

Run it again to go on: first where the last search was cut off, then with what is new.
The search goes back seven days, so run it at least once a week. One file holds one
query, and each post once; line ends in posts become blanks, so that a line is a post.
"""

import argparse
import csv
import fcntl
import logging
import os
from collections import namedtuple
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import sleep, time

import requests
import tweepy

from skclf.datasets import load_csv

COLUMNS = ("id", "created_at", "lang", "text", "query", "searched_at")
FIELDS = ["created_at", "lang", "note_tweet"]
REACH = 7 * 24 * 3600 - 60  # how far back the search goes, in seconds
PATIENCE = (1, 4, 16, 64)  # seconds before an error of the server is tried again
TIMEOUT = 60  # seconds that the server may be silent
WITHOUT_RESET = 60  # seconds to wait if a rate limit does not say how long

Row = namedtuple("Row", COLUMNS)


def search(client, query, **bounds):
    """Pages of posts, the newest first."""
    token = None
    while True:
        page = ask(client, query, next_token=token, **bounds)
        yield page.data or []
        token = page.meta.get("next_token")
        if token is None:
            return


def ask(client, query, **params):
    """One page: waits for the rate limit, and tries again if the server fails."""
    waits = iter(PATIENCE)
    while True:
        try:
            return client.search_recent_tweets(
                query, max_results=100, tweet_fields=FIELDS, **params
            )
        except tweepy.TooManyRequests as error:
            reset = error.response.headers.get("x-rate-limit-reset")
            wait = max(int(reset) - time(), 0) + 1 if reset else WITHOUT_RESET
            print(f"rate limit: going on in {wait:.0f} seconds", flush=True)
        except (tweepy.TwitterServerError, requests.RequestException):
            wait = next(waits, None)
            if wait is None:
                raise
        sleep(wait)


def searches(rows):
    """Bounds of the searches that complete a file, each with the time it began.

    The rows of a search run from new to old. What may be missing of the last one is
    older than its rows, and newer than those of the searches before.
    """
    began = datetime.now(UTC).isoformat(timespec="microseconds")
    if not rows:
        return [({}, began)]
    last = rows[-1].searched_at
    oldest = min(int(row.id) for row in rows if row.searched_at == last)
    before = max((int(row.id) for row in rows if row.searched_at != last), default=0)
    newest = max(int(row.id) for row in rows)
    if not is_in_reach(newest):
        print(f"posts after {newest} may be missing: the search goes back 7 days")
    new = (since(newest), began)
    if not is_in_reach(oldest):
        return [new]
    return [({"until_id": oldest} | since(before), last), new]


def since(post):
    return {"since_id": post} if is_in_reach(post) else {}


def is_in_reach(post):
    """Whether a post is not too old for the search; its number tells when it was."""
    return time() - ((post >> 22) + 1_288_834_974_657) / 1000 < REACH


def collect(client, query, path, limit=None):
    """Append new posts to the file; returns how many, and how many it had already."""
    with path.open("a", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # one writer at a time
        rows = read_rows(path, query)
        known, n_new, n_double = {int(row.id) for row in rows}, 0, 0
        output = csv.writer(file)
        if not path.stat().st_size:
            output.writerow(COLUMNS)
        for bounds, began in searches(rows):
            for page in search(client, query, **bounds):
                for post in page:
                    if post.id in known:
                        n_double += 1
                        continue
                    output.writerow(to_row(post, query, began))
                    known.add(post.id)
                    n_new += 1
                    if n_new == limit:
                        return n_new, n_double
                file.flush()
    return n_new, n_double


def read_rows(path, query):
    """What the file holds; a last line that was cut off is removed."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    lines = csv.reader(whole.decode().splitlines(), strict=True)
    names, *rows = [*lines] or [COLUMNS]
    if tuple(names) != COLUMNS:
        raise ValueError(f"{path}: expected the columns {COLUMNS}, got {names}.")
    rows = [Row(*row) for row in rows]
    others = {row.query for row in rows} - {query}
    if others:
        raise ValueError(
            f"{path}: expected posts of {query!r}, got those of {others.pop()!r}. "
            "Use a file for each query."
        )
    os.truncate(path, len(whole))
    return rows


def to_row(post, query, began):
    """Long posts are in a field of their own, `text` is their beginning."""
    text = post.data.get("note_tweet", {}).get("text", post.text)
    text = " ".join(text.split())
    return Row(post.id, post.created_at.isoformat(), post.lang, text, query, began)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("query", help="as in the search of X")
    parser.add_argument("output", type=Path, help="a CSV file, old or new")
    parser.add_argument("--limit", type=int, help="most posts to add: they may cost")
    options = parser.parse_args()
    if options.limit is not None and options.limit < 1:
        parser.error(f"expected a --limit of 1 or more, got {options.limit}")
    token = os.environ.get("BEARER_TOKEN")
    if not token:
        parser.error("expected the token of your app in the environment: BEARER_TOKEN")
    logging.getLogger("tweepy").setLevel(logging.INFO)  # it would log the token
    client = tweepy.Client(token)
    client.session.request = partial(client.session.request, timeout=TIMEOUT)
    query, path = " ".join(options.query.split()), options.output
    try:
        n_new, n_double = collect(client, query, path, options.limit)
    except BlockingIOError as error:
        raise SystemExit(f"{path}: another process is writing it") from error
    except (tweepy.TweepyException, requests.RequestException) as error:
        raise SystemExit(f"stopped, run it again to go on: {error}") from error
    print(f"{path}: {n_new} new posts, {n_double} left out that were there already")
    if n_rows := len(read_rows(path, query)):
        posts = load_csv(path, target=None).data
        print(f"{n_rows} posts from {posts['created_at'].min()}")
        print(f"to {posts['created_at'].max()}")


if __name__ == "__main__":
    main()
