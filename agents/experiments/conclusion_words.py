"""A conclusion as one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from arena.statistics.conclusion import Conclusion

MOST_LISTED = 4
"""Settings listed by name; more are counted."""


Say = Callable[..., str]
"""Turns a translation key and the values of its placeholders into words."""


def span_words(unit: str, count: int, whole: bool, *, say: Say) -> str:
    """Return what settings were judged by, in words.

    Args:
        unit: ``episodes`` or ``steps``.
        count: How many of them, at the end.
        whole: Whether that is the whole run.
        say: Turns a key into words.
    """
    if unit == "steps":
        return say("conclusion.span.steps", count=f"{count:,}")
    return say("conclusion.span.whole" if whole else "conclusion.span.episodes", count=f"{count:,}")


def sentence(
    conclusion: Conclusion, names: Sequence[str], span: str, *, say: Say, number: Callable[[float], str]
) -> str:
    """Return what a comparison says.

    Args:
        conclusion: What may be concluded.
        names: Names of the settings, by place.
        span: From :func:`span_words`.
        say: Turns a key into words.
        number: Writes a return.
    """
    several = len(conclusion.beaten) + len(conclusion.level) > 1
    key = "conclusion." + conclusion.kind
    if several and conclusion.kind in ("better", "undecided", "negligible"):
        key += ".several"
    if conclusion.kind == "partly" and not conclusion.needed:
        key += ".negligible"
    return say(
        key,
        best=names[conclusion.best] if conclusion.best >= 0 else "",
        rival=names[conclusion.rival] if conclusion.rival >= 0 else "",
        beaten=_list([names[place] for place in conclusion.beaten], say),
        level=_list([names[place] for place in conclusion.level], say),
        mean=number(conclusion.mean),
        difference=number(conclusion.difference),
        low=number(conclusion.low),
        high=number(conclusion.high),
        seeds=f"{conclusion.seeds:,}",
        needed=f"{conclusion.needed:,}",
        span=span,
    )


def sweep_sentence(
    perhaps_best: Sequence[int],
    names: Sequence[str],
    mean: float,
    seeds: int,
    span: str,
    *,
    say: Say,
    number: Callable[[float], str],
) -> str:
    """Return what a sweep says about its best value.

    Args:
        perhaps_best: Places that luck does not rule out as the best, the best mean first.
        names: Names of the settings, by place.
        mean: Mean return of the first of them.
        seeds: Seeds of each setting that have finished.
        span: From :func:`span_words`.
        say: Turns a key into words.
        number: Writes a return.
    """
    if not perhaps_best:
        return say("conclusion.nothing")
    told = {"best": names[perhaps_best[0]], "mean": number(mean), "seeds": f"{seeds:,}", "span": span}
    if seeds < 2:
        return say("conclusion.sweep.one_seed", **told)
    if len(perhaps_best) == len(names) > 1:
        return say("conclusion.sweep.none", **told)
    others = [names[place] for place in perhaps_best[1:]]
    if not others:
        return say("conclusion.sweep.clear", **told)
    if len(others) > MOST_LISTED:
        return say("conclusion.sweep.many", **told, count=len(others))
    return say("conclusion.sweep.some", **told, others=_list(others, say))


def _list(names: Sequence[str], say: Say) -> str:
    if len(names) < 2:
        return "".join(names)
    return say("conclusion.and", first=say("conclusion.comma").join(names[:-1]), last=names[-1])
