"""Coordinates are no places."""

import pytest

from skclf.category import LocationCanonicalizer
from skclf.datasets import load_disaster_tweets


def places(value):
    """The components of a value."""
    return list(LocationCanonicalizer(min_frequency=1).fit([value]).counts_["x0"])


@pytest.mark.parametrize(
    "value",
    [
        "ÜT: 40.736324,-73.990062",
        "ÌÏT: 10.614817868480726,12.195582811791382",  # damaged
        "ÌøåÀå_T: 40.736324,-73.990062",
        "UT: 40.7, -73.9",
        "ÜT 40.7,-73.9",
        "ÜT: 6.6200132,",  # cut off
        "iPhone: 40.7,-73.9",
        "iPhone: 40,-73",
        "Twitter for Android: 40.7/-73.9",
        "Location: (40.7, -73.9)",
        "[40.7; -73.9]",
        "geo:40.7,-73.9",
        "POINT (-73.9 40.7)",
        "{'lat': 40.7, 'lng': -73.9}",
        "Latitude 40.7 Longitude -73.9",
        "iPhone: 40,7128; -74,0060",
        "40.7128° N, 74.0060° W",
        "N40.7128 W74.0060",
        "45å¡ 5'12.53N   14å¡ 7'24.93E",
        "40°42'46\"N 74°00'22\"W",
        "40.7°N",
    ],
)
def test_coordinates_are_missing_whatever_stands_before_them(value):
    assert places(value) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Seattle 47.6,-122.3 WA", ["seattle", "washington"]),
        ("Rome (41.9, 12.5)", ["rome"]),
        ("Utrecht 52.1,5.1", ["utrecht"]),
        ("Brooklyn, ÜT: 40.7,-73.9", ["brooklyn"]),
        ("ÜT: 40.7,-73.9 (Brooklyn)", ["brooklyn"]),
        ("505 W. Maple, Suite 100", ["505 w maple", "suite 100"]),
        ("100 N 200 W, Provo", ["100 n 200 w", "provo"]),
        ("2,360 miles away", ["360 miles away"]),
        ("since 8.24.14 8.25.14", ["since 8 24 14 8 25 14"]),
        ("psalms 27:1", ["psalms 27 1"]),
        ("Route: 66", ["route 66"]),
    ],
)
def test_what_is_beside_coordinates_or_looks_like_them_stays(value, expected):
    assert sorted(places(value)) == expected


def test_no_coordinates_of_tweets_are_a_place(data_home):
    """All of them have two numbers with many decimals."""
    locations = load_disaster_tweets(data_home=data_home).data["location"]
    coordinates = locations[locations.str.contains(r"\d\.\d{4,}", na=False)]
    assert len(coordinates) > 25
    assert set(LocationCanonicalizer(1).fit_transform(coordinates)[:, 0]) == {"missing"}
