"""Serve a saved pipeline: a page for people, JSON for programs
============================================================

::

    python examples/serve_model.py model.skclf [--port 8000] [--workers 2]

The environment may name a token that clients have to send, SKCLF_TOKEN: arguments can
be seen by all users of a machine.
"""

import argparse
import os

from skclf.web import serve


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="a file of skclf.save")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--allowed-host", action="append", default=[])
    args = parser.parse_args(arguments)
    serve(
        args.model,
        host=args.host,
        port=args.port,
        workers=args.workers,
        token=os.environ.get("SKCLF_TOKEN") or None,
        allowed_hosts=args.allowed_host,
    )


if __name__ == "__main__":
    main()
