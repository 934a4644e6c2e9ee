"""Word clouds, by the package wordcloud."""

import warnings

from skclf._optional import import_optional
from skclf._validation import excerpt
from skclf.evaluate._wording import shortened
from skclf.evaluate.displays._style import CYCLE, MOST_COLUMNS

_PIXELS = (600, 400)
# Those that are easily read on white.
_COLOURS = [CYCLE[i] for i in (0, 2, 3, 4, 6)]


def draw_clouds(groups):
    """Draw a cloud of each group of words, side by side.

    Parameters
    ----------
    groups : dict of str to dict of str to float
        Titles, and words with their sizes.

    Returns
    -------
    matplotlib.figure.Figure
        The clouds.
    """
    plt = import_optional("matplotlib.pyplot", feature="plot_words", extra="plot")
    wordcloud = import_optional("wordcloud", feature="plot_words")
    font = _font({word for words in groups.values() for word in words})
    columns = min(len(groups), MOST_COLUMNS)
    n_rows = -(-len(groups) // columns)
    size = (4 * columns, 3 * n_rows)
    figure, axes = plt.subplots(
        n_rows, columns, figsize=size, squeeze=False, layout="constrained"
    )
    for title, ax in zip(groups, axes.flat, strict=False):
        ax.set_title(shortened(str(title)), fontsize="medium")
        ax.set_axis_off()
        if groups[title]:
            ax.imshow(_cloud(wordcloud, groups[title], font), interpolation="bilinear")
    for ax in axes.flat[len(groups) :]:
        ax.remove()
    return figure


def _cloud(wordcloud, sizes, font):
    """The pixels of one cloud: always the same for the same words."""
    width, height = _PIXELS
    cloud = wordcloud.WordCloud(
        font_path=font,
        width=width,
        height=height,
        background_color="white",
        max_words=len(sizes),
        max_font_size=height // 4,
        prefer_horizontal=1,
        color_func=_colour,
        random_state=0,
    )
    return cloud.generate_from_frequencies(sizes).to_array()


def _colour(word, *, random_state, **_):
    """Any one: colours only part the words."""
    return random_state.choice(_COLOURS)


def _font(words):
    """The file of matplotlib's font; what it lacks would be drawn as boxes."""
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties())
    known = font_manager.get_font(path).get_charmap()
    lacking = sorted({letter for letter in "".join(words) if ord(letter) not in known})
    if lacking:
        name = font_manager.get_font(path).family_name
        warnings.warn(
            f"The font {name} lacks letters of the words: "
            f"{excerpt(''.join(lacking))}. Set matplotlib.rcParams['font.family'] to "
            "one that has them.",
            stacklevel=4,
        )
    return path
