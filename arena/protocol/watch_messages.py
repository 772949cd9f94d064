"""Watching a trained (or training) network play: what the window asks of a watching worker, and what comes back.

A watching worker is opened with ``RunSpec.watch``: the folder of a model or of a run. It has its own emulator and never
trains. ``Run``, ``Pause``, ``Step`` (so many decisions), ``SetSpeed`` (decisions a second; 15 is real time for four
frames a decision), ``SetMover`` and ``Act`` mean what they mean for every run.

What a view request may ask for; what does not exist for a game or network is left out:

- ``frame`` ``uint8 [H, W, 3]`` the screen in colour
- ``input`` ``uint8 [stack, side, side]`` what the network sees, oldest first; ``objects`` ``float32 [N]`` instead where
  it sees objects
- ``preferences`` ``float32 [A]`` π(a|s) or Q(s,a); ``values`` and ``rewards`` ``float32 [T]`` of the last decisions
- ``saliency_actor``, ``saliency_critic`` ``float32 [h, w]`` in 0–1 over the play field (Greydanus et al. 2018, eq. 1–2)
- ``filters`` ``float32 [F, stack, 8, 8]``; ``activations_1`` … ``float32 [F, h, w]``
- ``map`` ``float32 [T, 2]`` last-layer features of recorded moments, projected; ``map_values`` ``float32 [T]``
- ``ghosts`` ``uint8 [K, H, W, 3]`` screens of other ages in the same game
- ``bricks`` ``bool [6, 18]`` for Breakout

Scalars: ``step`` (decision shown), ``newest`` (latest recorded decision of this game), ``score``, ``lives``,
``game`` (number, from 1), ``edited``, ``value``, ``action``, ``chosen_by`` (0 agent, 1 person, 2 random),
``weights_env_steps``, ``person_score``, ``speed``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.protocol.messages import Command, Event

REAL_TIME = 15.0
"""Decisions a second at which a game with four frames a decision runs as on the console."""


@dataclass(frozen=True, kw_only=True)
class NewGame(Command):
    """Begin a new game; what was recorded of the last one is dropped.

    Attributes:
        game_seed: Seed of the game and of the draws; −1 for the next one.
    """

    game_seed: int = -1


@dataclass(frozen=True, kw_only=True)
class ShowStep(Command):
    """Show a recorded decision of this game, and go on from there if told to run: the emulator is set back exactly.

    Attributes:
        step: Its number; it is cut to what is recorded.
    """

    step: int


@dataclass(frozen=True, kw_only=True)
class UseWeights(Command):
    """Play on with other weights of the same network.

    Attributes:
        file: ``safetensors`` file of the same model or run; empty for the newest, followed while a run trains.
        ghosts: Files whose agents play the same game beside it, oldest first.
    """

    file: str = ""
    ghosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EditGame(Command):
    """Change the game in the console's memory; ``Warned`` answers where it cannot be done.

    Attributes:
        bricks: ``(row, column, there)`` each.
        ball: ``(x, y)`` in pixels of the screen, or empty.
        paddle: Its x in pixels, or −1.
    """

    bricks: tuple[tuple[int, int, int], ...] = ()
    ball: tuple[float, ...] = ()
    paddle: float = -1.0


@dataclass(frozen=True, kw_only=True)
class PickMoment(Command):
    """Which recorded decision a point of the feature map is; the worker shows it (as :class:`ShowStep`).

    Attributes:
        index: Row of ``map``.
    """

    index: int


@dataclass(frozen=True, kw_only=True)
class SaveDemonstrations(Command):
    """Write the whole games a person has played here to a file (:mod:`arena.preferences.demonstration_file`).

    Attributes:
        file: Ends in ``.npz``.
    """

    file: str


@dataclass(frozen=True, kw_only=True)
class WatchReady(Event):
    """The watching worker can play.

    Attributes:
        name: Name of the model or run.
        env_id: Game.
        agent: Catalog id of the algorithm.
        observation: As in ``TrainingReady``.
        action_names: As in ``TrainingReady``.
        preferences: ``probabilities`` or ``values``.
        ages: Weights there are, oldest first: ``env_steps``, ``file``, ``score``.
        reference: As in ``TrainingReady``.
        card: The model's card as plain values, empty for a run.
        layers: View layers that exist here.
        seconds: How long it took to get ready.
    """

    name: str = ""
    env_id: str = ""
    agent: str = ""
    observation: str = ""
    action_names: tuple[str, ...] = ()
    preferences: str = "probabilities"
    ages: tuple[Mapping[str, Any], ...] = ()
    reference: Mapping[str, Any] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class GameOver(Event):
    """A whole game has ended.

    Attributes:
        score: Raw score.
        length: Decisions.
        mover: Who played it: ``agent``, ``person``, ``random`` or ``mixed``.
        edited: It was changed by hand: its score counts for nothing.
    """

    score: float = 0.0
    length: int = 0
    mover: str = "agent"
    edited: bool = False


@dataclass(frozen=True, kw_only=True)
class DemonstrationsSaved(Event):
    """The games of a person are on disk.

    Attributes:
        file: Where.
        games: How many.
        steps: Decisions of all of them together.
        mean_return: What they brought in the mean.
    """

    file: str = ""
    games: int = 0
    steps: int = 0
    mean_return: float = 0.0


@dataclass(frozen=True, kw_only=True)
class MomentsFound(Event):
    """The moments of this game worth jumping to, best of each kind.

    Attributes:
        moments: ``kind`` (``drop`` largest fall of the value, ``surprise`` largest TD error, ``unsure`` highest
            entropy, ``reward`` largest reward, ``tunnel`` first ball above the wall), ``step`` and ``amount`` each.
    """

    moments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class WeightsTaken(Event):
    """From now on these weights play.

    Attributes:
        file: Empty for the newest.
        weights_env_steps: Their age.
    """

    file: str = ""
    weights_env_steps: int = 0


WATCH_COMMANDS: tuple[type[Command], ...] = (
    NewGame, ShowStep, UseWeights, EditGame, PickMoment, SaveDemonstrations,
)  # fmt: skip
WATCH_EVENTS: tuple[type[Event], ...] = (WatchReady, GameOver, DemonstrationsSaved, MomentsFound, WeightsTaken)
