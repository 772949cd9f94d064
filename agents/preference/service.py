"""Drives a run of preferences as commands say: everything a deep run obeys, and the commands about labels."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from agents.configuration import checked, settings_of
from agents.deep.checkpoint import checkpoints
from agents.deep.training.begun_with import note_model
from agents.deep.training.opening import makings_of, plan_of
from agents.deep.training.plan import TrainingPlan
from agents.deep.training.service import TrainingService
from agents.models.begin_with import spec_beginning
from agents.preference.asking import MOST_READY
from agents.preference.config import PreferenceConfig
from agents.preference.preference_plan import PreferencePlan, plan_from
from agents.preference.preference_run import PreferenceMakings, PreferenceRun
from agents.preference.teacher_plan import TeacherPlan
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError, RunError, UsageError
from arena.preferences.exchange import import_labels
from arena.protocol.messages import Command, Event, HyperparameterChanged, SetHyperparameter, View, Warned
from arena.protocol.preference_messages import AskTeacher, LabelsChanged, PairAnswered, WantPairs
from arena.runs.locations import ensure_writable, runs_root
from arena.runs.run_folder import RunFolder

LIVE = frozenset(item.name for item in settings_of(PreferenceConfig) if item.live != "never")
"""Settings of learning from preferences that may be changed while it goes on; no agent has one of these names."""

PREFIX = "preference."
"""Before the name of such a setting in the log, and as a window may ask for it."""


class PreferenceService(TrainingService):
    """Drives one run of preferences.

    Args:
        run: The run.
        inbox: Where commands come from.
        send_view: Sends a view.
    """

    run: PreferenceRun

    def __init__(self, run: PreferenceRun, inbox: Inbox, send_view: Callable[[View], None]) -> None:
        super().__init__(run, inbox, send_view)
        self._serving = False

    def _serve(self, *, waiting: bool = True) -> None:
        super()._serve(waiting=waiting)
        if self._serving or self._stopping or self.phase == "running" or not self._whole:
            return
        if self.run.labels_changed and self.run.ensemble.fitted and self.run.fault is None:
            # Somebody labels while the policy stands still: what the answer changed is shown all the same.
            self._serving = True
            try:
                self.run.tend()
            finally:
                self._serving = False

    def between_updates(self) -> None:
        """Serve while nothing is half done; stand still where the model may be gamed and a person can look."""
        super().between_updates()
        suspected, self.run.suspected = self.run.suspected, False
        if suspected and self.run.preferences.has_person and self.phase == "running":
            self._rest("paused", "phase.reason.hack")
            self._tick()

    def _breathe(self) -> bool:
        if not self._serving:
            return super()._breathe()
        # The run is paused, and what is worked on is an answer given meanwhile: it is not to wait for the run.
        self.progress += 1
        super()._serve(waiting=False)
        return self._stopping

    def _obey(self, command: Command) -> None:
        match command:
            case LabelsChanged():
                self.run.labels_changed = True
            case WantPairs(count=count):
                self.run.asking.wanted_ready = max(0, min(count, MOST_READY))
                self.run.labels_changed = True
            case AskTeacher(pair_id=pair_id, kind=kind, criterion=criterion):
                self._ask_teacher(pair_id, TeacherPlan(kind=kind, criterion=criterion), command)
            case SetHyperparameter(name=name, value=value) if name.removeprefix(PREFIX) in LIVE:
                self._set(name.removeprefix(PREFIX), value, command)
            case _:
                super()._obey(command)

    def _ask_teacher(self, pair_id: str, plan: TeacherPlan, command: Command) -> None:
        try:
            answer = self.run.asking.answer_as(plan, pair_id)
        except ArenaError as problem:
            self.run.emit(Warned(key=problem.key, params=problem.params, command_id=command.command_id))
            return
        self.run.labels_changed = True
        self.run.emit(PairAnswered(pair_id=pair_id, answer=answer, rater=plan.kind))

    def _set(self, name: str, value: object, command: Command) -> None:
        try:
            number = checked(PreferenceConfig, name, value)
        except ArenaError as problem:
            self.run.emit(Warned(key=problem.key, params=problem.params, command_id=command.command_id))
            return
        self.run.set_preference(name, number)
        self.run.emit(HyperparameterChanged(name=PREFIX + name, value=number))


def opened(
    spec: RunSpec, inbox: Inbox, emit: Callable[[Event], None], send_view: Callable[[View], None]
) -> PreferenceService:
    """Open the run of preferences a spec asks for, new or to go on with.

    Args:
        spec: What to train; ``preference`` says how.
        inbox: Where commands come from.
        emit: Sends an event.
        send_view: Sends a view.

    Raises:
        ArenaError: If it cannot be begun or gone on with; no half-made folder is left behind then.
    """
    run = _go_on(spec, emit) if spec.resume else _begin(spec, emit)
    return PreferenceService(run, inbox, send_view)


def _begin(spec: RunSpec, emit: Callable[[Event], None]) -> PreferenceRun:
    plan = plan_from(spec.preference or {}, spec.agent, spec.env_id)
    spec, begun = spec_beginning(spec)
    plain = makings_of(spec)
    makings = PreferenceMakings(plain.run_config, plan, spec.device)
    if begun is not None:
        begun.into(makings)
    root = runs_root(spec.log_folder)
    ensure_writable(root)
    folder = RunFolder.create(root, makings.run_config)
    folder.lock()
    try:
        saving = plan_of(spec, makings)
        saving.write(folder.path)
        plan.write(folder.path)
        if makings.begun is not None:
            note_model(folder.path, makings.begun.model, makings.begun.env_steps)
        run = PreferenceRun(folder, makings, saving, emit)
    except BaseException:
        folder.unlock()
        if not checkpoints(folder.checkpoints_path):
            # Nothing was learned, and nothing could ever go on from it.
            shutil.rmtree(folder.path, ignore_errors=True)
        raise
    try:
        _take_labels(run, plan.labels_from)
    except BaseException:
        run.close()
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return run


def _take_labels(run: PreferenceRun, source: str) -> None:
    """Take in the labels a run begins with; what is left out of them is said."""
    if not source:
        return
    store, run_id = run.asking.book.store, run.folder.run_id
    taken = import_labels(source, store, run_id)
    left_out = sum(taken.left_out.values())
    if not taken.labels:
        raise UsageError("error.preference.no_labels", file=source, left_out=left_out)
    if left_out:
        run.warn("warning.preference.labels_left_out", count=taken.labels, left_out=left_out)


def _go_on(spec: RunSpec, emit: Callable[[Event], None]) -> PreferenceRun:
    folder = RunFolder.open(spec.resume or "")
    if folder.handed_in:
        raise RunError("error.deep.handed_in", folder=folder.run_id)
    folder.lock()
    try:
        saving = TrainingPlan.read(folder.path)
        plan = PreferencePlan.read(folder.path)
        makings = PreferenceMakings(folder.config, plan, spec.device, saving.threads)
        return PreferenceRun(folder, makings, saving, emit)
    except BaseException:
        folder.unlock()
        raise
