import pytest

from skclf.text._hashtags import split_hashtag


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("fire", "fire"),
        ("ForestFire", "Forest Fire"),
        ("forest_fire", "forest fire"),
        ("NASAMoon", "NASA Moon"),
        ("SXSW", "SXSW"),
        ("Hiroshima70", "Hiroshima 70"),
        ("5SOSFam", "5 SOS Fam"),
        ("CAwildfire2015", "CA wildfire 2015"),
        ("TVseries", "TV series"),
        ("TheXFiles201Days", "The X Files 201 Days"),
        ("IPad", "I Pad"),
        ("ABomb", "A Bomb"),
        ("VMAs", "VMAs"),
        ("ÉtéIndien", "Été Indien"),
        ("火事", "火事"),
    ],
)
def test_split_hashtag(tag, words):
    assert split_hashtag(tag) == words
