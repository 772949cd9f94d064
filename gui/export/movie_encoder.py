"""Writes moving pictures; runs in a process of its own, so that neither its memory nor its work is the window's."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, BinaryIO

from arena.errors import ArenaError
from arena.runs.safe_file import replacing
from gui.export.movie_format import LAST_MILLISECONDS, LINE, MovieLook

if TYPE_CHECKING:
    from PIL import Image

_TIMES = 5

_MORE, _DONE, _FAILED = "more", "done", "failed"


class _AbandonedError(Exception):
    """The window has closed its end: nobody wants the picture any more."""


def encode(connection: Connection, path: str, look: MovieLook) -> None:
    """Write what arrives on a pipe; the entry of the process.

    It asks for each frame with ``("more",)`` and gets its pixels as RGB bytes, an empty message after the last one. It
    ends with ``("done",)`` or ``("failed", key, params)``. When the other end is closed it leaves nothing behind.

    Args:
        connection: Its end of the pipe.
        path: The file.
        look: How it is to be written.
    """
    try:
        with replacing(path) as file:
            _WRITERS[look.format](file, _frames(connection, look), look)
        connection.send((_DONE,))
    except _AbandonedError:
        pass
    except ArenaError as problem:
        _tell(connection, problem.key, dict(problem.params))
    except MemoryError:
        _tell(connection, "error.export.memory", {})
    except (ValueError, RuntimeError) as problem:
        # What the writers of pictures say when a file cannot be made of what they got.
        _tell(connection, "error.export.movie", {"problem": str(problem)})


def _tell(connection: Connection, key: str, params: dict[str, Any]) -> None:
    try:
        connection.send((_FAILED, key, params))
    except OSError:
        return


def _frames(connection: Connection, look: MovieLook) -> Iterator[Image.Image]:
    from PIL import Image

    while True:
        try:
            connection.send((_MORE,))
            pixels = connection.recv_bytes()
        except (EOFError, OSError) as gone:
            raise _AbandonedError from gone
        if not pixels:
            return
        yield Image.frombytes("RGB", (look.width, look.height), pixels)


def _durations(look: MovieLook, count: int) -> list[int]:
    return [look.milliseconds] * (count - 1) + [max(look.milliseconds, LAST_MILLISECONDS)]


def _gif(file: BinaryIO, frames: Iterator[Image.Image], look: MovieLook) -> None:
    drawn = [_in_256_colors(frame) for frame in frames]
    first, *rest = drawn
    first.save(file, format="GIF", save_all=True, append_images=rest, duration=_durations(look, len(drawn)), loop=0)


def _in_256_colors(frame: Image.Image) -> Image.Image:
    """Give a frame colours of its own, without dithering: flat cells stay flat and letters sharp.

    The line below is small beside the world and would get its colours by chance, others in each frame; shown several
    times it counts.
    """
    from PIL import Image

    width, height = frame.size
    line = frame.crop((0, height - LINE, width, height))
    weighed = Image.new("RGB", (width, height + _TIMES * LINE))
    weighed.paste(frame, (0, 0))
    for time in range(_TIMES):
        weighed.paste(line, (0, height + time * LINE))
    drawn = weighed.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return drawn.crop((0, 0, width, height))


def _webp(file: BinaryIO, frames: Iterator[Image.Image], look: MovieLook) -> None:
    first, *rest = frames
    times = _durations(look, len(rest) + 1)
    first.save(
        file, format="WEBP", save_all=True, append_images=rest, duration=times, loop=0, lossless=True, quality=40
    )


def _mp4(file: BinaryIO, frames: Iterator[Image.Image], look: MovieLook) -> None:
    import av

    codec = next(name for name in ("libx264", "libopenh264", "mpeg4") if name in av.codecs_available)
    with av.open(file, mode="w", format="mp4") as container:
        stream = container.add_stream(codec, rate=max(1, round(1000 / look.milliseconds)))
        # The usual colour layout has one colour for each square of four pixels: both sides must be even.
        stream.width, stream.height = look.width - look.width % 2, look.height - look.height % 2
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "16"}
        for frame in frames:
            picture = av.VideoFrame.from_image(frame.crop((0, 0, stream.width, stream.height)))
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


_WRITERS = {"gif": _gif, "webp": _webp, "mp4": _mp4}
