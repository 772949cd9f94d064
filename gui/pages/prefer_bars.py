"""The bars of the preference page: task and rater above, the answers so far and the learner below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.training.training_banner import reason_text
from gui.state.preference_state import PreferenceState
from gui.state.preference_tasks import OWN, TASKS, PreferenceTask
from gui.state.training_state import TrainingState
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton

NEW_RATER = "\n"
"""Id of the entry that asks for another name; no rater's name holds a line break."""

NEW_WORDS = "new"
"""Id of the entry that asks for own words."""

_MOST_SHOWN = 28


def shown_words(words: str) -> str:
    """Return own words as short as a chooser has room for; a run that was begun without any is called so."""
    plain = words.replace("[", "").replace("]", "") or tr("prefer.task.none")
    return plain if len(plain) <= _MOST_SHOWN else plain[:_MOST_SHOWN].rstrip() + "…"


class PreferTopBar(QWidget):
    """Task, rater, settings, the three steps.

    Attributes:
        task_chosen: Id of a task, :data:`NEW_WORDS` for one in own words.
        rater_chosen: Name of a rater, :data:`NEW_RATER` for another one.
        settings_wanted: The settings button was pressed.
        steps_wanted: The button of the three steps was pressed.
        projector_wanted: The projector button was pressed.
    """

    task_chosen = Signal(str)
    rater_chosen = Signal(str)
    settings_wanted = Signal()
    steps_wanted = Signal()
    projector_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = Chooser("prefer.task", tip_key="prefer.task.tip")
        self.rater = Chooser("prefer.rater", tip_key="prefer.rater.tip")
        self.settings = PillButton("lab.settings", "settings", "quiet", tip_key="prefer.settings.tip")
        self.steps = PillButton("steps.title", "step", "quiet", tip_key="steps.tip")
        self.picture = PillButton("lab.picture", "picture", "quiet", tip_key="lab.picture.tip")
        self.projector = PillButton("lab.projector", "projector", "quiet", tip_key="lab.projector.tip")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(10)
        for widget in (self.task, self.rater, self.settings, self.steps):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.picture)
        row.addWidget(self.projector)
        self.task.changed.connect(self.task_chosen)
        self.rater.changed.connect(self.rater_chosen)
        self.settings.clicked.connect(self.settings_wanted)
        self.steps.clicked.connect(self.steps_wanted)
        self.projector.clicked.connect(self.projector_wanted)

    def offer(self, task: PreferenceTask, raters: tuple[str, ...], rater: str) -> None:
        """Offer the shipped tasks and the raters known.

        Args:
            task: The task in use.
            raters: Names.
            rater: Who rates now.
        """
        choices = [Choice(one.id, tr("prefer.task." + one.id), tr("prefer.task." + one.id + ".tip")) for one in TASKS]
        if task.id == OWN:
            choices.append(Choice(OWN, shown_words(task.words), task.words))
        self.task.set_choices([*choices, Choice(NEW_WORDS, tr("prefer.task.new"), tr("prefer.task.new.tip"))])
        self.task.set_value(task.id)
        self.rater.set_choices([*(Choice(name, name) for name in raters), Choice(NEW_RATER, tr("prefer.rater.new"))])
        self.rater.set_value(rater)


class PreferBottomBar(QWidget):
    """Who answers, what was answered, and how the learner goes on.

    Args:
        first: Stand at its left end.

    Attributes:
        review_wanted: All answers are to be shown.
        inside_wanted: The reward model is to be looked into.
        class_wanted: A class is to be asked.
        toggled: The learner is to go on, or to wait.
    """

    class_wanted = Signal()
    review_wanted = Signal()
    inside_wanted = Signal()
    toggled = Signal()

    def __init__(self, *first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = (TrainingState(), PreferenceState())
        self.review = LinkButton("prefer.review", tip_key="prefer.review.tip")
        self.inside = LinkButton("prefer.inside", tip_key="prefer.inside.tip")
        self.ask = LinkButton("class.open", tip_key="class.open.tip")
        self.run = PillButton("train.run", "run", "quiet", icon_only=True)
        self.words = ElidedLabel("", 13, "dim")
        self.figures = ElidedLabel("", 13, "text", mono=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(14)
        for widget in (*first, self.inside, self.review, self.ask):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.words)
        row.addWidget(self.figures)
        row.addWidget(self.run)
        self.review.clicked.connect(self.review_wanted)
        self.inside.clicked.connect(self.inside_wanted)
        self.ask.clicked.connect(self.class_wanted)
        self.run.clicked.connect(self.toggled)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(*self._shown)

    def show_state(self, training: TrainingState, known: PreferenceState) -> None:
        """Show how the learner goes on and how many answers there are."""
        self._shown = training, known
        count = len(known.counted)
        self.review.set_text_key("prefer.review", count=number(count))
        self.review.setVisible(bool(known.labels))
        running = training.phase == "running"
        self.run.set_icon_name("pause" if running else "run")
        self.run.setEnabled(training.phase in ("running", "paused"))
        self.words.set_text(_going(known, training) if running else reason_text(training) or tr("prefer.waits"))
        parts = [tr("agent." + training.agent)] if training.agent else []
        if training.ready is not None:
            parts.append(tr("prefer.steps", steps=number(training.env_steps)))
            if running and training.steps_per_second:
                parts.append(tr("prefer.speed", speed=number(round(training.steps_per_second))))
        self.figures.set_text(" · ".join(parts))


def _going(known: PreferenceState, training: TrainingState) -> str:
    """Say what the learner does while nobody has paused it: before the first answers it has nothing to learn from."""
    if known.plan is not None and known.plan.has_person and training.ready is not None and not training.env_steps:
        config = known.plan.config
        left = min(config.first_labels, config.label_budget) - len(known.counted)
        if left > 0:
            return tr("prefer.waits.first", count=number(left))
    return tr("prefer.goes_on")
