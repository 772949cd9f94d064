"""A run of preferences from its first clip to its last update, with teachers and with people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.deep.weights import weights_of
from agents.preference.service import opened
from agents.runtime.deep_runs import trainer_of
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.errors import UsageError
from arena.preferences.clip_file import read_clip
from arena.preferences.label_store import LabelStore
from arena.protocol.messages import Event, Pause, PhaseChanged, Run, RunTo, SetHyperparameter, Stop, ViewRequest, Warned
from arena.protocol.preference_messages import (
    AskTeacher,
    LabelsChanged,
    PairAnswered,
    PairOffered,
    PreferenceProgress,
    RewardModelFitted,
    WantPairs,
)
from tests.agents.preference.made_clips import SMALL, Driven, tiny


def trained(spec: RunSpec, until: int) -> Driven:
    driven = Driven(spec)
    driven.inbox.put(RunTo(goal="tick", count=until))
    return driven.work()


def weights(driven: Driven) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in weights_of(driven.service.run.model.policy).items()}


def same(one: Driven, other: Driven) -> bool:
    first, second = weights(one), weights(other)
    return all(np.array_equal(first[name], second[name]) for name in first)


def test_that_an_oracle_answers_and_a_policy_learns_from_that(tmp_path: Path) -> None:
    driven = trained(tiny(tmp_path), 1_024)
    run = driven.service.run
    fits = driven.of(RewardModelFitted)
    assert run.finished
    assert [fit.labels for fit in fits] == sorted(fit.labels for fit in fits)
    assert fits[-1].labels == SMALL["label_budget"]
    assert run.ensemble.fitted
    assert driven.of(PreferenceProgress)
    assert not driven.of(Warned)
    store = LabelStore(tmp_path / "arena.db")
    assert {label.source for label in store.labels(run.folder.run_id)} == {"oracle"}
    assert len((run.folder.path / "labels.jsonl").read_text("utf-8").splitlines()) >= SMALL["label_budget"]
    store.close()


@pytest.mark.parametrize("agent", ["a2c", "trpo"])
def test_that_a2c_and_trpo_learn_from_preferences_too(tmp_path: Path, agent: str) -> None:
    driven = trained(tiny(tmp_path, agent=agent, label_budget=4), 256)
    assert driven.service.run.ensemble.fitted
    assert driven.service.run.env_steps >= 256


def test_that_a_run_that_was_stopped_goes_on_to_the_last_bit(tmp_path: Path) -> None:
    whole = trained(tiny(tmp_path / "whole"), 1_024)
    half = trained(tiny(tmp_path / "half"), 512)
    again = trained(RunSpec(resume=str(half.service.run.folder.path)), 1_024)
    assert same(whole, again)
    assert np.array_equal(whole.service.run.ensemble.table()[0], again.service.run.ensemble.table()[0])
    assert again.service.run.rewards.labels == whole.service.run.rewards.labels


def test_that_a_run_killed_behind_its_checkpoint_asks_the_same_questions_again(tmp_path: Path) -> None:
    whole = trained(tiny(tmp_path / "whole"), 1_024)
    spec = tiny(tmp_path / "killed")
    driven = Driven(spec, lambda *_: None)
    run = driven.service.run
    # Dies without a word at 576 steps, 64 behind its checkpoint and with labels the checkpoint has not seen.
    run.breathe = lambda: False

    class KilledError(Exception):
        pass

    before = run.between_updates

    def between() -> None:
        before()
        if run.env_steps >= 576:
            raise KilledError

    run.between_updates = between  # type: ignore[method-assign]
    driven.inbox.put(Run())
    with pytest.raises(KilledError):
        driven.service.loop()
    run.asking.book.close()
    run.close_games()
    run.folder.unlock()
    again = trained(RunSpec(resume=str(run.folder.path)), 1_024)
    assert same(whole, again)
    with LabelStore(tmp_path / "killed" / "arena.db") as store:
        assert len(store.labels(run.folder.run_id)) == SMALL["label_budget"]


class Person:
    """Answers every pair that is offered, as somebody at a window does."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder = folder
        self.most = most
        self.given: list[str] = []

    def react(self, driven: Driven, event: Event) -> None:
        if isinstance(event, PairOffered) and len(self.given) < self.most:
            left, right = read_clip(Path(event.left_file)), read_clip(Path(event.right_file))
            assert left.clip_id == event.left and right.clip_id == event.right
            with LabelStore(self.folder / "arena.db") as store:
                label = store.answer(event.pair_id, "left", "Ada")
            self.given.append(label.label_id)
            driven.inbox.put(LabelsChanged())
        if isinstance(event, PhaseChanged) and event.phase in ("paused", "finished") and event.reason:
            driven.inbox.put(Stop())


