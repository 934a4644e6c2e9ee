"""Public names of a package that are imported on first use."""

from importlib import import_module


def attach(package, home, subpackages=()):
    """Make what a package needs to import its public names when they are asked for.

    As PEP 562 has it; heavy modules are loaded only where they are used.

    Parameters
    ----------
    package : str
        Name of the package.
    home : dict of str to str
        The module that each public name is in.
    subpackages : sequence of str, default=()
        Subpackages that are names of the package, too.

    Returns
    -------
    __getattr__, __dir__ : callable
        The package's functions of these names.
    __all__ : list of str
        The public names.
    """

    def load(name):
        if name in home:
            return getattr(import_module(home[name]), name)
        if name in subpackages:
            return import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    public = [*home, *subpackages]
    return load, lambda: sorted(public), public
