"""What is shown now, as a scene that can be saved: as it began, or at the moment shown."""

from __future__ import annotations

from dataclasses import replace

from arena.errors import SceneError
from arena.scenes.run_history import RunHistory, history_until
from arena.scenes.scene_file import Scene
from gui.state.run_state import RunState


def scene_of(state: RunState, opened: Scene | None, *, same_run: bool) -> Scene | None:
    """Return what is shown as a scene that begins at the beginning, with the settings now in force.

    Args:
        state: The run.
        opened: The scene it came from, whose texts are kept, or ``None``.
        same_run: Whether it still is the run that scene began.

    Returns:
        The scene, ``None`` before there is a world.
    """
    if state.world is None:
        return None
    made = replace(opened or Scene(), id="", tick=0, changes=(), moves=(), speed=state.speed, covered=state.covered)
    if opened is not None and same_run and not _changed(state):
        # As short as it was: what a world suggests and an agent's defaults are not written out.
        return made
    return replace(
        made,
        env_id=state.world.env_id,
        env_kwargs=dict(state.world.env_kwargs),
        agent=state.agent,
        hyperparameters=dict(state.hyperparameters),
        seed=state.seed,
    )


def scene_at_moment(state: RunState, beginning: Scene) -> Scene:
    """Return a scene of the moment shown.

    Args:
        state: The run, with its folder.
        beginning: What :func:`scene_of` returned for it.

    Raises:
        SceneError: If the way from the beginning to this moment cannot be told.
    """
    history = history_until(state.folder, state.env_steps)
    if _settings_changed(history):
        beginning = replace(beginning, hyperparameters=dict(history.config.hyperparameters))
    return replace(beginning, tick=state.env_steps, changes=history.changes, moves=history.moves)


def _changed(state: RunState) -> bool:
    try:
        return _settings_changed(history_until(state.folder, state.env_steps))
    except SceneError:
        return True


def _settings_changed(history: RunHistory) -> bool:
    return any(change.name != "mover" for change in history.changes)
