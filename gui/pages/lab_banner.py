"""What a person must know before anything else: starting, failed, silent, paused for a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.language import tr
from gui.state.run_state import RunState
from gui.widgets.run_banner import RunBanner
from gui.widgets.stage.content import content_of
from gui.widgets.stage.names import action_glyph, state_name

_PHASES = {
    "starting": "lab.banner.starting",
    "starting_own": "lab.banner.starting",
    "compiling": "lab.banner.compiling",
    "saving": "lab.banner.saving",
    "not_responding": "lab.banner.silent",
}


def banner_text(state: RunState) -> str:
    """Return the sentence to show, empty for none."""
    if state.failure is not None and state.phase == "failed":
        return tr(state.failure.key, **state.failure.params)
    if state.phase == "not_responding" and "file" in state.reason_params:
        return tr("own.banner.silent", **state.reason_params)
    if state.phase in _PHASES:
        return tr(_PHASES[state.phase])
    if _own_code_failed(state):
        return tr(state.reason, **state.reason_params)
    if state.reason == "phase.reason.not_finite" and state.world is not None:
        params = dict(state.reason_params)
        return tr(
            state.reason,
            state=state_name(state.world, int(params["state"])),
            action=action_glyph(state.world, int(params["action"])),
            tick=params["tick"],
        )
    return ""


def _own_code_failed(state: RunState) -> bool:
    return state.phase == "paused" and state.reason.startswith("error.own.")


def reason_text(state: RunState) -> str:
    """Return why it is paused, for the line over the stage; empty for no particular reason."""
    told_above = state.reason == "phase.reason.not_finite" or _own_code_failed(state)
    if state.phase in ("paused", "finished") and state.reason and not told_above:
        return tr(state.reason, **state.reason_params)
    return context_text(state)


def context_text(state: RunState) -> str:
    """Return which slice of a world of several contexts is shown; empty for a world of one."""
    content = content_of(state)
    if content is None or len(content.world.layout.context_keys) < 2:
        return ""
    key, params = content.world.layout.context_keys[content.context]
    return tr(key, **params)


class LabBanner(RunBanner):
    """What the Lab's run needs to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._state = RunState()
        super().__init__("lab.banner.resume", 58, parent)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: RunState) -> None:
        """Show what a run needs to say, or hide."""
        self._state = state
        failed, silent = state.phase == "failed", state.phase == "not_responding"
        self.resume.setVisible(failed and bool(state.folder))
        self.stop.setVisible(silent)
        details = state.failure.details if failed and state.failure is not None else ""
        bad = failed or silent or _own_code_failed(state)
        self.say(
            banner_text(state),
            details or str(state.reason_params.get("details", "")),
            "bad" if bad else "warning" if "finite" in state.reason else "line",
        )
