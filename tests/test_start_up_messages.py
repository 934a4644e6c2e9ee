"""Which of the lines that TensorFlow writes at its start are shown."""

import pytest

from skclf._start_up_messages import END, pass_on

CHATTER = b"I0000 00:00:1796076881.195762    3413 port.cc:153] oneDNN is on\n"
MESSAGE = b"RuntimeWarning: something else\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ([CHATTER, MESSAGE, END], [MESSAGE]),
        ([CHATTER, b"not the end of a line" + END], [b"not the end of a line"]),
        # It died, and one of these lines says why.
        ([CHATTER, MESSAGE, CHATTER], [MESSAGE, CHATTER, CHATTER]),
        # Another process that it started writes on.
        ([CHATTER, END, MESSAGE], [MESSAGE]),
    ],
)
def test_chatter_is_shown_only_if_it_may_be_the_last_word(written, shown):
    found = []
    pass_on(written, found.append)
    assert found == shown
