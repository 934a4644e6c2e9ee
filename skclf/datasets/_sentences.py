"""Sentences of the sample corpus; words in braces are slots of :mod:`._words`."""

__all__ = [
    "AMBIGUOUS",
    "FIGURATIVE",
    "IDIOMS",
    "OPENERS",
    "ORDER_PAIRS",
    "REPORTS",
    "TAILS",
]

# About a real event: label 1.
REPORTS = (
    "{event} in {city}: {crowd} {harm}, {official} {confirm}",
    "{event} near {city}, {rescue}",
    "{event} hits {region} {direction} of {city}, {crowd} {harm}",
    "{many} {harm} after {event} at {building} in {city}",
    "{building} on {street} {ruined} by {event}, {rescue}",
    "{official} {confirm} {event} on {street}, {people} told to leave",
    "large {event} reported {day} close to the {building}, {sense} everywhere",
    "i can see {sense} from the {event} over {street}",
    "{vehicle} hit by {event} {direction} of {city}, {crowd} {harm}",
    "{cause} may have caused the {event} in {city}, {official} {confirm}",
    "{event} warning for the {region} around {city} until {day}",
    "death toll of the {city} {event} rises to {count}",
    "{event} forces {people} out of the {building} in {city}",
    "{day}: {event} leaves {crowd} {harm}, {rescue}",
    "{people} {harm} as {event} spreads towards {street}",
    "{vehicle} and {vehicle} involved in {event} on {street}, {rescue}",
    "there is a {event} right outside the {building}, {sense} all over {street}",
    "please stay away from {street}, {event} with {crowd} {harm}",
    "{event} update: {building} {ruined}, {many} {harm}",
    "magnitude {magnitude} tremor and {event} {direction} of {city} {day}",
    "{official} search for {crowd} after {event} near {street}",
    "just felt the {event} here in {city}, windows broke and {sense} outside",
    "{city} {event}: {rescue}, {rescue}",
    "our {building} was {ruined} in the {event}, {crowd} still {harm}",
    "the {event} took our house {day}, {person} is safe but {crowd} are {harm}",
    "live: {official} speak about the {event} that left {crowd} {harm}",
    "{event} in the {region}, {count} homes {ruined}",
    "suspect arrested after {event} at the {building} in {city}",
    "heard a bang {day}, {official} {confirm} it was the {event} at the {building}",
    "{event} closes {street} in both directions, {sense} on the road",
    "whole {region} {ruined} after {event}, {official} send {vehicle}",
    "pray for {city}, {event} left {crowd} {harm}",
    "{forename}'s family is among {crowd} {harm} in the {city} {event}",
    "fund for {people} {harm} by the {event} in the {region} of {city}",
    "{cause} blamed for {event} that left the {building} {ruined}",
)

# The event is a figure of speech, fiction or long past: label 0.
FIGURATIVE = (
    "my {thing} is a {event} {day}",
    "that {activity} was a total {event}, {reply}",
    "{person} is a walking {event} and i {verb} it",
    "{adverb} my {thing} looks like a {event}",
    "the new {title} {work} is a {praise} {event}",
    "{title} dropped a {work} called {event} and it is {praise}",
    "feeling {mood} after {activity}, brain is one big {event}",
    "{event} of {stuff} in my {thing}, {reply}",
    "got hit by a {event} of {stuff} {day}",
    "{subject} class is my personal {event}, so {mood}",
    "when {person} finds out about the {thing} it will be a {event}",
    "this {food} is a flavour {event}, so {praise}",
    "{food} and {pastime} {day}, let the {event} begin",
    "{team} were a {event} on the pitch {day}, {reply}",
    "drew a {event} {craft} for {person}, so {praise}",
    "reading about the {event} of {year} in a {medium}",
    "the {event} scene in that {title} {work} is {praise}",
    "level {count} of the {work} has a {event} and i am {mood}",
    "who else thinks {event} would be a {praise} band name",
    "{person} started {pastime}, kitchen looks like a {event}",
    "{verb} how {title} sing about a {event} in their {work}",
    "i {verb} the {event} {craft} i bought at {hangout}",
    "{hangout} {day} was a {event} of {stuff}, {reply}",
    "{mood} and {mood}, my {thing} survived the {event} called {activity}",
    "writing a {medium} about a {event}, chapter {count} is {praise}",
    "{forename} and the {event} of {stuff}: a {work}",
    "{adverb} {mood}, {subject} homework is a {event}",
    "{person} caused a {event} at {hangout} with one {food}",
    "{count} days to the {title} {work}, my heart is a {event}",
    "{activity} went from {praise} to {event} in {count} minutes",
    "no one: absolutely no one: {person}: {event} {stuff}",
    "dressing up as a {event} for the {activity}, {craft} is ready",
    "{pastime} at {hangout} with {forename}, {event} of laughs",
    "won the {medium} question about the {year} {event}, so {mood}",
    "{team} fans need a {event} plan for their {thing}",
)

