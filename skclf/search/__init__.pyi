# What type checkers see, as names are imported on first use.
from skclf.search._results import results as results
from skclf.search._resumable import resumable as resumable
from skclf.search._spaces import space as space
from skclf.search._tune import tune as tune
from skclf.search._tuned_pipeline import TunedPipeline as TunedPipeline