def test_that_the_policy_waits_for_the_first_answers_of_a_person_and_no_longer(tmp_path: Path) -> None:
    person = Person(tmp_path, 6)
    driven = Driven(tiny(tmp_path, teacher="person"), person.react)
    driven.inbox.put(RunTo(goal="tick", count=512))
    driven.work()
    run = driven.service.run
    assert run.env_steps >= 512
    assert len(person.given) == 6
    fits = driven.of(RewardModelFitted)
    assert fits[-1].labels == 6
    assert all(fit.labels <= 6 for fit in fits)
    assert all(
        event.env_steps == 0 for event in driven.events if isinstance(event, RewardModelFitted) and event.labels < 4
    )
    waiting = len(driven.of(PairOffered)) - 6
    assert waiting == 2


def test_that_an_answer_taken_back_is_as_if_it_had_never_been_given(tmp_path: Path) -> None:
    person = Person(tmp_path, 6)
    driven = Driven(tiny(tmp_path, teacher="person"), person.react)
    run = driven.service.run
    driven.inbox.put(RunTo(goal="tick", count=64))
    tables = []

    def taken_back(driven: Driven, event: Event) -> None:
        person.react(driven, event)
        if isinstance(event, RewardModelFitted):
            tables.append((event.labels, run.ensemble.network.table().detach().numpy().copy()))
            if event.labels == 6:
                with LabelStore(tmp_path / "arena.db") as store:
                    for label_id in person.given[3:]:
                        store.take_back(label_id)
                driven.inbox.put(LabelsChanged())

    driven._react = taken_back
    driven.work()
    # Pairs are ready three at a time.
    assert [labels for labels, _ in tables] == [3, 6, 3]
    assert np.array_equal(tables[0][1], tables[2][1])
    assert not np.array_equal(tables[0][1], tables[1][1])