# Figures of speech that belong to one event: label 0.
IDIOMS = (
    ("fire", "my {thing} is fire {day}"),
    ("fire", "this {title} {work} is straight fire, so {praise}"),
    ("fire", "{forename} is on fire at {hangout}, {count} points {day}"),
    ("fire", "spitting fire over this {title} beat"),
    ("bomb", "this {food} is the bomb"),
    ("bomb", "photo bomb by {person}, {reply}"),
    ("flood", "flood of {stuff} in my inbox {day}"),
    ("flood", "memories flood back at {hangout}"),
    ("avalanche", "avalanche of {stuff}, {reply}"),
    ("crash", "need a nap, sugar crash after that {food}"),
    ("crash", "gonna crash on the sofa with {food}"),
    ("storm", "dancing up a storm at {hangout}"),
    ("storm", "brain storm for the {activity}, {food} included"),
    ("meltdown", "{person} had a meltdown over a {food}"),
    ("train wreck", "my {activity} was a train wreck, {reply}"),
    ("explosion", "an explosion of {stuff} at {hangout}"),
    ("panic attack", "near panic attack when the {food} was sold out"),
    ("riot", "{forename} is a laugh riot at {hangout}"),
    ("blackout", "blackout curtains are {praise}, slept {count} hours"),
    ("siren", "siren voice on that {title} {work}, so {praise}"),
    ("heat wave", "heat wave playlist for {hangout}: {title}"),
    ("blizzard", "blizzard of glitter at the {activity}"),
    ("apocalypse", "zombie apocalypse {work} marathon with {person}"),
    ("volcano", "baking soda volcano for {subject} class"),
    ("tornado", "toddler tornado went through my {thing}"),
    ("hurricane", "hurricane {forename} just cleaned out the {food}"),
    ("whirlwind", "whirlwind romance in the {title} {work}"),
    ("rescue", "{food} to the rescue after {activity}"),
    ("earthquake", "{person} snores like an earthquake"),
    ("epidemic", "epidemic of {stuff} at {hangout}"),
    ("ambush", "selfie ambush by {person} at {hangout}"),
    ("blast", "had a blast {pastime} at {hangout}"),
    ("blast", "a blast from the past: {title} {work}"),
    ("drought", "my dating drought ended at {hangout}"),
    ("tsunami", "tsunami of {stuff}, so {mood}"),
)

# The same words with the label decided by their order: (label 1, label 0).
ORDER_PAIRS = (
    (
        "this is {um} not a {harmless}, the {event} is {um} real",
        "this is {um} a {harmless}, the {event} is {um} not real",
    ),
    (
        "thought it was {um} a {harmless} but it was {um} a {event}",
        "thought it was {um} a {event} but it was {um} a {harmless}",
    ),
    (
        "we expected a {harmless} and {um} got a {event}",
        "we expected a {event} and {um} got a {harmless}",
    ),
    (
        "officials {um} confirm the {event} and {um} deny the {harmless}",
        "officials {um} deny the {event} and {um} confirm the {harmless}",
    ),
    (
        "the {harmless} is {um} old but the {event} is {um} new",
        "the {harmless} is {um} new but the {event} is {um} old",
    ),
    (
        "the {event} is {um} real, the {harmless} is {um} fake",
        "the {harmless} is {um} real, the {event} is {um} fake",
    ),
    (
        "looked like {um} a {harmless}, was {um} a {event}",
        "looked like {um} a {event}, was {um} a {harmless}",
    ),
    (
        "woke up from a {harmless} {um} into a {event}",
        "woke up from a {event} {um} into a {harmless}",
    ),
    (
        "everyone is {um} crying, nobody is {um} laughing about the {event}",
        "everyone is {um} laughing, nobody is {um} crying about the {event}",
    ),
    (
        "{harmless} called off {um} because of the {event}",
        "{event} called off {um} because of the {harmless}",
    ),
    (
        "no joke, there is {um} a {event} outside",
        "there is {um} no {event} outside, a joke",
    ),
    (
        "they told us a {harmless}, then {um} a {event} came",
        "they told us a {event}, then {um} a {harmless} came",
    ),
    (
        "the {harmless} turned {um} into a {event}",
        "the {event} turned {um} into a {harmless}",
    ),
    (
        "alarm is true and {um} the {event} story is not made up",
        "alarm is not true and {um} the {event} story is made up",
    ),
    (
        "more {um} like a {event} than {um} a {harmless}",
        "more {um} like a {harmless} than {um} a {event}",
    ),
    (
        "forget the {harmless}, think of {um} the {event}",
        "forget the {event}, think of {um} the {harmless}",
    ),
    (
        "nobody {um} laughed when somebody said {event}",
        "somebody {um} laughed when nobody said {event}",
    ),
    (
        "instead of a {harmless} we are {um} running from a {event}",
        "instead of a {event} we are {um} running from a {harmless}",
    ),
    (
        "it stopped being {um} a {harmless}, now it is {um} a {event}",
        "it stopped being {um} a {event}, now it is {um} a {harmless}",
    ),
)

# Nobody could tell from the text: the keyword says which label is likelier.
AMBIGUOUS = (
    "{event}",
    "{event}!!!",
    "what a {event} {day}",
    "so there was a {event} at {hangout}",
    "{event} again? {day}?",
    "me vs the {event}",
    "{event} at {street} lol what",
    "{person} said {event}",
)

_SHARED_OPENERS = (
    "omg",
    "wow",
    "{adverb}",
    "update:",
    "so",
    "ok so",
    "wait,",
    "guys",
    "hey",
)
_SHARED_TAILS = (
    "wow",
    "what a day",
    "i can't even",
    "unbelievable",
    "{day}",
    "smh",
    "again",
)

OPENERS = {
    "real": (*_SHARED_OPENERS, "BREAKING:", "just in:", "alert:", "news:", "urgent:"),
    "figurative": (*_SHARED_OPENERS, "lol", "lmao", "tbh", "ngl", "haha", "mood:"),
    "unclear": _SHARED_OPENERS,
}
TAILS = {
    "real": (
        *_SHARED_TAILS,
        "stay safe everyone",
        "so sad",
        "more soon",
        "please share",
        "thoughts with {city}",
    ),
    "figurative": (
        *_SHARED_TAILS,
        "lol",
        "haha",
        "{reply}",
        "send {food}",
        "so {mood}",
    ),
    "unclear": _SHARED_TAILS,
}
