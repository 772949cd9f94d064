"""A stored run as a picture, without a window: what ``arena export --picture`` opens by its name."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from arena.protocol.messages import View
from arena.protocol.world_codec import ShownWorld
from arena.runs.safe_file import write_bytes
from arena.texts import localized
from gui.export.panel_picture import picture_of, png_of, svg_of
from gui.fonts import load_fonts
from gui.language import language, number, tr
from gui.state.run_state import RunState
from gui.style import apply_style
from gui.theme import theme
from gui.widgets.stage.board import MARGIN, fitting
from gui.widgets.stage.legend import ScaleLegend
from gui.widgets.stage.stage import StageWidget
from gui.widgets.text_label import TextLabel

WIDTH, TALLEST, LARGEST_CELL = 1140, 900, 160
"""Width of a picture, most height of its world, and largest cell, in pixels at ordinary sharpness."""

_EDGE = 12


class RunPicture(QWidget):
    """The world, the scale under it, and a line that says of which run and when.

    Args:
        state: The run, with its world.
        layer: Layer of the stage.
    """

    def __init__(self, state: RunState, layer: str) -> None:
        super().__init__()
        assert state.world is not None
        layout = state.world.layout
        cell = min(fitting(layout.columns, layout.rows, QSize(WIDTH, TALLEST)), LARGEST_CELL)
        self.stage, legend = StageWidget(), ScaleLegend()
        self.stage.setFixedSize(WIDTH, layout.rows * cell + 2 * MARGIN)
        title = localized(state.world.title, language().code)
        what, when = TextLabel(size=15, semibold=True), TextLabel(size=15, ink="dim", mono=True)
        what.set_text(f"{title} · {tr('agent.' + state.agent)}")
        when.set_text(tr("export.movie.caption", episode=number(state.episodes + 1), step=number(state.env_steps)))
        line = QHBoxLayout()
        line.addWidget(what)
        line.addStretch(1)
        line.addWidget(when)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        rows.addLayout(line)
        rows.addWidget(self.stage)
        rows.addWidget(legend)
        self.resize(self.sizeHint())
        self.stage.set_layer(layer)
        self.stage.show_state(state)
        legend.show_scale(layer, self.stage.scale, self.stage.content)


def draw(world: ShownWorld, agent: str, view: View, path: str, layer: str, code: str) -> None:
    """Draw a run into a file, as for paper: light, without anything that moves.

    Args:
        world: Its world.
        agent: Catalog name of its agent.
        view: What it knew, with where it stood.
        path: The file; its ending says how it is drawn.
        layer: Layer of the stage.
        code: Language of its words.

    Raises:
        RunError: If the file cannot be written.
    """
    # Kept until the end: without it nothing can be drawn.
    app = QApplication.instance() or QApplication([])
    load_fonts()
    language().choose(code)
    theme().set_wish("light")
    apply_style()
    state = RunState(
        phase="paused",
        world=world,
        agent=agent,
        view=view,
        env_steps=view.env_steps,
        episodes=view.episodes,
        epsilon=view.scalars.get("epsilon", -1.0),
    )
    drawn = RunPicture(state, layer)
    svg = path.lower().endswith(".svg")
    write_bytes(path, svg_of(drawn, localized(world.title, code)) if svg else png_of(picture_of(drawn)))
    drawn.deleteLater()
    del app
