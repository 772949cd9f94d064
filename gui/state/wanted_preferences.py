"""What the next run of preferences is to be like, as far as somebody has said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.configuration import Value, build, settings_of, values_of
from agents.deep.place_kind import kind_of
from agents.preference.config import PRESETS, PreferenceConfig, suggested_preferences
from agents.preference.step_wishes import KL_WEIGHT

LIVE_NAMES = frozenset(item.name for item in settings_of(PreferenceConfig) if item.live != "never")
"""Settings that may be changed while a run goes on."""


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """One of the paper's ablations (Christiano et al. 2017, sect. 3.3), as one setting.

    Attributes:
        id: Its texts are ``prefer.ablation.<id>`` and ``prefer.ablation.<id>.help``.
        name: The setting.
        value: Its value where the ablation is on.
        plain: Its value where it is off and the preset says nothing else.
    """

    id: str
    name: str
    value: Value
    plain: Value


ABLATIONS: tuple[Ablation, ...] = (
    Ablation(id="offline", name="offline", value="on", plain="off"),
    Ablation(id="single", name="members", value=1, plain=5),
    Ablation(id="random", name="queries", value="random", plain="disagreement"),
    Ablation(id="unregularised", name="regularisation", value="off", plain="on"),
    Ablation(id="target", name="target", value="reward", plain="comparisons"),
)


class WantedPreferences:
    """A preset, and what differs from it.

    Attributes:
        preset: One of :data:`agents.preference.config.PRESETS`.
        changed: Settings that somebody has given another value, by name.
    """

    def __init__(self) -> None:
        self.preset = "classroom"
        self.changed: dict[str, Value] = {}
        self._held = False
        self._kind = "states"
        self._base: dict[str, Value] = {}
        self._look_up()

    def _look_up(self) -> None:
        self._base = _values_of(self.preset, self._kind)

    def be_at(self, env_id: str) -> None:
        """Know the place: presets differ from one kind of place to the other."""
        self._kind = kind_of(env_id)
        self._look_up()

    def choose(self, preset: str) -> None:
        """Take a preset as it is."""
        self.preset = preset
        self.changed.clear()
        self._look_up()

    def adopt(self, config: PreferenceConfig) -> None:
        """Want what a run has that has been begun or opened."""
        values = values_of(config)
        self.preset = next((name for name in PRESETS if _values_of(name, self._kind) == values), self.preset)
        self._look_up()
        self.changed = {name: value for name, value in values.items() if value != self._base[name]}

    def put(self, name: str, value: Value) -> None:
        """Give a setting a value."""
        if value == self._base[name]:
            self.changed.pop(name, None)
        else:
            self.changed[name] = value

    def value(self, name: str) -> Value:
        """Return the value a new run begins with."""
        return self.changed.get(name, self._base[name])

    def switch(self, ablation: Ablation, on: bool) -> None:
        """Turn an ablation on or off."""
        base = self._base[ablation.name]
        self.put(ablation.name, ablation.value if on else ablation.plain if base == ablation.value else base)

    def is_on(self, ablation: Ablation) -> bool:
        """Say whether a new run begins with an ablation."""
        return self.value(ablation.name) == ablation.value

    def waiting(self, config: PreferenceConfig | None) -> tuple[str, ...]:
        """Return the settings that a new run would have otherwise than the one there is."""
        if config is None:
            return ()
        return tuple(name for name in self._base if self.value(name) != getattr(config, name))

    @property
    def asked(self) -> dict[str, Any]:
        """As ``RunSpec.preference`` has it."""
        return {"preset": self.preset, **self.changed}

    def asked_from(self, model: str) -> dict[str, Any]:
        """Return what is asked for where a run begins with a model; none if it begins from nothing.

        Args:
            model: Its name. It is the reference as well, and the agent is held to it unless somebody wants otherwise.
        """
        if model and not self._held:
            self.changed.setdefault("kl_weight", KL_WEIGHT)
        elif self._held and not model:
            # The next run has nothing that it should be held to.
            self.changed.pop("kl_weight", None)
        self._held = bool(model)
        return self.asked


def _values_of(preset: str, kind: str) -> dict[str, Value]:
    return values_of(build(PreferenceConfig, suggested_preferences(preset, kind)))
