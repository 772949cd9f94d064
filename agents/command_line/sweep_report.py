"""What ``arena sweep`` found: as a table with a sentence, and as plain values for JSON."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.command_line.table_text import in_columns
from agents.command_line.words import decimal, language, say, whole
from agents.experiments.conclusion_words import sentence, span_words, sweep_sentence
from agents.experiments.many_seeds import Outcome
from agents.experiments.names import names_of
from agents.experiments.plan import MOST_COMPARED
from agents.experiments.rows import judged_rows
from agents.experiments.summary import Summary
from arena.texts import localized


def in_words(outcome: Outcome, summary: Summary) -> str:
    """Return what was found, for a person."""
    rows = [[say("cli.sweep." + name) for name in ("setting", "mean", "interval", "iqm", "interval", "seeds")]]
    for place, name in enumerate(setting_names(outcome)):
        if place in outcome.problems:
            continue
        mean, iqm = summary.score[place].tolist(), summary.iqm[place].tolist()
        rows.append(
            [name, _figure(mean[0]), _ends(mean), _figure(iqm[0]), _ends(iqm), whole(int(summary.seeds[place]))]
        )
    lines = [in_columns(rows)]
    optima = sorted({round(value, 6) for value in outcome.optimum.tolist() if math.isfinite(value)})
    if optima:
        lines.append(say("cli.sweep.optimum", value=", ".join(decimal(value) for value in optima)))
    return "\n".join([*lines, told(outcome, summary)])


def told(outcome: Outcome, summary: Summary) -> str:
    """Return what may be concluded, as one sentence."""
    names, span = setting_names(outcome), _span(outcome)
    if len(names) <= MOST_COMPARED:
        return sentence(summary.conclusion, names, span, say=say, number=decimal)
    best = summary.perhaps_best[0] if summary.perhaps_best else 0
    mean, seeds = float(summary.score[best, 0]), int(summary.seeds[best])
    return sweep_sentence(summary.perhaps_best, names, mean, seeds, span, say=say, number=decimal)


def figures(outcome: Outcome, summary: Summary, out: Path | None) -> dict[str, Any]:
    """Return what was found, ready for JSON."""
    plan = outcome.plan
    last = judged_rows(plan, outcome.rows)
    settings = []
    for place, (name, ready) in enumerate(zip(setting_names(outcome), outcome.ready, strict=True)):
        problem = outcome.problems.get(place)
        settings.append(
            {
                "name": name,
                "env_id": ready.config.env_id,
                "env_kwargs": dict(ready.config.env_kwargs),
                "agent": ready.config.agent,
                "hyperparameters": dict(ready.config.hyperparameters),
                "seeds": int(summary.seeds[place]),
                "mean": summary.score[place, 0].item(),
                "interval": summary.score[place, 1:].tolist(),
                "iqm": summary.iqm[place, 0].item(),
                "iqm_interval": summary.iqm[place, 1:].tolist(),
                "scores": summary.scores[place].tolist(),
                "optimal_return": outcome.optimum[place].item(),
                "problem": None if problem is None else say(problem.key, **problem.params),
            }
        )
    return {
        "seeds": plan.seeds,
        "episodes": plan.episodes,
        "steps": plan.steps,
        "judged": {"unit": outcome.rows.unit, "count": int(outcome.rows.count[-last:].sum())},
        "confidence": 0.95,
        "stopped": outcome.stopped,
        "settings": settings,
        "perhaps_best": list(summary.perhaps_best),
        "conclusion": {**summary.conclusion.plain(), "sentence": told(outcome, summary)},
        "out": None if out is None else str(out),
    }


def setting_names(outcome: Outcome) -> tuple[str, ...]:
    """Return a name for each setting, as it is typed."""
    titles = {id(each.candidate): localized(each.world.title, language()) for each in outcome.ready}
    complete = [replace(each.candidate, hyperparameters=dict(each.config.hyperparameters)) for each in outcome.ready]
    shown = {id(made): titles[id(each.candidate)] for made, each in zip(complete, outcome.ready, strict=True)}
    return names_of(complete, say=say, title=lambda each: shown[id(each)], symbols=False)


def _span(outcome: Outcome) -> str:
    rows = outcome.rows
    last = judged_rows(outcome.plan, rows)
    return span_words(rows.unit, int(rows.count[-last:].sum()), last == len(rows), say=say)


def _figure(value: float) -> str:
    return decimal(value) if math.isfinite(value) else "–"


def _ends(values: list[float]) -> str:
    low, high = values[1:]
    return f"[{decimal(low)}, {decimal(high)}]" if math.isfinite(low) and math.isfinite(high) else "–"
