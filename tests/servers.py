"""Servers for tests, on free ports of this machine."""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager

CODE = """
import sys, json
from skclf.web import serve
if __name__ == "__main__":
    serve(sys.argv[1], port=0, **json.loads(sys.argv[2]))
"""


@contextmanager
def served(path, folder, **options):
    """A process that serves a file: it, its address, and the lines of its log."""
    script = folder / "serve_it.py"
    script.write_text(CODE)
    process = subprocess.Popen(
        [sys.executable, str(script), str(path), json.dumps(options)],
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(folder),
    )
    log, reader = [], None
    try:
        for line in process.stderr:
            log.append(line)
            if found := re.search(r"Serving on (http://\S+)", line):
                break
        else:
            raise AssertionError("".join(log))
        reader = threading.Thread(target=lambda: log.extend(process.stderr))
        reader.start()
        yield process, found[1], log
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
        if reader is not None:
            reader.join(60)
        process.stderr.close()


def _environment(folder):
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    return os.environ | {"TMPDIR": str(temporary)}
