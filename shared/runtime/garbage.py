"""When Python looks for objects that hold on to one another. All others are freed at once, without a look."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_AFTER = 100_000
"""New objects that are still there. A batch of 2,000 records makes about half as many, and its end frees them."""


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Looks between batches, and not again and again in the midst of one: that took two thirds of the time in which
    records are read. What was loaded to begin with is not looked through at all, until the end.
    """
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
