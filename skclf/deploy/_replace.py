"""A file that takes the place of another one: whole, or not at all."""

import os
import re
import secrets
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from stat import S_IMODE

try:
    import fcntl
except ImportError:  # Windows, where nobody can take over an open file
    fcntl = None

# Without the target's name: that may be as long as names can be.
_NAME = re.compile(r"\.skclf-[0-9a-f]{16}\.tmp")


@contextmanager
def replacing(target):
    """A new file that takes the place of another one, if nothing goes wrong.

    It is locked as long as its process lives, and nobody may read it who may not read
    the one whose place it takes. What killed processes left in the folder is removed.

    Parameters
    ----------
    target : Path
        The file to replace; it may not be there yet.

    Yields
    ------
    file
        To be written to and read from.
    """
    _remove_leftovers(target.parent)
    old = target.stat() if target.exists() else None
    with ExitStack() as held:
        mode = 0o666 if old is None else 0o600  # of which the umask takes its part
        temporary, file = _locked_file(target.parent, mode, held)
        held.callback(temporary.unlink, missing_ok=True)
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if old is not None:
            make_like(temporary, old)
        os.replace(temporary, target)
    sync(target.parent)


def _locked_file(folder, mode, held):
    """A new file, and its path; its lock is held as long as `held` is open."""
    while True:
        temporary = folder / f".skclf-{secrets.token_hex(8)}.tmp"
        file = open(temporary, "x+b", opener=partial(os.open, mode=mode))  # noqa: SIM115
        if fcntl is None:
            return temporary, file
        with suppress(OSError):  # a file system without locks: nothing is removed there
            fcntl.flock(file, fcntl.LOCK_EX)
        if temporary.exists():  # else it was taken for a leftover before it was locked
            held.callback(os.close, os.dup(file.fileno()))  # which keeps the lock
            return temporary, file
        file.close()


def _remove_leftovers(folder):
    """Remove temporary files whose lock nobody holds."""
    if fcntl is None:
        return
    left = []
    with suppress(OSError):  # a folder whose names we may not read
        left = [name for name in os.listdir(folder) if _NAME.fullmatch(name)]
    for name in left:
        # An error: it is another user's, locked, or gone meanwhile.
        with suppress(OSError), open(folder / name, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(folder / name)


def make_like(path, old):
    """Give a file the mode of an older one, and its group, if the system lets us."""
    mode = S_IMODE(old.st_mode)
    if hasattr(os, "chown") and path.stat().st_gid != old.st_gid:
        try:
            os.chown(path, -1, old.st_gid)
        except OSError:
            mode &= ~0o070  # what was for that group is not for another one
    path.chmod(mode)


def sync(folder):
    """Write the folder to the disk, so that a new name in it outlasts a power cut."""
    with suppress(OSError):  # not possible on Windows, and on some file systems
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
