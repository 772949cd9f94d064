"""``arena solve``: a world's exact values and best policy, computed, not learned."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_json, add_world, env_kwargs_of, help_text
from agents.command_line.state_rows import action_names, state_rows
from agents.command_line.streams import tell_json
from agents.command_line.table_text import in_columns
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import complain, decimal, language, say, tell, whole
from arena.texts import localized

if TYPE_CHECKING:
    from agents.tabular.exact import Solution
    from arena.environments.world import World

TOLERANCE = 1e-10
"""Largest change of a value in the last sweep."""

TIE = 1e-9
"""Actions this close to the best one count as best."""

_ARROWS = {(-1, 0): "^", (0, 1): ">", (1, 0): "v", (0, -1): "<"}


def _add_arguments(parser: ArgumentParser) -> None:
    add_world(parser)
    parser.add_argument("--gamma", default=None, metavar="NUMBER", help=help_text("cli.help.gamma"))
    parser.add_argument("--epsilon", default="0", metavar="NUMBER", help=help_text("cli.help.epsilon"))
    add_json(parser)


def _run(given: Namespace) -> int:
    from agents.catalog import agent
    from agents.command_line.preparation import prepare
    from agents.configuration import checked
    from agents.tabular.exact import solve
    from arena.environments.registry import make_world

    world = make_world(given.env, env_kwargs_of(given.env_kwargs))
    # The agents' own settings know the ranges and the sentences.
    learner = agent("q_learning").config_class()
    gamma = checked(learner, "gamma", given.gamma or world.suggested.get("gamma", learner.gamma))
    epsilon = checked(learner, "epsilon", given.epsilon)
    prepare()
    solution = solve(world.model, float(gamma), float(epsilon), TOLERANCE)
    found = figures(world, solution, float(gamma), float(epsilon))
    if given.json:
        tell_json(found)
    else:
        tell(in_words(world, found))
    if not found["converged"]:
        complain(say("warning.cli.not_converged", sweeps=whole(solution.sweeps)))
    return DONE


def figures(world: World, solution: Solution, gamma: float, epsilon: float) -> dict[str, Any]:
    """Return the exact solution of a world, ready for JSON."""
    from agents.tabular.exact import greedy_policy, policy_values, start_value

    names = action_names(world)
    policy = greedy_policy(solution.q, epsilon)
    rows = list(state_rows(world, solution.q, TIE))
    return {
        "env_id": world.env_id,
        "env_kwargs": dict(world.env_kwargs),
        "gamma": gamma,
        "epsilon": epsilon,
        "optimal_return": start_value(world.model, policy_values(world.model, policy, 1.0)),
        "start_value": start_value(world.model, solution.v),
        "converged": solution.residual <= TOLERANCE,
        "sweeps": solution.sweeps,
        "residual": solution.residual,
        "actions": names,
        "states": [
            {
                "state": row.state,
                "name": row.name,
                "row": row.row,
                "column": row.column,
                "context": row.context,
                "v": float(solution.v[row.state]),
                "q": dict(zip(names, row.values, strict=True)),
                "policy": dict(zip(names, policy[row.state].tolist(), strict=True)),
            }
            for row in rows
        ],
    }


def in_words(world: World, found: dict[str, Any]) -> str:
    """Return a solution for a person: its figures, and values and best moves on the grid where the cell is all."""
    told = say(
        "cli.solved",
        world=localized(world.title, language()),
        optimum=decimal(found["optimal_return"]),
        value=decimal(found["start_value"]),
        gamma=f"{found['gamma']:g}",
        epsilon=f"{found['epsilon']:g}",
        states=whole(world.model.states),
        sweeps=whole(found["sweeps"]),
    )
    if len(world.layout.context_keys) > 1:
        return f"{told}\n{say('cli.solved.contexts')}"
    return f"{told}\n\n{in_columns(_grid(world, found), right=True)}"


def _grid(world: World, found: dict[str, Any]) -> list[list[str]]:
    layout = world.layout
    cells = [["#"] * layout.columns for _ in range(layout.rows)]
    for state in found["states"]:
        shares = list(state["policy"].values())
        best = [step for step, share in zip(layout.action_steps, shares, strict=True) if share == max(shares)]
        # Where all moves are as good (an end of the game) there is nothing to recommend.
        arrows = "" if len(best) == len(shares) else "".join(_ARROWS.get(step or (0, 0), "o") for step in best)
        cells[state["row"]][state["column"]] = decimal(state["v"]) + arrows
    return cells


VERB = Verb(
    name="solve",
    summary_key="cli.verb.solve",
    examples=(
        ("solve --env Arena/GridWorld-v0 --env-kwargs map:cliff", "cli.example.solve.plain"),
        ("solve --env-kwargs map:cliff --epsilon 0.1 --json", "cli.example.solve.epsilon"),
        ("solve --env FrozenLake-v1 --gamma 0.95 --json", "cli.example.solve.lake"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
