"""Optional packages, imported where they are used."""

from importlib import import_module


def import_optional(module, *, feature, extra):
    """Import an optional package or say which extra brings it.

    Parameters
    ----------
    module : str
        Dotted name of the module.
    feature : str
        What the user asked for, as the start of a sentence.
    extra : str
        The pip extra of skclf that installs the package.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    ImportError
        If the package is not installed.

    Examples
    --------
    >>> from skclf._optional import import_optional
    >>> import_optional("json", feature="Nothing much", extra="all").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"{feature} needs the package {package!r}, which is not installed. Install "
            f"it with: pip install {package} (it belongs to the extra skclf[{extra}])"
        ) from error
