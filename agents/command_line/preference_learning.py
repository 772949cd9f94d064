"""A run of preferences in this process, the same agent on the true reward beside it, and the figures of both."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from agents.command_line.arguments import env_kwargs_of
from agents.command_line.deep_learning import Listener
from agents.command_line.interruption import Interruption
from agents.command_line.own_code import agent_id
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, shown_path, tell, whole
from agents.deep.threads import let_threads_sleep
from agents.preference.step_wishes import KL_WEIGHT
from arena.errors import ArenaError, RunError
from arena.protocol.messages import RunTo

if TYPE_CHECKING:
    from agents.deep.training.service import TrainingService
    from agents.runtime.spec import RunSpec


GRID = "Arena/GridWorld-v0"


def learn_from_preferences(given: Namespace) -> int:
    """Do what ``arena rlhf`` asks for.

    Args:
        given: Its command line.

    Returns:
        Exit code; stopped by a signal, the run that was going on is saved and can be resumed.

    Raises:
        ArenaError: If it cannot be begun, or learning cannot go on.
    """
    # Before PyTorch is loaded.
    let_threads_sleep()
    spec = _spec(given)
    if given.name:
        import_module("agents.models.library").new_folder(given.name)
    with Interruption() as stop:
        found, code = _learned(spec, given, stop, _figures)
        if found is None:
            return code
        if not given.no_truth:
            truth, code = _learned(replace(spec, preference=None), given, stop, _returns)
            if truth is None:
                return code
            found["true_reward"] = truth
            found["share_of_true_reward"] = share_of(found["return"], truth["return"])
    if given.name:
        kept = import_module("agents.models.from_run").save_from_run(found["run"], given.name)
        found["model"] = kept.name
    if given.json:
        tell_json(found)
    else:
        tell(_in_words(found))
    return DONE


def _spec(given: Namespace) -> RunSpec:
    from agents.runtime.spec import RunSpec

    settings: dict[str, Any] = dict(given.preferences)
    if given.begin_with:
        settings.setdefault("kl_weight", KL_WEIGHT)
    if given.labels is not None:
        settings["label_budget"] = given.labels
        settings.setdefault("first_labels", min(8, given.labels) if given.preset == "classroom" else given.labels // 4)
    place = _Place() if not given.begin_with else _place_of(given.begin_with)
    return RunSpec(
        env_id=given.env or place.env_id,
        env_kwargs=env_kwargs_of(given.env_kwargs) if given.env or given.env_kwargs else dict(place.env_kwargs),
        agent=agent_id(given.algo),
        hyperparameters={"horizon": given.n_timesteps, **dict(given.hyperparams)},
        seed=given.seed,
        log_folder=given.log_folder,
        device=given.device or "auto",
        save_every=given.save_freq,
        begin_with=given.begin_with,
        preference={
            "preset": given.preset,
            **settings,
            **_teacher(given),
        },
    )


class _Place(NamedTuple):
    env_id: str = GRID
    env_kwargs: Mapping[str, Any] = MappingProxyType({})


def _place_of(model: str) -> _Place:
    """Return where a model plays."""
    from agents.models.library import find_model

    manifest = find_model(model).manifest
    return _Place(manifest.env_id, manifest.env_kwargs)


def _teacher(given: Namespace) -> dict[str, Any]:
    from agents.preference.teacher_plan import LABELS, SYNTHETIC

    flaws = {"criterion": given.criterion, "mistakes": given.mistakes}
    if given.teacher not in SYNTHETIC and Path(given.teacher).expanduser().exists():
        source = str(Path(given.teacher).expanduser().absolute())
        return {"teacher": {"kind": LABELS, **flaws}, "labels_from": source}
    return {"teacher": {"kind": given.teacher, **flaws}}


def _learned(
    spec: RunSpec, given: Namespace, stop: Interruption, measured: Callable[[Any, Interruption], dict[str, Any]]
) -> tuple[dict[str, Any] | None, int]:
    """Train a run to its end and measure it; ``None`` and the exit code if it was stopped before."""
    from agents.runtime.deep_runs import trainer_of
    from agents.runtime.inbox import Inbox

    inbox = Inbox()
    listener = Listener(inbox, stop)
    service: TrainingService = import_module(trainer_of(spec)).opened(spec, inbox, listener.hear, lambda _: None)
    run = service.run
    try:
        until = min(given.n_timesteps, int(run.config.horizon))
        inbox.put(RunTo(goal="tick", count=until))
        with Progress(wanted=given.progress, start=run.env_steps, until=until, unit_key="cli.unit.steps") as bar:
            listener.progress = bar
            service.loop()
            bar.show(run.env_steps, listener.score)
            listener.progress = None
        if listener.not_saved:
            raise RunError("error.cli.not_saved", problem=listener.not_saved)
        if listener.fault is not None:
            raise ArenaError(listener.fault.reason, **listener.fault.params)
        found = None if stop else measured(run, stop)
    finally:
        run.close()
    if stop:
        again = command("arena", "resume", shown_path(run.folder.path), "-n", str(max(1, until - run.env_steps)))
        complain(say("cli.stopped", step=whole(run.env_steps), command=again))
        return None, stop.exit_code
    return found, DONE


def _returns(run: Any, stop: Interruption) -> dict[str, Any]:
    measuring = import_module("agents.preference.measuring")
    return {
        "run": str(run.folder.path),
        "env_steps": run.env_steps,
        "seconds": run.seconds,
        "return": measuring.true_returns(run, measuring.EPISODES, lambda: bool(stop)),
    }


def _figures(run: Any, stop: Interruption) -> dict[str, Any]:
    measuring = import_module("agents.preference.measuring")
    noted_model = import_module("agents.deep.training.begun_with").noted_model
    config, plan = run.folder.config, run.preferences
    measuring.play_on(run)
    accuracy, pairs = measuring.held_out_accuracy(run)
    return {
        **_returns(run, stop),
        "env_id": config.env_id,
        "env_kwargs": dict(config.env_kwargs),
        "agent": config.agent,
        "seed": config.seed,
        "begun_with": noted_model(run.folder.path).get("model", ""),
        "teacher": plan.teacher.kind,
        "criterion": plan.teacher.criterion,
        "mistakes": plan.teacher.turned_round,
        "labels": run.rewards.labels,
        "asked": run.asking.asked,
        "held_out_accuracy": accuracy,
        "held_out_pairs": pairs,
        "correlation": measuring.reward_correlation(run),
        "left_share": run.left_share(),
        "left_share_before": run.left_share_before,
        "kl": run.reference.kl,
        "kl_weight": run.reference.weight,
        "fits": run.rewards.fits,
        "fit_seconds": run.rewards.seconds,
    }


def share_of(learned: dict[str, float], true: dict[str, float]) -> float:
    """Return the share of the return on true reward that the learned agent reaches, with drawn actions.

    Args:
        learned: ``sampled`` among the returns of the agent that learned from preferences.
        true: The same of the agent on true reward.

    Returns:
        The quotient; NaN where the true reward brought nothing or less.
    """
    return learned["sampled"] / true["sampled"] if true["sampled"] > 0.0 else math.nan


def _in_words(found: dict[str, Any]) -> str:
    told = {
        "folder": shown_path_of(found["run"]),
        "labels": whole(found["labels"]),
        "accuracy": decimal(100.0 * found["held_out_accuracy"]) if found["held_out_pairs"] else "–",
        "greedy": decimal(found["return"]["greedy"]),
        "sampled": decimal(found["return"]["sampled"]),
        "episodes": whole(int(found["return"]["episodes"])),
    }
    text = say("cli.rlhf.learned", **told)
    if "true_reward" in found:
        true = found["true_reward"]["return"]
        text += "\n" + say("cli.rlhf.truth", greedy=decimal(true["greedy"]), sampled=decimal(true["sampled"]))
    if "model" in found:
        text += "\n" + say("cli.rlhf.kept", model=found["model"], command=command("arena", "evaluate", found["model"]))
    return text


def shown_path_of(path: str) -> str:
    """Return a path as short as it can be typed from here."""
    return shown_path(Path(path))
