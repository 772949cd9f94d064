"""A model's weights for a run to begin with: read, held to the place and to the settings, and noted in the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from agents.catalog import agent
from agents.configuration import build
from agents.deep.networks import network_of
from agents.deep.places import Place, place_of
from agents.deep.suggestions import deep_settings_for
from agents.deep.training.making import Makings
from agents.deep.training.opening import begin, makings_of
from agents.deep.training.service import TrainingService
from agents.models.library import find_model
from agents.models.manifest import Manifest, read_manifest
from agents.models.spaces import observation_of
from agents.models.store import load_weights_of
from agents.models.train_on import network_settings
from agents.runtime.inbox import Inbox
from agents.runtime.spec import RunSpec
from arena.errors import ModelError, UsageError
from arena.protocol.messages import Event, View

CRITICS = ("ppo", "a2c", "trpo")
"""Agents whose networks are alike, so that one can begin with what another has learned."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What somebody begins with.

    Attributes:
        manifest: The model.
        weights: Its weights by name.
        agent: Catalog id of who goes on with them.
        place: Where, as its network sees it.
        settings: All of its settings.
    """

    manifest: Manifest
    weights: Mapping[str, torch.Tensor]
    agent: str
    place: Place
    settings: Mapping[str, Any]

    @property
    def network(self) -> dict[str, Any]:
        """Description of the network."""
        return network_of(build(agent(self.agent).config_class(), self.settings), self.place)

    def into(self, makings: Makings) -> None:
        """Let a run begin with the weights."""
        makings.begin_with(self.weights, self.manifest.name, self.manifest.env_steps)


def beginning_of(
    model: str,
    agent_id: str = "",
    hyperparameters: Mapping[str, Any] | None = None,
    env_id: str = "",
    env_kwargs: Mapping[str, Any] | None = None,
) -> Beginning:
    """Return what is begun with where somebody begins with a model.

    Args:
        model: Its name, or the path of its folder.
        agent_id: Who goes on with it; the model's own agent where not given.
        hyperparameters: Settings that are asked for; those of the network are the model's.
        env_id: Where; where the model plays if not given.
        env_kwargs: Arguments of that.

    Raises:
        UsageError: If there is no such model or place, or that agent cannot go on with it.
        ConfigError: If a setting is not allowed.
        ModelError: If the model is a table, damaged, or sees or does something else.
    """
    folder = find_model(model).folder
    manifest = read_manifest(folder)
    if manifest.family != "deep":
        raise ModelError("error.model.table", name=manifest.name)
    goes_on = agent_id or manifest.agent
    if goes_on != manifest.agent and not {goes_on, manifest.agent} <= set(CRITICS):
        raise UsageError("error.model.other_agent", name=manifest.name, agent=manifest.agent, id=goes_on)
    where = place_of(env_id or manifest.env_id, manifest.env_kwargs if not env_id else env_kwargs or {})
    seen = {"frame_stack": "off"} if manifest.hyperparameters.get("frame_stack") == "off" else {}
    asked = {**(hyperparameters or {}), **seen, **network_settings(manifest)}
    settings = deep_settings_for(goes_on, where.env_id, asked)
    place = where.under(build(agent(goes_on).config_class(), settings))
    _check_spaces(manifest, place)
    return Beginning(
        manifest=manifest, weights=load_weights_of(folder), agent=goes_on, place=place, settings=settings
    )  # fmt: skip


def _check_spaces(manifest: Manifest, place: Place) -> None:
    seen = observation_of(place.kind, place.observation_space)
    if seen == manifest.observation and len(place.action_names) == len(manifest.actions):
        return
    raise ModelError(
        "error.model.spaces",
        file=manifest.name,
        seen="×".join(map(str, manifest.observation.shape)),
        actions=len(manifest.actions),
        place_seen="×".join(map(str, seen.shape)),
        place_actions=len(place.action_names),
    )


def spec_beginning(spec: RunSpec) -> tuple[RunSpec, Beginning | None]:
    """Return a new run's spec with the settings of the model it begins with, and that; as it is where it is none.

    Raises:
        ArenaError: As :func:`beginning_of`.
    """
    if not spec.begin_with:
        return spec, None
    begun = beginning_of(spec.begin_with, spec.agent, spec.hyperparameters, spec.env_id, spec.env_kwargs)
    return replace(spec, hyperparameters=dict(begun.settings)), begun


def opened(
    spec: RunSpec, inbox: Inbox, emit: Callable[[Event], None], send_view: Callable[[View], None]
) -> TrainingService:
    """Open a new run that begins with a model; as :func:`agents.deep.training.service.opened`.

    Raises:
        ArenaError: If it cannot be begun; no half-made folder is left behind then.
    """
    spec, begun = spec_beginning(spec)
    makings = makings_of(spec)
    if begun is not None:
        begun.into(makings)
    return TrainingService(begin(spec, makings, emit), inbox, send_view)