def test_that_answers_given_while_the_policy_stands_still_are_learned_from(tmp_path: Path) -> None:
    person = Person(tmp_path, 4)
    seen: list[int] = []

    def react(driven: Driven, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "paused" and event.env_steps >= 64 and not seen:
            seen.append(event.env_steps)
            person.most = 5
            pair = next(p for p in driven.of(PairOffered) if p.pair_id not in answered(tmp_path, driven))
            person.react(driven, pair)
        elif isinstance(event, RewardModelFitted) and event.labels == 5:
            seen.append(event.env_steps)
            driven.inbox.put(Stop())
        elif not isinstance(event, PhaseChanged):
            person.react(driven, event)

    driven = Driven(tiny(tmp_path, teacher="person"), react)
    driven.inbox.put(RunTo(goal="tick", count=64))
    driven.work()
    assert seen[0] == seen[1]


def answered(folder: Path, driven: Driven) -> set[str]:
    with LabelStore(folder / "arena.db") as store:
        return {label.pair_id for label in store.labels(driven.service.run.folder.run_id)}


def test_that_more_pairs_are_made_ready_when_a_class_wants_them(tmp_path: Path) -> None:
    def react(driven: Driven, event: Event) -> None:
        if isinstance(event, PairOffered) and event.ready == 7:
            driven.inbox.put(Stop())

    driven = Driven(tiny(tmp_path, teacher="person"), react)
    driven.inbox.put(WantPairs(count=7))
    driven.inbox.put(Run())
    driven.work()
    assert len(driven.of(PairOffered)) >= 7


def test_that_what_r_says_can_be_seen(tmp_path: Path) -> None:
    driven = trained(tiny(tmp_path), 512)
    run = driven.service.run
    names = sorted(path.stem for path in (run.folder.path / "clips").iterdir())
    layers = (
        "reward",
        "reward_spread",
        "reward_true",
        "q",
        f"clip:{names[0]}",
        f"clip_saliency:{names[0]}",
        "clip:../x",
    )
    view = run.view(layers)
    assert view.arrays["reward"].shape == view.arrays["reward_spread"].shape == (64, 5)
    assert view.arrays["reward_true"].shape == (64, 4)
    assert view.arrays[f"clip:{names[0]}"].shape == (3, 25)
    assert "clip:../x" not in view.arrays
    assert f"clip_saliency:{names[0]}" not in view.arrays
    assert view.scalars["labels"] == run.rewards.labels > 4


def test_that_straying_from_the_reference_costs_and_its_weight_is_live(tmp_path: Path) -> None:
    def react(driven: Driven, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "paused" and event.reason:
            driven.inbox.put(Stop())

    free = trained(tiny(tmp_path / "free"), 512)
    driven = Driven(tiny(tmp_path / "held"), react)
    driven.inbox.put(SetHyperparameter(name="kl_weight", value=5.0))
    driven.inbox.put(SetHyperparameter(name="kl_weight", value=-1.0))
    driven.inbox.put(RunTo(goal="tick", count=512))
    held = driven.work()
    assert held.service.run.reference.weight == 5.0
    assert [event.key for event in held.of(Warned)] == ["error.setting.range"]
    assert abs(held.service.run.reference.kl) < abs(free.service.run.reference.kl)
    plan = json.loads((held.service.run.folder.path / "preferences.json").read_text("utf-8"))
    assert plan["settings"]["kl_weight"] == 5.0


def test_that_a_teacher_answers_in_a_persons_stead_and_a_setting_changed_then_is_kept(tmp_path: Path) -> None:
    def react(driven: Driven, event: Event) -> None:
        if isinstance(event, PairOffered):
            driven.inbox.put(AskTeacher(pair_id=event.pair_id, kind="oracle", criterion="left_half"))
        elif isinstance(event, PairAnswered) and len(driven.of(PairAnswered)) == 2:
            for command in (
                AskTeacher(pair_id="gone"),
                AskTeacher(pair_id=event.pair_id, kind="person"),
                SetHyperparameter(name="preference.epochs", value=3),
                Stop(),
            ):
                driven.inbox.put(command)

    driven = Driven(tiny(tmp_path, teacher="person", first_labels=8), react)
    driven.inbox.put(Run())
    folder = driven.work().service.run.folder.path
    assert [event.key for event in driven.of(Warned)] == ["error.label.missing", "error.preference.teacher"]
    with LabelStore(tmp_path / "arena.db") as store:
        said = {label.pair_id: label for label in store.labels(folder.name)}
    answered = driven.of(PairAnswered)
    assert {label.source for label in said.values()} == {"oracle"}
    assert [said[event.pair_id].answer for event in answered] == [event.answer for event in answered]

    # It was changed at the very clock of the checkpoint the run goes on from.
    again = Driven(RunSpec(resume=str(folder)))
    again.inbox.put(Stop())
    assert again.work().service.run.preferences.config.epochs == 3


@pytest.mark.parametrize(
    "settings",
    [{"offline": "on"}, {"members": 1}, {"queries": "random"}, {"regularisation": "off"}, {"target": "reward"}],
)
def test_that_each_ablation_runs(tmp_path: Path, settings: dict[str, object]) -> None:
    driven = trained(tiny(tmp_path, **settings), 256)
    fits = driven.of(RewardModelFitted)
    assert fits
    if "offline" in settings:
        assert fits[0].labels == SMALL["label_budget"]


def test_that_a_damaged_clip_leaves_its_pairs_out_and_is_said(tmp_path: Path) -> None:
    driven = trained(tiny(tmp_path), 512)
    folder = driven.service.run.folder.path
    victim = sorted((folder / "clips").iterdir())[0]
    victim.write_bytes(b"nothing")
    again = trained(RunSpec(resume=str(folder)), 576)
    assert "warning.preference.clips_missing" in [event.key for event in again.of(Warned)]
    assert 0 < again.service.run.rewards.labels < 8


def test_that_what_cannot_be_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for changes in (
        {"agent": "dqn"},
        {"preference": {"preset": "kindergarten"}},
        {"preference": {"teacher": {"kind": "saint"}}},
        {"preference": {"members": 99}},
        {"preference": {"colour": "red"}},
    ):
        spec = RunSpec(**{**tiny(tmp_path).plain(), "hyperparameters": {}, **changes})
        with pytest.raises(UsageError):
            opened(spec, Inbox(), lambda _: None, lambda _: None)
    assert not list(tmp_path.iterdir())


def test_that_a_run_of_preferences_is_known_by_its_folder(tmp_path: Path) -> None:
    driven = trained(tiny(tmp_path), 64)
    assert trainer_of(RunSpec(resume=str(driven.service.run.folder.path))) == "agents.preference.service"
    assert trainer_of(RunSpec(resume=str(tmp_path))) == "agents.deep.training.service"
    assert trainer_of(tiny(tmp_path)) == "agents.preference.service"


def test_that_a_paused_run_is_left_alone(tmp_path: Path) -> None:
    def react(driven: Driven, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "running":
            driven.inbox.put(Pause())
        elif isinstance(event, PhaseChanged) and event.phase == "paused" and driven.of(RewardModelFitted):
            driven.inbox.put(ViewRequest(layers=("reward",)))
            driven.inbox.put(Stop())

    driven = Driven(tiny(tmp_path), react)
    driven.inbox.put(RunTo(goal="tick", count=64))
    driven.inbox.put(Stop())
    driven.work()
    assert driven.service.run.env_steps == 0


def test_that_what_a_clips_reward_hangs_on_is_seen_number_by_number(tmp_path: Path) -> None:
    spec = replace(tiny(tmp_path), env_id="CartPole-v1", env_kwargs={})
    run = trained(spec, 256).service.run
    name = min(run.rewards.clips())
    clip = read_clip(run.folder.path / "clips" / f"{name}.npz")
    seen = run.view((f"clip:{name}", f"clip_fields:{name}", f"clip_saliency:{name}")).arrays
    fields, slopes = seen[f"clip_fields:{name}"], seen[f"clip_saliency:{name}"]
    assert fields.shape == slopes.shape == (clip.length, 4) and slopes.max() == 1.0
    clips = [read_clip(run.folder.path / "clips" / f"{each}.npz") for each in sorted(run.rewards.clips())]
    usual = np.concatenate([each.observations for each in clips]).mean(axis=0)
    for field in range(4):
        changed = np.array(clip.observations, np.float32)
        changed[:, field] = usual[field]
        without = run.ensemble.opinion(changed, clip.actions).mean
        said = seen[f"clip:{name}"].mean(axis=0)
        assert np.allclose(fields[:, field], said - without, atol=1e-5)
    assert np.abs(fields).max() > 0.0
