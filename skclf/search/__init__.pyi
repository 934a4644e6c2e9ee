# What type checkers see, as names are imported on first use.
from skclf.search._results import results as results
from skclf.search._resumable import resumable as resumable
