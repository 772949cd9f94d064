"""A figure of the book from our runs, without a window: what ``arena reproduce --out`` opens by its name."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from agents.experiments.reproduction.book import BookFigure
from arena.protocol.experiment_messages import FigureDrawn
from arena.runs.safe_file import write_bytes
from gui.export.panel_picture import picture_of, png_of, svg_of
from gui.fonts import load_fonts
from gui.language import language, tr
from gui.panels.book_plot import BookPlot
from gui.style import apply_style
from gui.theme import theme
from gui.widgets.text_label import TextLabel

WIDTH, HEIGHT = 900, 520
"""Of a picture, in pixels at ordinary sharpness."""


class FigurePicture(QWidget):
    """The figure with its title above.

    Args:
        figure: What the book says.
        drawn: Our runs.
    """

    def __init__(self, figure: BookFigure, drawn: FigureDrawn) -> None:
        super().__init__()
        title, axis, plot = TextLabel(size=15, semibold=True), TextLabel(size=13, ink="dim"), BookPlot()
        source = tr("reproduce.source", source=figure.source)
        title.set_text(f"{tr('reproduce.' + figure.name + '.title')} · Sutton & Barto 2018 · {source}")
        axis.set_key("reproduce." + figure.name + ".y")
        plot.show_figure(figure, drawn)
        rows = QVBoxLayout(self)
        rows.addWidget(title)
        rows.addWidget(axis)
        rows.addWidget(plot, 1)
        self.resize(WIDTH, HEIGHT)


def draw(figure: BookFigure, drawn: FigureDrawn, path: str, code: str) -> None:
    """Draw a figure into a file, as for paper: light.

    Args:
        figure: What the book says.
        drawn: Our runs.
        path: The file; its ending says how it is drawn.
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
    picture = FigurePicture(figure, drawn)
    svg = path.lower().endswith(".svg")
    title = tr("reproduce." + figure.name + ".title")
    write_bytes(path, svg_of(picture, title) if svg else png_of(picture_of(picture)))
    picture.deleteLater()
    del app
