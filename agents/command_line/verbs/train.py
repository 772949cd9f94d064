"""``arena train``: begin a run and learn, without a window."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace

from agents.command_line.arguments import (
    MOST_EPISODES,
    MOST_STEPS,
    add_device,
    add_hyperparams,
    add_log_folder,
    add_seed,
    add_steps,
    add_world,
    env_kwargs_of,
    help_text,
    refuse_deep_flags,
    whole_number,
)
from agents.command_line.own_code import add_trust, agent_id, hash_to_begin, limit
from agents.command_line.verb import Verb

DEFAULT_STEPS = 100_000
MOST_THREADS = 64


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--algo", default="q_learning", metavar="AGENT", help=help_text("cli.help.algo"))
    add_world(parser)
    add_steps(parser, DEFAULT_STEPS, "cli.help.n.train")
    add_seed(parser, "cli.help.seed.train")
    add_hyperparams(parser)
    add_log_folder(parser, "cli.help.log_folder")
    add_trust(parser)
    add_device(parser)
    parser.add_argument(
        "--threads",
        type=whole_number(0, MOST_THREADS),
        default=0,
        metavar="N",
        help=help_text("cli.help.learning_threads"),
    )
    parser.add_argument(
        "--precision", choices=("auto", "float32", "bfloat16"), default="", help=help_text("cli.help.precision")
    )
    for flag, key in (("--save-freq", "cli.help.save_freq"), ("--eval-freq", "cli.help.eval_freq")):
        parser.add_argument(
            flag, type=whole_number(1, MOST_STEPS), default=0, metavar="STEPS", help=help_text(key)
        )  # fmt: skip
    parser.add_argument(
        "--eval-episodes", type=whole_number(1, MOST_EPISODES), default=0, metavar="N",
        help=help_text("cli.help.eval_episodes"),
    )  # fmt: skip


def _run(given: Namespace) -> int:
    from agents.command_line.learning import learn
    from agents.runtime.deep_runs import is_deep
    from agents.runtime.session import Session
    from agents.runtime.settings import settings_for
    from agents.runtime.spec import RunSpec
    from arena.environments.registry import make_world
    from arena.protocol.messages import Event
    from arena.runs.locations import ensure_writable, runs_root

    spec = RunSpec(
        env_id=given.env,
        env_kwargs=env_kwargs_of(given.env_kwargs),
        agent=agent_id(given.algo),
        hyperparameters=dict(given.hyperparams),
        seed=given.seed,
        log_folder=given.log_folder,
        device=given.device or "auto",
        threads=given.threads,
        precision=given.precision or "auto",
        save_every=given.save_freq,
        eval_every=given.eval_freq,
        eval_episodes=given.eval_episodes,
    )
    if is_deep(spec):
        from agents.command_line.deep_learning import learn_deep

        return learn_deep(spec, lambda _: given.n_timesteps, given.progress)
    refuse_deep_flags(given)
    # All that can be wrong is found before anything is compiled or written.
    settings_for(spec, make_world(spec.env_id, spec.env_kwargs))
    spec = replace(spec, trusted_hash=hash_to_begin(spec.agent, trust=given.trust))
    ensure_writable(runs_root(spec.log_folder))

    def opened(hear: Callable[[Event], None]) -> Session:
        limit(spec.trusted_hash)
        return Session.begin(spec, hear)

    return learn(opened, lambda _: given.n_timesteps, given.progress)


VERB = Verb(
    name="train",
    summary_key="cli.verb.train",
    examples=(
        ("train --env Arena/GridWorld-v0 --env-kwargs map:cliff -n 200000 -P", "cli.example.train.cliff"),
        (
            "train --algo sarsa --env-kwargs map:windy slip:0.1 --hyperparams alpha:0.1 gamma:0.99",
            "cli.example.train.windy",
        ),
        ("train --algo monte_carlo --env FrozenLake-v1 -n 1e6 --seed 7 -f runs", "cli.example.train.lake"),
        ("train --algo value_iteration --env Taxi-v4", "cli.example.train.taxi"),
        ("train --algo ppo --env BreakoutNoFrameskip-v4 -n 1e6 --save-freq 1e5 -P", "cli.example.train.breakout"),
        ("train --algo dqn --env-kwargs map:cliff --eval-freq 5000 --eval-episodes 5", "cli.example.train.dqn"),
        ("train --algo my_agent.py --trust --env-kwargs map:cliff", "cli.example.train.own"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
