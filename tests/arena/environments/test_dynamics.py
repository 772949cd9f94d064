"""What happens in each kind of cell, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.exact import solve
from arena.environments.grid.dynamics import Dynamics
from arena.environments.grid.map_file import parse_map
from arena.environments.registry import make_world
from arena.errors import MapError

UP, RIGHT, DOWN, LEFT = range(4)


def dynamics(rows: str, header: str = "", *, rewards: str = "map", slip: float = 0.0) -> Dynamics:
    grid = parse_map(f"{header}\n---\n{rows}".encode(), "test.txt")
    return Dynamics(grid, rewards=rewards, slip=slip, discount=0.9)


def outcome(made: Dynamics, state: int, action: int) -> tuple[float, int, float, bool]:
    (only,) = made.table()[state][action]
    return only


def test_that_walls_and_borders_stop_a_move() -> None:
    made = dynamics("S#G\n...", "step: -1")
    assert outcome(made, 0, RIGHT) == (1.0, 0, -1.0, False)
    assert outcome(made, 0, UP) == (1.0, 0, -1.0, False)
    assert outcome(made, 0, DOWN) == (1.0, 2, -1.0, False)


def test_that_goals_and_traps_end_the_episode_and_pay() -> None:
    made = dynamics("TSG", "step: -1\ngoal: 10\ntrap: -5")
    assert outcome(made, 1, RIGHT) == (1.0, 2, 9.0, True)
    assert outcome(made, 1, LEFT) == (1.0, 0, -6.0, True)
    assert outcome(made, 2, LEFT) == (1.0, 2, 0.0, True)


def test_that_a_cliff_costs_its_price_and_leads_back_to_the_start() -> None:
    made = dynamics("...\nSXG", "step: -1\ncliff: -100")
    assert len(made.states) == 5
    start = made.starts[0]
    assert outcome(made, start, RIGHT) == (1.0, start, -100.0, False)
    assert outcome(made, 1, DOWN) == (1.0, start, -100.0, False)


def test_that_ice_slips_to_both_sides() -> None:
    made = dynamics("...\nS~G\n...", "ice: 0.5")
    table = made.table()[4][RIGHT]
    assert {(s, round(p, 9)) for p, s, _, _ in table} == {(5, 0.5), (1, 0.25), (7, 0.25)}


def test_that_wind_pushes_whoever_leaves_the_cell_with_its_strength_and_walls_stop_it() -> None:
    made = dynamics("...\n...\n...\nS2G", "cell 2: wind up 2")
    assert outcome(made, 10, LEFT)[1] == 3
    assert outcome(made, 9, RIGHT)[1] == 10
    blocked = dynamics("...\n#..\n...\nS2G", "cell 2: wind up 2")
    assert outcome(blocked, 9, LEFT)[1] == 5


def test_that_a_teleporter_leads_to_its_twin() -> None:
    made = dynamics("Sa#\n##.\nG.a")
    assert outcome(made, 0, RIGHT)[1] == made.state_of[8]
    assert outcome(made, made.state_of[7], RIGHT)[1] == made.state_of[1]


def test_that_a_noisy_cell_pays_by_luck_with_the_mean_it_says() -> None:
    made = dynamics("NSG", "cell N: noisy -0.1 1")
    outcomes = made.table()[1][LEFT]
    assert sorted(r for _, _, r, _ in outcomes) == pytest.approx([-1.1, 0.9])
    assert all(p == 0.5 and end for p, _, _, end in outcomes)


def test_that_several_starts_are_equally_likely() -> None:
    world = make_world("Arena/GridWorld-v0", {"map": "corridor"})
    assert world.model.start_cumulative.tolist() == [1.0]
    made = dynamics("S.S\n.X.\nS.G")
    falls = made.table()[1][DOWN]
    assert [round(p, 6) for p, *_ in falls] == [0.333333] * 3


@pytest.mark.parametrize("name", ["four_rooms", "ice_lake", "teleporter", "trap_field", "two_goals", "windy"])
def test_that_shaping_leaves_the_best_policy_as_it_is(name: str) -> None:
    gamma = 0.95
    plain = make_world("Arena/GridWorld-v0", {"map": name})
    shaped = make_world("Arena/GridWorld-v0", {"map": name, "rewards": "shaped", "discount": gamma})
    q, q_shaped = solve(plain.model, gamma).q, solve(shaped.model, gamma).q
    # Q' = Q − Φ(s): the differences between actions stay the same in every state that is no end.
    ends = plain.model.terminated.all(axis=(1, 2)) & (plain.model.reward == 0).all(axis=(1, 2))
    spread = (q - q.max(axis=1, keepdims=True))[~ends]
    spread_shaped = (q_shaped - q_shaped.max(axis=1, keepdims=True))[~ends]
    np.testing.assert_allclose(spread, spread_shaped, atol=1e-6)


def test_that_reward_schemes_are_what_they_are_called() -> None:
    rows, header = "S.G\n.XT", "step: -0.5\ngoal: 3\ntrap: -4\ncliff: -9"
    sparse = dynamics(rows, header, rewards="sparse").table()
    assert {r for actions in sparse.values() for outs in actions.values() for _, _, r, _ in outs} == {0.0, 3.0}
    penalty = dynamics("S.G", "", rewards="penalty").table()
    assert penalty[0][RIGHT][0][2] == -1.0


def test_that_a_floor_cell_pays_what_it_says_to_every_move_that_ends_there() -> None:
    rows, header = "S5G\n...", "step: -1\ngoal: 3\ncell 5: floor 5"
    made = dynamics(rows, header)
    assert outcome(made, 0, RIGHT) == (1.0, 1, 4.0, False)
    assert outcome(made, 1, UP) == (1.0, 1, 4.0, False)
    assert outcome(made, 1, RIGHT) == (1.0, 2, 2.0, True)
    assert outcome(made, 1, DOWN) == (1.0, 4, -1.0, False)
    assert made.layout().marks == ("", "+5", "", "", "", "")
    assert made.layout().kinds[1] == "floor"
    assert outcome(dynamics(rows, header, rewards="sparse"), 0, RIGHT)[2] == 0.0
    assert outcome(dynamics(rows, header, rewards="penalty"), 0, RIGHT)[2] == 4.0


def test_that_shaping_leaves_the_best_policy_as_it_is_where_the_floor_pays() -> None:
    text = "step: -0.1\ngoal: 1\ncell r: floor -2\ncell p: floor 0.3\n---\nS.r..\n.rp#.\n...rG\n"
    plain = make_world("Arena/GridWorld-v0", {"map": text})
    shaped = make_world("Arena/GridWorld-v0", {"map": text, "rewards": "shaped", "discount": 0.9})
    q, q_shaped = solve(plain.model, 0.9).q, solve(shaped.model, 0.9).q
    np.testing.assert_allclose(
        (q - q.max(axis=1, keepdims=True))[:-1], (q_shaped - q_shaped.max(axis=1, keepdims=True))[:-1], atol=1e-6
    )


def test_that_a_goal_the_wind_always_blows_one_away_from_is_not_reachable() -> None:
    with pytest.raises(MapError) as caught:
        parse_map(b"cell 9: wind left 9\n---\nS9G", "x.txt")
    assert caught.value.key == "error.map.unreachable"
    assert parse_map(b"cell 9: wind right 9\n---\nS9.#\n...G", "x.txt").columns == 4


def test_that_a_goal_behind_two_teleporters_is_reachable() -> None:
    assert parse_map(b"---\nSa###\n#####\nb#ab#\nG####", "x.txt").rows == 4
