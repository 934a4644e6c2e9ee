"""Word lists of the sample corpus: what the slots of its sentences are filled with.

An entry may hold slots itself, ``{surname} Street`` for example. Bands, teams, shows
and streets are invented.
"""

__all__ = ["WORDS"]


def _list(text):
    """Entries separated by commas, with line breaks wherever they fit."""
    return tuple(" ".join(entry.split()) for entry in text.split(","))


WORDS = {
    "city": _list("""Springfield, Riverton, Oakville, Manchester, Leeds, Glasgow,
        Bristol, Cardiff, Belfast, Dublin, Cork, Lyon, Marseille, Porto, Lisbon,
        Seville, Valencia, Turin, Naples, Palermo, Athens, Izmir, Ankara, Beirut, Cairo,
        Tunis, Lagos, Accra, Nairobi, Kampala, Lusaka, Durban, Perth, Adelaide,
        Brisbane, Auckland, Manila, Jakarta, Bandung, Hanoi, Bangkok, Dhaka, Kolkata,
        Chennai, Mumbai, Lahore, Karachi, Kathmandu, Osaka, Kobe, Sendai, Busan, Taipei,
        Vancouver, Calgary, Winnipeg, Toronto, Ottawa, Montréal, Halifax, Seattle,
        Portland, Spokane, Oakland, Fresno, Tucson, Phoenix, Denver, Boise, Omaha,
        Tulsa, Dallas, Houston, Memphis, Nashville, Atlanta, Savannah, Tampa, Orlando,
        Mobile, Baltimore, Richmond, Newark, Albany, Buffalo, Cleveland, Detroit,
        Chicago, Milwaukee, Bogotá, Quito, Lima, Santiago, Rosario, Recife, Oslo,
        Bergen, Malmö, Aarhus, Tampere, Riga, Vilnius, Gdańsk, Brno, Graz, Basel, Ghent,
        Utrecht, Bremen, Dresden, Ljubljana, Zagreb, Skopje, Sofia, Varna"""),
    "region": _list("""county, valley, coast, district, harbour, suburbs, highlands,
        delta, foothills, peninsula, old town, north side, east end, island, bay area,
        border region, river basin, capital, lake district, province"""),
    "direction": _list("""north, south, east, west, northeast, southwest, upstream,
        downtown, offshore, inland"""),
    "surname": _list("""Ashford, Barker, Caldwell, Denham, Ellery, Fairfax, Garrick,
        Hobart, Ingram, Jarvis, Kendrick, Lambert, Mercer, Norwood, Orchard, Prescott,
        Quarry, Radley, Sherwood, Thornton, Underhill, Vickers, Warwick, Yardley,
        Kingsley, Beaumont, Holloway, Cromwell, Linden, Maple, Bramble, Chestnut,
        Dovecote, Elmwood, Foxglove, Gable, Hawthorn, Juniper, Larkspur, Magnolia,
        Nightingale, Poplar, Rowan, Sycamore, Tannery, Willow"""),
    "street": _list("""{surname} Street, {surname} Road, {surname} Avenue, {surname}
        Lane, {surname} Bridge, {surname} Square, Highway {count}, Route {count}, exit
        {count}"""),
    "count": tuple(str(number) for number in range(2, 100)),
    "many": _list("""dozens, hundreds, thousands, scores, several, at least {count},
        about {count}, more than {count}, up to {count}, nearly {count}, {count}"""),
    "crowd": _list("""dozens of {people}, hundreds of {people}, scores of {people},
        several {people}, at least {count} {people}, more than {count} {people}, up to
        {count} {people}, nearly {count} {people}, {count} {people}, two {people}"""),
    "magnitude": tuple(
        f"{whole}.{tenth}" for whole in range(2, 8) for tenth in range(10)
    ),
    "clock": tuple(
        f"{hour}:{minute}" for hour in range(1, 13) for minute in (10, 25, 40)
    ),
    "day": _list("""Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday,
        yesterday, today, tonight, this morning, this afternoon, overnight, at dawn, at
        noon, around {clock}, at {clock}, last night, minutes ago, an hour ago"""),
    "building": _list("""school, hospital, warehouse, factory, refinery, church, mosque,
        temple, library, hotel, motel, apartment block, tower, terminal, station,
        stadium, mall, supermarket, pharmacy, bakery, nursery, embassy, courthouse,
        museum, barracks, power plant, substation, sawmill, brewery, silo, dormitory,
        shelter, clinic, post office, car park, tunnel, dam, pier, greenhouse, farm"""),
    "vehicle": _list("""bus, lorry, tanker, ferry, trawler, cargo ship, freight train,
        commuter train, tram, helicopter, glider, school bus, minivan, pickup,
        motorbike, ambulance, fire engine, trailer truck, oil barge, taxi, coach,
        tractor, yacht, jet, excavator"""),
    "people": _list("""residents, commuters, villagers, workers, miners, tourists,
        hikers, pupils, students, patients, passengers, families, neighbours, farmers,
        campers, sailors, fishermen, drivers, cyclists, shoppers, guests, worshippers,
        pensioners, children, firefighters, nurses, soldiers, crew members, refugees,
        pilgrims"""),
    "official": _list("""police, firefighters, officials, the mayor, the governor,
        medics, the coast guard, rescuers, the army, investigators, the ministry,
        paramedics, the sheriff, local media, eyewitnesses, the fire department, the met
        office, aid groups, the red cross, the prosecutor, engineers, seismologists, the
        utility, civil defence, authorities, the highway patrol"""),
    "confirm": _list("""confirm, report, say, announce, state, estimate, believe, fear,
        warn"""),
    "harm": _list("""injured, dead, missing, trapped, hospitalised, stranded, homeless,
        evacuated, wounded, unaccounted for, without power, without water, displaced,
        treated for burns, cut off, rescued, in critical condition"""),
    "ruined": _list("""destroyed, damaged, flattened, swept away, burned down,
        submerged, gutted, torn apart, cut off, buried, shut down, in ruins, under
        water, on fire, collapsed, wiped out, reduced to rubble, cracked open, washed
        out"""),
    "cause": _list("""a faulty cable, heavy rain, high winds, a gas leak, a lightning
        strike, a burst pipe, a broken rail, dry grass, a short circuit, melting snow, a
        drunk driver, dense fog, black ice, a fallen power line, an engine failure, a
        cracked dam, arson, a cooking stove, a chemical reaction, brake failure"""),
    "rescue": _list("""search continues, shelters opened, roads closed, flights
        cancelled, schools closed, curfew in force, rescue under way, helicopters
        deployed, volunteers needed, blood donors needed, bridges blocked, trains
        suspended, boats sent in, power is out, donations needed, families being told,
        investigation opened, state of emergency declared, sandbags handed out, hotline
        set up, water contaminated, hospitals full, border closed, nearby villages on
        alert"""),
    "sense": _list("""smoke, flames, ash, debris, sirens, dust, screams, tremors,
        floodwater, rubble, black smoke, broken glass, burning rubber, mud, sparks,
        embers, fumes, hailstones"""),
    "person": _list("""my sister, my brother, my boss, my roommate, my cat, my dog, my
        mum, my dad, my grandma, my ex, my teacher, my coach, my neighbour, my barber,
        my dentist, my toddler, my cousin, my crush, my landlord, my best friend, my
        aunt, my intern, my hamster, my bandmate, my tutor, my parrot, my uncle, my
        niece, my therapist, my goldfish, my flatmate"""),
    "thing": _list("""hair, outfit, playlist, mixtape, room, desk, diet, inbox, kitchen,
        phone, laptop, essay, garden, timeline, wardrobe, bank account, makeup, car,
        haircut, love life, skincare, backpack, presentation, fridge, resume,
        sketchbook, eyeliner, bike, sleep schedule, handwriting, spreadsheet, bedroom,
        selfie, homework, bathroom, closet, drawing, speech, manicure, calendar,
        umbrella, guitar, sofa, balcony, aquarium, jewellery, cello, typewriter,
        sweater"""),
    "activity": _list("""exam, date, wedding, rehearsal, meeting, interview, road trip,
        barbecue, karaoke night, group project, yoga class, birthday, sleepover, picnic,
        dance class, quiz, driving test, open mic, brunch, family dinner, first day,
        gig, photo shoot, reunion, book club, school play, spin class, board game night,
        bake sale, prom, chess match, swimming lesson, talent show"""),
    "food": _list("""pizza, ramen, taco, burger, lasagne, curry, waffle, burrito, salsa,
        pancake, brownie, cheesecake, dumpling, noodle soup, omelette, sandwich,
        cupcake, milkshake, chili, kebab, paella, sushi, pretzel, doughnut, gumbo,
        falafel, smoothie, crème brûlée, espresso, pudding, risotto, popcorn, nachos,
        bagel, meatball, cookie, sorbet, hot sauce, casserole, pie, lemonade, muesli,
        tofu, guacamole, pickle, gnocchi, porridge, quiche, strudel, tiramisu, macaroon,
        baguette, hummus, ravioli, coleslaw, granola, marshmallow"""),
    "subject": _list("""maths, chemistry, physics, history, biology, statistics, Latin,
        geography, economics, algebra, philosophy, French, accounting, law, calculus,
        grammar, anatomy, astronomy, pottery, coding"""),
    "mood": _list("""tired, happy, hungry, bored, proud, obsessed, lazy, cranky,
        nervous, dizzy, dramatic, excited, jealous, sleepy, lonely, broke, confused,
        grumpy, sunburnt, giddy, speechless, embarrassed, nostalgic, smug, sappy,
        restless, sentimental, clumsy, hangry, cheerful, awkward, homesick, starstruck,
        frazzled, caffeinated, unbothered, overwhelmed, thirsty, petty, frisky"""),
    "praise": _list("""amazing, gorgeous, cute, awesome, insane, hilarious, sick,
        flawless, delicious, adorable, iconic, brilliant, wild, unreal, cheesy, catchy,
        dreamy, cosy, epic, spicy, fabulous, underrated, addictive, perfect, magical,
        crispy, legendary, silly, juicy, trippy, groovy, fluffy, stunning, surreal,
        bouncy, tasty, mesmerising, goofy, quirky, lush"""),
    "title": _list("""Velvet {creature}, Midnight {creature}, Neon {creature}, Paper
        {creature}, Crystal {creature}, Silent {creature}, Electric {creature}, Golden
        {creature}, Hollow {creature}, Plastic {creature}, Cosmic {creature}, Lucky
        {creature}, Scarlet {creature}, Dancing {creature}, Sleepy {creature}, Rusty
        {creature}"""),
    "creature": _list("""Otters, Foxes, Badgers, Ravens, Lions, Sharks, Wolves, Falcons,
        Beavers, Tigers, Hornets, Pirates, Robots, Wizards, Cowboys, Pandas, Vikings,
        Mermaids, Dragons, Panthers, Penguins, Gators, Hippos, Zebras, Llamas, Comets,
        Ninjas, Rockets, Toads, Owls, Yetis, Moths, Lemurs, Walruses, Gnomes"""),
    "team": _list("""the {city} {creature}, the {creature}"""),
    "work": _list("""album, single, trailer, movie, novel, podcast, episode, season
        finale, musical, remix, comic, video game, docuseries, cover version, sequel,
        tour, soundtrack, anime, board game, concert"""),
    "hangout": _list("""the gym, the beach, the mall, the club, the pool, the cinema,
        the arcade, the salon, the food court, the skate park, the rooftop bar, the
        campus, the sauna, the dance floor, the library, the coffee shop, the garage,
        the festival, the playground, the bowling alley"""),
    "stuff": _list("""emails, homework, laundry, memes, deadlines, feelings,
        compliments, coupons, selfies, likes, notifications, excuses, tears, snacks,
        bargains, playlists, opinions, spoilers, typos, invitations, chores, glitter,
        puns, gossip, screenshots, hugs, crumbs, parcels, regrets, birthday cards,
        hiccups, freckles, vouchers, sequins, balloons, daydreams, riddles, cravings,
        hashtags, sneezes, souvenirs, stickers, dumbbells, tickets, resolutions"""),
    "pastime": _list("""knitting, gardening, skating, gaming, baking, painting, jogging,
        surfing, fishing, crafting, singing, drumming, vlogging, sewing, climbing,
        juggling, dancing, napping, shopping, streaming, birdwatching, scrapbooking,
        sculpting, whittling, stargazing, woodworking, beatboxing, foraging,
        calligraphy, archery, skateboarding, crochet, yodelling, rollerblading,
        geocaching"""),
    "reply": _list("""thanks for asking, no regrets, send help, send snacks, who else,
        fight me, story of my life, never again, worth it, sorry not sorry, ask me
        anything, don't judge, you had one job, change my mind, best day ever, oh well,
        my bad, just saying, welcome to my world, can confirm, true story, wish me
        luck"""),
    "verb": _list("""love, adore, miss, need, want, remember, dig, admire, recommend,
        hate, enjoy, crave, rate, prefer, worship, fancy, deserve, appreciate, cherish,
        resent, tolerate, stan"""),
    "year": tuple(str(year) for year in range(1850, 2001, 3)),
    "medium": _list("""museum, textbook, opera, novel, board game, documentary, quiz
        show, comic, exhibition, lecture, poem, painting, ballad, puzzle, cartoon,
        essay"""),
    "craft": _list("""watercolour, lego set, costume, poster, birthday cake, tattoo,
        mug, t-shirt, quilt, sticker, keyring, doodle, ringtone, cocktail, nail polish,
        candle, embroidery, perfume, necklace, cushion, scarf, lantern, kite, bracelet,
        snow globe, origami, teapot, bookmark, puppet"""),
    "harmless": _list("drill, prank, parade"),
    "um": ("", "", "", "", "", "honestly", "just", "really", "totally"),
    "adverb": _list("""honestly, basically, literally, seriously, apparently, totally,
        finally, officially, actually, somehow, definitely, probably, suddenly,
        already"""),
    "forename": _list("""Ada, Ben, Cleo, Dario, Elif, Femi, Gita, Hugo, Ines, Jonas,
        Kemi, Luca, Maya, Nils, Olga, Pablo, Quinn, Rosa, Sami, Tara, Uma, Viktor,
        Wanda, Yusuf, Zoe, Arjun, Bela, Chidi, Dana, Emeka, Freya, Goran, Hana, Ivo,
        Jola, Kofi, Leila, Mira, Nadia, Otis, Priya, Rafa, Sonja, Timo, Ursula"""),
}
