"""What a manifest has to look like; it comes from a file that anybody may have made."""

import re
from reprlib import repr as short_repr

_DIGEST = re.compile(r"[0-9a-f]{64}")
# Of packages and versions, which are looked for here and shown in advice to install.
# No dots in packages: to find "a.b", Python would import "a".
_PACKAGE = re.compile(r"(?!__)\w[\w-]{0,99}")
_MEMBER = re.compile(r"[\w-]{1,100}\.[a-z]{1,20}")
_VERSION = re.compile(r"[\w.!+*-]{1,100}")


def is_digest(value):
    """Whether a value is a SHA-256 in hexadecimal digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def check_schema(manifest):
    """Check the entries of a manifest.

    Parameters
    ----------
    manifest : dict
        As it was read, or is to be written.

    Raises
    ------
    ValueError
        If an entry is missing, or of another kind than :func:`~skclf.save` writes.

    Examples
    --------
    >>> from skclf.deploy._schema import check_schema
    >>> check_schema({"format": True})
    Traceback (most recent call last):
        ...
    ValueError: expected a number as 'format', got True
    """
    for key, (what, is_right) in _SCHEMA.items():
        if key not in manifest:
            raise ValueError(f"expected {what} as {key!r}, got none")
        if not is_right(manifest[key]):
            raise ValueError(
                f"expected {what} as {key!r}, got {short_repr(manifest[key])}"
            )
    if manifest["contents"] == "safe" and manifest["members"] is None:
        raise ValueError("expected a dict of files as 'members', got None")


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_classes(value):
    if value is None:
        return True
    if not isinstance(value, list):
        return False
    several = [labels if isinstance(labels, list) else [labels] for labels in value]
    return all(isinstance(x, str | int | float) for labels in several for x in labels)


def _are_versions(value):
    return isinstance(value, dict) and all(
        isinstance(version, str)
        and _PACKAGE.fullmatch(name)
        and _VERSION.fullmatch(version)
        for name, version in value.items()
    )


def _are_members(value):
    return isinstance(value, dict) and all(
        _MEMBER.fullmatch(name)
        and isinstance(about, dict)
        and _is_number(about.get("size"))
        and is_digest(about.get("sha256"))
        for name, about in value.items()
    )


def _is_text(value):
    return isinstance(value, str)


# Entry: what it is, in words, and how to tell.
_SCHEMA = {
    "format": ("a number", _is_number),
    "created": ("a text", _is_text),
    "estimator": ("a text", _is_text),
    "classes": ("a list of labels or null", _are_classes),
    "n_samples": ("a number or null", lambda x: x is None or _is_number(x)),
    "metrics": ("a dict or null", lambda x: x is None or isinstance(x, dict)),
    "versions": ("a dict of packages to their versions", _are_versions),
    "sha256": ("64 hexadecimal digits", is_digest),
    "contents": ("'safe' or 'pickle'", lambda x: x in ("safe", "pickle")),
    "members": ("a dict of files or null", lambda x: x is None or _are_members(x)),
}
