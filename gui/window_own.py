"""Own agents in the window: made, chosen, asked about before they run, offered anew when they change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from agents.own.library import find_own, is_own
from agents.own.trust import TrustStore
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.runs.locations import agents_folder
from gui.language import language, tr
from gui.state.own_agents import OwnCode, code_of, own_choices
from gui.state.run_state import RunState

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.pages.lab import LabPage
    from gui.pages.page import Page

_SETTLED_MS = 250
"""An editor may write a file in several steps: so long after the last one it is looked at."""


class WindowOwn(QObject):
    """Own agents, for the window.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab: LabPage | None = None
        self._run = ""
        self._recording: tuple[RunSpec, OwnCode] | None = None
        self._running: OwnCode | None = None
        self._was_there = False
        self._at_end = False
        self._offered: set[str] = set()
        self._watcher: QFileSystemWatcher | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._files_changed)
        language().changed.connect(self._offer_agents)

    def attach(self, page: Page) -> None:
        """Stand between the Lab and its worker: no own code runs unasked."""
        if page.id != "lab":
            return
        self._lab = lab = cast("LabPage", page)
        lab.model.admit = self._admit
        lab.model.changed.connect(self._run_changed)
        self._offer_agents()
        self._watch()

    def _say(self, problem: ArenaError) -> None:
        self._window.toast.say(tr(problem.key, **problem.params))

    # ── whose code runs ────────────────────────────────────────────────────────────────────────────────────────────

    def _admit(self, spec: RunSpec) -> RunSpec | None:
        """Return a spec that may be opened now; ``None`` where a person has to be asked first."""
        self._recording = None
        try:
            code = code_of(spec)
        except ArenaError as problem:
            self._say(problem)
            self._show_chosen()
            return None
        if code is None:
            self._running = None
            return spec
        if code.may_go_on and TrustStore().trusts(code.sha256):
            # Known from here on, not only once it has begun: what fails in its first line is mended too.
            self._running, self._was_there = code, not code.is_gone
            self._watch()
            return replace(spec, trusted_hash=code.sha256)
        if spec.resume:
            self._running = None
            self._recording = (spec, code)
            self._tell_recording()
            return spec
        self._ask(spec, code)
        return None

    def _ask(self, spec: RunSpec, code: OwnCode, *, learned: bool = False) -> None:
        from gui.dialogs.trust_code import TrustCodeDialog

        dialog = TrustCodeDialog(self._window, code.file, code.path, code.source, learned=learned)
        dialog.accepted.connect(lambda: self._trust(spec, code))
        dialog.rejected.connect(self._show_chosen)
        dialog.open()

    def _trust(self, spec: RunSpec, code: OwnCode) -> None:
        try:
            TrustStore().trust(code.sha256, code.file)
        except ArenaError as problem:
            self._say(problem)
            return
        if self._lab is not None:
            self._lab.model.open(spec)

    def _tell_recording(self) -> None:
        if self._recording is None:
            return
        spec, code = self._recording
        if not code.may_go_on:
            self._window.toast.say(tr("own.recording.handed_in"))
            return
        self._window.toast.say(
            tr("own.recording.untrusted", file=code.file),
            tr("own.recording.run"),
            lambda: self._ask(spec, code, learned=True),
        )

    def _show_chosen(self) -> None:
        """Let the chooser show the agent there is, after another one was not begun."""
        if self._lab is not None:
            self._lab.top.agent.set_value(self._lab.model.state.agent)

    # ── which ones there are ───────────────────────────────────────────────────────────────────────────────────────

    def new_agent(self) -> None:
        """Ask for a name and write a new agent."""
        from gui.dialogs.new_agent import NewAgentDialog

        dialog = NewAgentDialog(self._window)
        dialog.written.connect(self._agent_written)
        dialog.chosen.connect(self._learn_with)
        dialog.open()

    def _agent_written(self) -> None:
        self._watch()
        self._offer_agents()

    def _learn_with(self, id: str) -> None:
        self._window.show_page("lab")
        if self._lab is not None:
            self._lab.top.agent_chosen.emit(id)

    def _offer_agents(self) -> None:
        if self._lab is not None:
            current = self._lab.model.state.agent
            self._lab.top.set_own(own_choices(current if self._lab.model.state.own is not None else ""))
            self._show_chosen()

    def _run_changed(self, state: RunState) -> None:
        at_end = state.phase == "finished" and state.reason == "phase.reason.recorded"
        if at_end and not self._at_end:
            # Whoever wants it to learn on may be reminded how.
            self._tell_recording()
        self._at_end = at_end
        if state.run_id == self._run:
            return
        self._run = state.run_id
        if is_own(state.agent) and state.own is not None:
            self._offer_agents()
            self._watch()

    # ── changed files ──────────────────────────────────────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        """Watch the agents folder and the file of the present run; an editor may put another file in its place."""
        folder = agents_folder()
        if not folder.is_dir():
            return
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(lambda _: self._settled.start())
            self._watcher.directoryChanged.connect(lambda _: self._settled.start())
        wanted = [str(folder)]
        if self._running is not None and not self._running.is_gone:
            wanted.append(str(self._running.written_in))
        known = {*self._watcher.files(), *self._watcher.directories()}
        if missing := [path for path in wanted if path not in known]:
            self._watcher.addPaths(missing)

    def _files_changed(self) -> None:
        self._offer_agents()
        self._watch()
        code = self._running
        if code is None or not (code.is_gone or code.is_changed):
            self._was_there = code is not None
            return
        if code.is_gone:
            if self._was_there:
                self._window.toast.say(tr("own.gone", file=code.file))
            self._was_there = False
            return
        self._was_there = True
        path = code.written_in
        try:
            new = find_own(f"own:{path}")
        except ArenaError as problem:
            self._say(problem)
            return
        if new.sha256 in self._offered:
            return
        self._offered.add(new.sha256)
        self._window.toast.say(
            tr("own.changed", file=new.file), tr("own.changed.begin"), lambda: self._begin_anew(path, new.sha256)
        )

    def _begin_anew(self, path: Path, sha256: str) -> None:
        """Begin a run with the new version: pressing that button is the consent to it, and to nothing saved since."""
        lab = self._lab
        if lab is None:
            return
        state, (env_id, env_kwargs) = lab.model.state, lab.model.place
        spec = RunSpec(env_id=env_id, env_kwargs=env_kwargs, agent=f"own:{path}", seed=state.seed, speed=state.speed)
        try:
            code = code_of(spec)
        except ArenaError as problem:
            self._say(problem)
            return
        if code is not None and code.sha256 == sha256:
            self._trust(spec, code)
        else:
            lab.model.open(spec)
