# What type checkers see, as names are imported on first use.
from skclf.inspection._explain import explain as explain
from skclf.inspection._explain_model import explain_model as explain_model
from skclf.inspection._explanation import Explanation as Explanation
from skclf.inspection._unknown_rate import unknown_rate as unknown_rate
