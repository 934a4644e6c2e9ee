"""Named sets of TextCleaner's parameters."""

# Each names what differs from the defaults.
PRESETS = {
    # Tweets for word vectors and nets: what people express by signs becomes words.
    "tweets": {"hashtags": "split", "emojis": "name", "markup": "remove"},
    # Reviews from web pages, whose lines end with <br />.
    "reviews": {"markup": "remove"},
}
