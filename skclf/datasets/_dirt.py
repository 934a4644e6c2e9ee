"""What makes a clean sentence look like a post: links, tags, entities, mojibake."""

import string

from skclf.datasets._word_lists import WORDS

__all__ = ["as_hashtag", "as_mojibake", "as_tweet", "messy_location", "misspell"]

_EMOJIS = {
    "real": ("🚨", "🙏", "😢", "⚠️", "😱"),
    "figurative": ("😂", "🔥", "😍", "💀", "✨", "😱"),
    "unclear": ("😱", "👀", "🤔"),
}
_LINK_SHARE = {"real": 0.6, "figurative": 0.3, "unclear": 0.4}
_LINK_SYMBOLS = string.ascii_letters + string.digits


def as_tweet(text, mood, draw):
    """Dress a sentence as people post it; the words keep their order."""
    if draw.chance(0.25):
        text = text.replace(" so ", f" s{'o' * (2 + int(draw.random() * 4))} ")
    text = _in_some_case(text, draw)
    if draw.chance(0.12):
        text = f"{_mention(draw)} {text}"
    if draw.chance(0.15):
        text = f"{text} {as_hashtag(draw.one_of(WORDS['hangout'] + WORDS['city']))}"
    if draw.chance(0.15):
        text = f"{text} {draw.one_of(_EMOJIS[mood])}"
    if draw.chance(0.06):
        text = _with_entities(text)
    if draw.chance(_LINK_SHARE[mood]):
        text = f"{text} {_link(draw)}"
    return as_mojibake(text) if draw.chance(0.05) else text


def _in_some_case(text, draw):
    style = draw.random()
    if style < 0.03:
        return text.upper()
    return text[:1].upper() + text[1:] if style < 0.6 else text.lower()


def as_hashtag(phrase):
    """A phrase as one CamelCase tag.

    Examples
    --------
    >>> as_hashtag("the coffee shop")
    '#TheCoffeeShop'
    """
    return "#" + "".join(word[:1].upper() + word[1:] for word in phrase.split())


def _mention(draw):
    number = int(draw.random() * 100)
    return f"@{draw.one_of(WORDS['forename'])}{draw.one_of(WORDS['creature'])}{number}"


def _link(draw):
    return "http://t.example/" + "".join(draw.one_of(_LINK_SYMBOLS) for _ in range(8))


def _with_entities(text):
    escaped = text.replace(" and ", " &amp; ")
    return escaped if escaped != text else f"{text} &gt;&gt;"


def as_mojibake(text):
    """Typographic text in UTF-8, read as Windows-1252 by mistake.

    Examples
    --------
    >>> as_mojibake("don't...")
    'donâ€™tâ€¦'
    """
    typographic = text.replace("...", "…").replace("'", "’")
    if typographic.isascii():
        typographic += "…"
    return "".join(map(_misread, typographic.encode("utf-8")))


def _misread(byte):
    """The five bytes without a character in Windows-1252 become control characters."""
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)


def misspell(word, draw):
    """Two neighbouring inner letters change places."""
    if len(word) < 5:
        return word
    at = 1 + int(draw.random() * (len(word) - 3))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def messy_location(place, draw):
    """One of the ways people write where they live."""
    city, state, country, nickname = place
    written = draw.one_of(
        (
            city,
            f"{city}, {state}",
            f"{city}, {country}",
            f"{city}, {state}, {country}",
            f"{city} {country}",
            nickname,
            country,
        )
    )
    style = draw.random()
    if style < 0.2:
        return written.lower()
    if style < 0.24:
        return written.upper()
    if style < 0.27:
        return f"{written} ✨"
    return f" {written}" if style < 0.3 else written
