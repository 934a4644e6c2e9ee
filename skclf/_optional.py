"""Packages that only some features need, imported where they are used."""

from importlib import import_module


def import_optional(module, *, feature, extra=None):
    """Import a package that not everybody has, or say which it is and how to get it.

    Parameters
    ----------
    module : str
        Dotted name of the module.
    feature : str
        What the user asked for, as the start of a sentence.
    extra : str, default=None
        The pip extra of skclf that installs the package, if one does.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    ImportError
        If the package is not installed, or cannot be imported.

    Examples
    --------
    >>> from skclf._optional import import_optional
    >>> import_optional("json", feature="Nothing much").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        is_absent = (error.name or package).partition(".")[0] == package
        reason = "which is not installed"
        if not is_absent or not isinstance(error, ModuleNotFoundError):
            reason = f"which cannot be imported ({str(error)[:200]})"
        wanted = f"'skclf[{extra}]'" if extra else package
        raise ImportError(
            f"{feature} needs the package {package!r}, {reason}. Install it with: pip "
            f"install {wanted}",
            name=package,
        ) from error
