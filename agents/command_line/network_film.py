"""A trained network's games as a moving picture in a file."""

from __future__ import annotations

import io
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.film_words import told_of_film
from agents.command_line.trained_network import network_folder
from agents.command_line.verb import DONE
from agents.command_line.words import complain, say, tell, whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLORS = 64
"""Colours of the picture: more than any Atari screen shows."""

SMALL = 320
"""A picture smaller than that is shown twice as large."""


def film_network(given: Namespace, most: int, last_seconds: float) -> int:
    """Play whole games and write them as an animated GIF that repeats for ever.

    Args:
        given: The arguments of ``enjoy``.
        most: Frames at most.
        last_seconds: How long the last frame stays.

    Returns:
        Exit code.

    Raises:
        ArenaError: If there is no such network or age, it is damaged, or the file cannot be written.
    """
    from arena.runs.safe_file import write_bytes

    pictures: list[Any] = []
    # By string: it loads PyTorch.
    made = import_module("agents.deep.watching.film").film(
        str(network_folder(given.run)),
        lambda frame: pictures.append(_picture(frame)),
        seed=given.seed,
        episodes=given.episodes,
        age=given.at,
        most=most,
    )
    if made.decisions + given.episodes > made.shown:
        complain(say("warning.cli.long_episode", steps=whole(made.decisions), most=whole(most)))
    seconds = made.seconds if given.seconds_per_frame is None else given.seconds_per_frame
    milliseconds = [round(1000 * seconds)] * len(pictures)
    milliseconds[-1] = max(milliseconds[-1], round(1000 * last_seconds))
    data = io.BytesIO()
    pictures[0].save(
        data, format="GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0
    )  # fmt: skip
    file = Path(given.gif).expanduser().absolute()
    write_bytes(file, data.getvalue())
    tell(told_of_film(file, made.decisions, made.scores))
    return DONE


def _picture(frame: NDArray[np.uint8]) -> Any:
    from PIL import Image

    picture = Image.fromarray(frame)
    if max(frame.shape[:2]) < SMALL:
        picture = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST)
    return picture.quantize(COLORS)
