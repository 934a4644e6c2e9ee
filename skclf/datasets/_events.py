"""Events of the sample corpus, the spellings of their keywords, and places."""

__all__ = ["EVENTS", "JOKE_PLACES", "ORDER_EVENTS", "PLACES"]

_MOSTLY_REAL = """wildfire, forest fire, bush fire, house fire, flash flood, earthquake,
landslide, mudslide, sinkhole, hailstorm, typhoon, cyclone, derailment, plane crash,
train crash, car crash, collision, bridge collapse, building collapse, evacuation, oil
spill, chemical spill, gas leak, suicide bombing, hostage situation, outbreak, famine,
drought, stampede, terror attack, mass murder, nuclear disaster, shipwreck, power
outage"""

_EITHER = """fire, flood, explosion, crash, tornado, hurricane, bomb, riot, emergency,
blackout, sandstorm, thunderstorm, heat wave, tsunami, siege, ambush, rescue, blast,
hijacking, epidemic, siren, storm"""

_MOSTLY_FIGURATIVE = """disaster, catastrophe, apocalypse, avalanche, blizzard,
meltdown, wreck, train wreck, volcano, panic attack, massacre, inferno, whirlwind,
tragedy"""


def _events(text, p_real):
    return {" ".join(event.split()): p_real for event in text.split(",")}


# How often a text that mentions the event is about a real one.
EVENTS = {
    **_events(_MOSTLY_REAL, 0.75),
    **_events(_EITHER, 0.45),
    **_events(_MOSTLY_FIGURATIVE, 0.15),
}

# Few, so that the same words occur in both orders.
ORDER_EVENTS = (
    "fire",
    "flood",
    "explosion",
    "crash",
    "tornado",
    "bomb",
    "riot",
    "storm",
)

# City, state, country and nicknames, from which messy locations are made.
PLACES = (
    ("New York", "NY", "USA", "NYC"),
    ("London", "England", "UK", "Ldn"),
    ("Los Angeles", "CA", "USA", "LA"),
    ("Chicago", "IL", "USA", "Chi-Town"),
    ("San Francisco", "CA", "USA", "SF Bay Area"),
    ("Washington", "DC", "USA", "Washington, D.C."),
    ("Toronto", "Ontario", "Canada", "the 6ix"),
    ("Lagos", "Lagos State", "Nigeria", "Naija"),
    ("Mumbai", "Maharashtra", "India", "Bombay"),
    ("Sydney", "NSW", "Australia", "Syd"),
    ("Melbourne", "Victoria", "Australia", "Melb"),
    ("Manchester", "England", "UK", "Manc"),
    ("Nairobi", "Nairobi County", "Kenya", "254"),
    ("Manila", "NCR", "Philippines", "PH"),
    ("Seattle", "WA", "USA", "PNW"),
    ("Houston", "TX", "USA", "H-Town"),
    ("Dublin", "Leinster", "Ireland", "IRL"),
    ("Paris", "Île-de-France", "France", "Paname"),
)

JOKE_PLACES = (
    "everywhere ✈",
    "Earth",
    "worldwide",
    "in your dreams",
    "somewhere over the rainbow",
    "under the duvet",
    "ur mom's house",
    "Hogsmeade-ish",
    "the moon 🌙",
    "she/her",
    "19 | leo",
    "404 not found",
    "Planet Pizza",
    "between the pages of a book",
    "|-/",
    "probably napping",
    "Narnia, 2nd wardrobe",
    "where the wifi is",
)


def spellings(event):
    """Ways the keyword of an event is written, the usual one first.

    Examples
    --------
    >>> spellings("forest fire")
    ('forest%20fire', 'forestfire', 'forestfires', 'forest%20fires')
    >>> spellings("siren")
    ('siren', 'sirens')
    """
    plural = event + ("es" if event.endswith(("s", "sh")) else "s")
    if event.endswith("y") and not event.endswith(("ay", "ey")):
        plural = event[:-1] + "ies"
    if " " not in event:
        return event, plural
    glued = event.replace(" ", ""), plural.replace(" ", "")
    return event.replace(" ", "%20"), *glued, plural.replace(" ", "%20")
