"""Words of the sample reviews: what the slots of their sentences are filled with.

Topics share words on purpose: a handle is one of pans and of spades, a microphone is
for sale with electronics and with music. What has no topic fits everywhere.
"""

__all__ = ["SHARED", "TOPICS", "UNCLEAR"]


def _list(text):
    """Entries separated by commas, with line breaks wherever they fit."""
    return tuple(" ".join(entry.split()) for entry in text.split(","))


def _topic(*lists):
    slots = ("product", "part", "use", "failed", "did", "where", "note")
    return dict(zip(slots, map(_list, lists), strict=True))


TOPICS = {
    "clothes": _topic(
        """dress, blouse, sweater, jacket, skirt, coat, shirt, cardigan, jumpsuit,
        tunic, blazer, hoodie, raincoat, pair of jeans, pair of leggings, scarf,
        waistcoat""",
        """fabric, fit, waist, cut, zip, stitching, colour, lining, collar, hem,
        length, size, pattern, sleeve, neckline, pocket, material, button""",
        """the office, summer evenings, weddings, travelling, layering, cold mornings,
        parties, everyday wear, dancing, hiking, warm days, a date""",
        """ripped, shrank, faded, frayed, lost its shape, came apart at the seams""",
        """wore it, washed it, tried it on, ironed it, put it on""",
        """with jeans, with boots, to the office, over a dress, under a jacket, in my
        usual size, one size up""",
        """it fits at the waist, it runs small, loose at the shoulders, soft on the
        skin, true to size, snug at the hips, long enough for tall women""",
    ),
    "kitchen": _topic(
        """pan, kettle, knife, blender, toaster, baking tin, teapot, mixing bowl, coffee
        grinder, cutting board, saucepan, rice cooker, wok, whisk, espresso maker,
        casserole, salad spinner""",
        """handle, lid, blade, coating, base, spout, motor, steel, weight, rim, size,
        timer, seal, filter, surface, grip, button""",
        """pasta, baking bread, frying eggs, morning coffee, soups, sunday roasts,
        smoothies, chopping herbs, family dinners, pancakes, camping, stews""",
        """rusted, burned, leaked, cracked, warped, stopped heating""",
        """cooked with it, baked in it, cleaned it, put it in the dishwasher, boiled
        water in it, fried in it""",
        """on the stove, in the oven, with oil, over low heat, in my small kitchen, by
        hand""",
        """nothing sticks, it heats evenly, easy to clean, dishwasher safe, holds
        enough food for four, takes little room in the cupboard, heats fast""",
    ),
    "electronics": _topic(
        """tablet, charger, camera, speaker, keyboard, router, monitor, phone case,
        power bank, smartwatch, microphone, pair of headphones, e-reader, webcam, game
        controller, laptop stand, printer""",
        """battery, screen, sound, cable, software, setup, display, button, connection,
        volume, resolution, plug, app, charging time, manual, case""",
        """video calls, travelling, gaming, working from home, streaming films, photos,
        podcasts, reading in bed, running, recording, the office, car rides""",
        """died, overheated, froze, stopped charging, lost its connection, crashed""",
        """charged it, plugged it in, paired it, connected it, updated it, set it up""",
        """with my phone, to my laptop, by usb, over bluetooth, overnight, on my wifi,
        to the tv""",
        """the phone finds it at once, it charges fast, the wifi drops at times, works
        with any phone, the light blinks, lasts all day on one charge, the usb port
        is loose""",
    ),
    "garden": _topic(
        """lawn mower, hose, spade, pair of shears, watering can, wheelbarrow, garden
        bench, rake, greenhouse, bird feeder, flower pot, sprinkler, hedge trimmer,
        garden chair, compost bin, parasol, trowel""",
        """handle, blade, nozzle, wheel, wood, steel, coating, weight, grip, frame,
        motor, battery, paint, drainage, water pressure, fabric""",
        """pruning roses, watering the beds, mowing, planting bulbs, tomatoes,
        barbecues, summer evenings, hedges, raking leaves, potting, warm days,
        weeding""",
        """rusted, leaked, snapped, rotted, cracked, seized up""",
        """left it outside, used it on the lawn, dug with it, watered the plants with
        it, cut the grass with it, stored it in the shed""",
        """in the rain, all winter, between the roses, in heavy soil, on the terrace,
        in the sun""",
        """my plants like it, no rust so far, made for small gardens, the soil sticks
        to it, the grass looks tidy, stands firm on the lawn, heavy when wet""",
    ),
    "toys": _topic(
        """puzzle, board game, doll, teddy bear, toy train, kite, set of bricks,
        scooter, card game, toy kitchen, robot, stuffed dinosaur, puppet, play tent, set
        of crayons, marble run""",
        """colour, size, fabric, battery, button, wood, paint, box, set of rules, number
        of pieces, sound, wheel, stuffing, remote control, screen""",
        """rainy days, birthdays, bath time, playing in the garden, car rides, bedtime,
        family evenings, travelling, kindergarten, parties, toddlers""",
        """broke, snapped, lost a wheel, came apart at the seams, stopped moving,
        cracked""",
        """the kids play with it, my four year old plays with it, the children fight
        for it, we play it together, the little one sleeps with it, the kids built
        it""",
        """for hours, after school, on the floor, at grandma's, in the bath, with their
        friends""",
        """for children from three years, easy for small hands, keeps them busy, no
        sharp edges, the kids laugh a lot, takes some time to build, too hard for a
        child of four""",
    ),
    "music": _topic(
        """guitar, ukulele, violin, keyboard, drum kit, flute, cello, harmonica,
        microphone, metronome, set of strings, amplifier, trumpet, saxophone""",
        """sound, tone, tuning, neck, bow, string, volume, case, pedal, cable, wood,
        strap, reed, finish""",
        """practising, lessons, rehearsals, concerts, beginners, jazz, recording,
        parties, busking, the school band""",
        """went out of tune, snapped, buzzed, cracked, died, came unglued""",
        """played it, tuned it, practised with it, took it to my teacher, learned my
        first song on it, recorded it""",
        """with the band, at school, in my lessons, on stage, for an hour, in front of
        people""",
        """it stays in tune, the notes ring clear, easy to play chords on, loud enough
        for a band, my teacher plays it, the low notes buzz, fine for a first song""",
    ),
}

