"""Named sets of TextCleaner's parameters."""

# "s0" to "s4" are what five published notebooks do to their texts, without accidents of
# their code, such as words glued together. Each names what differs from the defaults.
PRESETS = {
    # Tweets for word vectors and nets: what people express by signs becomes words.
    "tweets": {"hashtags": "split", "emojis": "name", "markup": "remove"},
    # Reviews from web pages, whose lines end with <br />.
    "reviews": {"markup": "remove"},
    # S0, disaster tweets with keyword and location.
    "s0": {
        "hashtags": "strip",
        "emojis": "remove",
        "unescape": False,
        "fix_mojibake": False,
        "max_repeats": None,
    },
    # S1, disaster tweets on word vectors: nothing but ASCII letters was left, and no
    # hashtag.
    "s1": {
        "hashtags": "remove",
        "emojis": "remove",
        "numbers": "remove",
        "strip_accents": True,
        "unescape": False,
        "fix_mojibake": False,
        "max_repeats": None,
    },
    # S2, brand emotions: hashtags were taken out into a column of their own.
    "s2": {
        "hashtags": "remove",
        "emojis": "remove",
        "strip_accents": True,
        "max_repeats": None,
        "stop_words": "nltk",
        "stemmer": "wordnet",
    },
    # S3, financial news; its count features also leave out stop words.
    "s3": {
        "hashtags": "strip",
        "emojis": "remove",
        "max_repeats": None,
        "stemmer": "wordnet",
    },
    # S4, clothing reviews.
    "s4": {
        "hashtags": "strip",
        "emojis": "remove",
        "max_repeats": None,
        "stop_words": "nltk",
    },
}
