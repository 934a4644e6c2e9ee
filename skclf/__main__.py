"""``python -m skclf`` is the command line."""

import sys

from skclf.cli import main

if __name__ == "__main__":
    sys.exit(main())
