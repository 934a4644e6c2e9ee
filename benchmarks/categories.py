"""CategoryCanonicalizer: 20,000 distinct values, and 400 beside skrub's deduplicate.

    python benchmarks/categories.py [--check] [--repeat 5]

Made-up places ("new ashford, ohio") with random typing errors: one letter replaced,
left out, put in, or two swapped. Each measurement has a fresh process: seconds of the
call, and the highest resident memory of the whole process. For the 400 values, the
spellings of 40 places, also the adjusted Rand index of the groups found to the places
meant (1 is perfect). Both run with their defaults. Medians. With --check the exit code
is 1 where a bound is missed.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from importlib.util import find_spec

# The process that starts the others imports nothing large: on Linux the peak memory of
# a process begins at that of its parent.
BOUNDS = {"fit, s": 60, "peak, MB": 2048}
MB = 1 << 20 if sys.platform == "darwin" else 1 << 10  # in units of ru_maxrss
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEGIN = """
ash bar black bran brook carl ches clay cor dan deer dun east edge elm fair farm fox
glen gold grand green hamp har haw hill hol jack king lake lan lin mar mill nor oak
pal pine port red rich rock rose sal sand shel silver spring stan stone strat sum
trent wal wash west white wil win wood york
"""
END = """
bridge bury by chester creek dale don field ford gate ham hurst land leigh ley mont
mouth over point port ridge side stead ster ton town view ville water wick worth
"""
BEFORE = ["", "", "", "new ", "north ", "south ", "saint ", "port ", "upper ", "west "]
STATES = """
alabama arizona california colorado florida georgia illinois indiana iowa kansas
kentucky maine michigan montana nevada ohio oregon tennessee texas utah vermont
wisconsin canada england scotland ireland australia kenya india nigeria
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail above the bounds")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--process", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        print(json.dumps(PROCESSES[options.process]()))
        return 0
    if find_spec("skrub") is None:
        print("The peer is missing. Install it with: pip install skrub")
        return 2

    runs = {name: [] for name in PROCESSES}
    for _ in range(options.repeat):
        for name, measured in runs.items():
            measured.append(in_fresh_process(name))
    return report({name: median(run) for name, run in runs.items()}, options)


def in_fresh_process(name):
    command = [sys.executable, __file__, "--process", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def median(runs):
    return {what: statistics.median(run[what] for run in runs) for what in runs[0]}


def report(medians, options):
    large = medians["20,000"]
    print(f"\nMedians of {options.repeat} processes each\n")
    print("| 20,000 distinct values | skclf | at most |\n|---|---|---|")
    for what, value in large.items():
        print(f"| {what} | {value:.3g} | {BOUNDS.get(what, '')} |")
    ours, theirs = medians["skclf"], medians["skrub"]
    print("\n| 400 distinct values | skrub | skclf | ratio |\n|---|---|---|---|")
    for what in ours:
        a, b = theirs[what], ours[what]
        ratio = "" if what == "Rand index" else f"{a / b:.1f}"
        print(f"| {what} | {a:.3g} | {b:.3g} | {ratio} |")
    missed = [what for what, bound in BOUNDS.items() if large[what] > bound]
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def misspelt_places(n_places, n_spellings, rng):
    """Distinct spellings, and for each the place that is meant."""
    begin, end, states = BEGIN.split(), END.split(), STATES.split()
    meant = {}
    while len(meant) < n_places:
        town = rng.choice(BEFORE) + rng.choice(begin) + rng.choice(end)
        place = f"{town}, {rng.choice(states)}"
        meant[place] = place
    places = list(meant)
    while len(meant) < n_spellings:
        place = rng.choice(places)
        meant.setdefault(misspell(place, rng), place)
    return list(meant), list(meant.values())


def misspell(text, rng):
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        i = rng.randrange(len(text) - 1)
        text = rng.choice((
            text[:i] + rng.choice(LETTERS) + text[i + 1 :],
            text[:i] + text[i + 1 :],
            text[:i] + rng.choice(LETTERS) + text[i:],
            text[:i] + text[i + 1] + text[i] + text[i + 2 :],
        ))  # fmt: skip
    return text


def column(n_places, n_spellings, seed=0):
    """A column with every spelling in it, the right ones ten times as often."""
    rng = random.Random(seed)
    spellings, meant = misspelt_places(n_places, n_spellings, rng)
    rows = [
        spelling
        for spelling, place in zip(spellings, meant, strict=True)
        for _ in range(10 if spelling == place else 1)
    ]
    rng.shuffle(rows)
    return rows, dict(zip(spellings, meant, strict=True))


def large():
    from skclf.category import CategoryCanonicalizer

    X, meant = column(5_000, 20_000)
    canonicalizer, seconds = timed(lambda: CategoryCanonicalizer().fit(X))
    _, again = timed(lambda: canonicalizer.transform(X))
    unseen = list({spelling + "x" for spelling in meant} - set(meant))
    _, new = timed(lambda: canonicalizer.transform(unseen))
    return {
        "fit, s": seconds,
        "transform of the same, s": again,
        "transform of as many unseen, s": new,
        "peak, MB": peak(),
    }


def small_skclf():
    from skclf.category import CategoryCanonicalizer

    X, meant = column(40, 400)
    output, seconds = timed(lambda: CategoryCanonicalizer().fit_transform(X).ravel())
    return measured(seconds, dict(zip(X, output, strict=True)), meant)


def small_skrub():
    from skrub import deduplicate

    X, meant = column(40, 400)
    output, seconds = timed(lambda: deduplicate(X).to_list())
    return measured(seconds, dict(zip(X, output, strict=True)), meant)


def timed(call):
    started = time.perf_counter()
    result = call()
    return result, time.perf_counter() - started


def measured(seconds, found, meant):
    groups = [found[spelling] for spelling in meant]
    return {
        "seconds": seconds,
        "Rand index": adjusted_rand_index(groups, list(meant.values())),
        "peak, MB": peak(),
    }


def adjusted_rand_index(a, b):
    """As scikit-learn's ``adjusted_rand_score``, without its memory."""

    def pairs(groups):
        return sum(n * (n - 1) / 2 for n in Counter(groups).values())

    both, first, second = pairs(zip(a, b, strict=True)), pairs(a), pairs(b)
    expected = first * second / (len(a) * (len(a) - 1) / 2)
    return (both - expected) / ((first + second) / 2 - expected)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


PROCESSES = {"20,000": large, "skrub": small_skrub, "skclf": small_skclf}

if __name__ == "__main__":
    sys.exit(main())
