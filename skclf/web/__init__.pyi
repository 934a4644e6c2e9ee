# What type checkers see, as names are imported on first use.
from skclf.web._app import make_app as make_app
from skclf.web._serve import serve as serve
