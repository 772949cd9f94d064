"""Who answers: people by name, a synthetic teacher, or a file of labels."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from agents.preference.teacher_plan import LEFT_TASKS, SYNTHETIC
from arena.preferences.exchange import Imported
from arena.preferences.label_export import Exported
from gui.language import language, number, tr
from gui.state.answering_teacher import PACES, AnsweringTeacher
from gui.state.preference_model import PreferenceModel
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.segmented import Segmented

ME, FILE, LEFT = "me", "file", "oracle_left"
"""Entries that are no teacher's name: a person, a file of labels, the oracle that goes by the left half."""


class PreferAnswerer(QObject):
    """The chooser of who answers, with the pace of a teacher beside it.

    Args:
        model: The run.
        host: The page.
    """

    def __init__(self, model: PreferenceModel, host: QWidget) -> None:
        super().__init__(host)
        self._model, self._host = model, host
        self._halves, self._task = True, ""
        self.teacher = AnsweringTeacher(model)
        self.who = Chooser("prefer.from", tip_key="prefer.from.tip")
        self.pace = Segmented(
            [(name, "prefer.pace." + name, "prefer.pace." + name + ".tip") for name in PACES],
            name_key="prefer.pace.name",
        )
        self.pace.hide()
        self.who.changed.connect(self._choose)
        self.pace.changed.connect(self.teacher.choose_pace)
        language().changed.connect(self.offer)
        self.offer()
        self.who.set_value(ME)

    def know_place(self, *, halves: bool, task: str) -> None:
        """Know where answers are given: not every teacher can be asked everywhere.

        Args:
            halves: Whether it has a left half to be in: a grid, or Breakout's objects.
            task: What is to be preferred.
        """
        if (halves, task) != (self._halves, self._task):
            self._halves, self._task = halves, task
            self.offer()
            if self.who.value == LEFT and not halves:
                self.who.set_value(ME)
            self._choose(self.who.value)

    def offer(self) -> None:
        """Offer everybody who can answer here, in the language in use."""
        people, programs = tr("prefer.from.people"), tr("prefer.from.programs")
        kinds = [kind for name in SYNTHETIC for kind in ((name, LEFT) if name == "oracle" else (name,))]
        self.who.set_choices(
            [
                Choice(ME, tr("prefer.from.me"), tr("prefer.from.me.tip"), people),
                Choice(FILE, tr("prefer.from.file"), tr("prefer.from.file.tip"), people),
                *(
                    Choice(kind, tr("prefer.from." + kind), tr("prefer.from." + kind + ".tip"), programs)
                    for kind in kinds
                    if kind != LEFT or self._halves
                ),
            ]
        )

    def be_people(self) -> None:
        """Have people answer from here on."""
        self.who.set_value(ME)
        self._choose(ME)

    def _choose(self, who: str) -> None:
        if who == FILE:
            self.who.set_value(self._now)
            self.choose_file()
            return
        left = who == LEFT or (who not in (ME, "oracle") and self._halves and self._task in LEFT_TASKS)
        kind = "" if who == ME else "oracle" if who == LEFT else who
        self.teacher.choose(kind, "left_half" if left else "reward")
        self.pace.setVisible(bool(kind))

    @property
    def _now(self) -> str:
        teacher = self.teacher
        if teacher.kind == "oracle" and teacher.criterion != "reward":
            return LEFT
        return teacher.kind or ME

    def choose_file(self) -> None:
        """Ask for a file of labels, and take them in."""
        dialog = QFileDialog(self._host.window(), tr("prefer.from.file.title"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{tr('prefer.from.file.filter')} (*.zip *.jsonl)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_in)
        dialog.open()

    def take_in(self, path: str) -> None:
        """Take in a label set: a zip, or the lines of a folder, beside which the clips lie."""
        lines = Path(path).suffix == ".jsonl"
        self._model.take_in(str(Path(path).parent) if lines else path)


def import_words(taken: Imported) -> str:
    """Say what an import of labels has brought."""
    left_out = sum(taken.left_out.values())
    if left_out:
        return tr("prefer.import.partly", count=number(taken.labels), left_out=number(left_out))
    return tr("prefer.import.done", count=number(taken.labels))


def export_words(saved: Exported) -> str:
    """Say what went into a label set."""
    left_out = sum(saved.left_out.values())
    if left_out:
        return tr("prefer.export.partly", count=number(saved.labels), left_out=number(left_out))
    return tr("prefer.export.done", count=number(saved.labels))