# What a review says that could be about anything.
UNCLEAR = _topic(
    "product, item, thing, purchase, gift, model, one",
    "quality, price, look, size, design, packaging, finish, colour, material, weight",
    "every day, home, travelling, the family, what i need, a present, parties",
    "broke, cracked, fell apart, stopped working, came damaged",
    """took it home, tried it, looked at it, showed it around""",
    """at once, with the family, for a week, twice""",
    """made in the usual way, just as described, easy to use, heavier than i
        thought""",
)

SHARED = {
    "superb": _list("""amazing, fantastic, perfect, excellent, superb, wonderful,
        outstanding, flawless, brilliant, stunning, incredible, great"""),
    "good": _list("""good, nice, solid, lovely, great, pleasant, reliable, well made,
        practical, pretty, decent, fine"""),
    "okay": _list("""okay, fine, average, acceptable, so so, ordinary, decent, passable,
        alright, mediocre"""),
    "poor": _list("""poor, flimsy, cheap, weak, disappointing, thin, sloppy, uneven,
        rough, mediocre, dull"""),
    "awful": _list("""awful, terrible, horrible, useless, dreadful, garbage, unusable,
        poor, disgusting"""),
    "person": _list("""my sister, my husband, my wife, my mum, my dad, my daughter, my
        son, my neighbour, my best friend, my boss, my aunt, my grandson, myself"""),
    "occasion": _list("""christmas, a birthday, our anniversary, the holidays, mother's
        day, no reason at all, the new flat"""),
    "time": _list("""{count} days, {count} weeks, a month, a week, half a year, the
        first day, the second use"""),
    "count": tuple(str(number) for number in range(2, 10)),
}
