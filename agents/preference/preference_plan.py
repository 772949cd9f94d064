"""What makes a deep run one of preferences: ``preferences.json``, which a run that goes on keeps to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from agents.configuration import build, values_of
from agents.deep.place_kind import kind_of
from agents.preference.config import PRESETS, PreferenceConfig, suggested_preferences
from agents.preference.teacher_plan import PERSON, TeacherPlan
from agents.runtime.deep_runs import PREFERENCES
from arena.errors import ConfigError, RunError, UsageError
from arena.runs.safe_file import told_plainly, write_json

AGENTS = ("ppo", "a2c", "trpo")
"""Agents that can learn from preferences: r̂ changes while they learn, so they must not remember old rewards."""

_VERSION = 1
_NOT_SETTINGS = ("preset", "teacher", "reference", "task", "labels_from")
_MOST_BYTES = 2**16


@dataclass(frozen=True, kw_only=True)
class PreferencePlan:
    """How a run learns from preferences.

    Attributes:
        config: Settings.
        teacher: Who answers.
        reference: File of weights of the policy that must not be strayed from; empty for the one it begins with.
        task: What is to be preferred, in the words of whoever asks; shown above the clips.
        labels_from: Label set, or folder of a run, whose labels the run begins with; empty for none.
    """

    config: PreferenceConfig = field(default_factory=PreferenceConfig)
    teacher: TeacherPlan = field(default_factory=TeacherPlan)
    reference: str = ""
    task: str = ""
    labels_from: str = ""

    @property
    def has_person(self) -> bool:
        """Whether answers come from outside."""
        return self.teacher.kind == PERSON

    def write(self, folder: Path) -> None:
        """Write it into a run folder.

        Raises:
            RunError: If it cannot be written.
        """
        plain = {
            "version": _VERSION,
            "settings": values_of(self.config),
            "teacher": asdict(self.teacher),
            "reference": self.reference,
            "task": self.task,
            "labels_from": self.labels_from,
        }
        write_json(folder / PREFERENCES, plain)

    @classmethod
    def read(cls, folder: Path) -> PreferencePlan:
        """Read that of a run folder.

        Raises:
            RunError: If it is missing or damaged.
        """
        path = folder / PREFERENCES
        with told_plainly(path):
            data = path.read_bytes()
        try:
            if len(data) > _MOST_BYTES:
                raise ValueError("too long")
            plain = json.loads(data)
            if plain["version"] != _VERSION:
                raise ValueError("another version")
            return cls(
                config=build(PreferenceConfig, plain["settings"]),
                teacher=TeacherPlan(**plain["teacher"]),
                reference=str(plain["reference"]),
                task=str(plain["task"]),
                labels_from=str(plain["labels_from"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, ConfigError) as problem:
            raise RunError("error.run.damaged", file=str(path)) from problem


def plan_from(asked: Mapping[str, Any], agent_id: str, env_id: str) -> PreferencePlan:
    """Return the plan of a new run.

    Args:
        asked: ``RunSpec.preference``: ``preset``, ``teacher`` by name of its fields, ``reference``, ``task``,
            ``labels_from``, and settings by name; each may be missing.
        agent_id: Who is to learn.
        env_id: Where.

    Raises:
        UsageError: If that agent cannot, there is no such preset, or a field is none.
        ConfigError: If a setting is not allowed.
    """
    if agent_id not in AGENTS:
        raise UsageError("error.preference.agent", id=agent_id, known=", ".join(AGENTS))
    preset = str(asked.get("preset", "classroom"))
    if preset not in PRESETS:
        raise UsageError("error.preference.preset", name=preset, known=", ".join(PRESETS))
    named = {name: value for name, value in asked.items() if name not in _NOT_SETTINGS}
    settings = {**suggested_preferences(preset, kind_of(env_id)), **named}
    return PreferencePlan(
        config=build(PreferenceConfig, settings),
        teacher=TeacherPlan(**dict(asked.get("teacher", {"kind": PERSON}))).checked(kind_of(env_id)),
        reference=str(asked.get("reference", "")),
        task=str(asked.get("task", "")),
        labels_from=str(asked.get("labels_from", "")),
    )
