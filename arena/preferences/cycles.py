"""A≻B≻C≻A: answers that no reward can agree with.

Kendall & Babington Smith 1940, *On the method of paired comparisons*: a circular triad is three objects each of which
is preferred to the next. Under Bradley–Terry every r̂ orders all clips, so at least one answer of each circle must be
foretold wrongly.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

MOST_CYCLES = 50
LONGEST_CYCLE = 8

Edge: TypeAlias = tuple[str, str, str]
"""The better clip, the worse clip, and the label that says so."""


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """A circle of answers.

    Attributes:
        clips: The clips, each preferred to the next and the last to the first; it begins at the smallest id.
        labels: The label behind each step.
    """

    clips: tuple[str, ...]
    labels: tuple[str, ...]


def shortest_cycles(
    edges: Sequence[Edge], *, most: int = MOST_CYCLES, longest: int = LONGEST_CYCLE
) -> tuple[Cycle, ...]:
    """Return for every answer that is part of a circle a shortest one through it, each once, shortest first.

    Circles of two (A≻B and B≻A) are contradictions, not circles. A breadth-first search from the worse clip back to the
    better one, for each answer that lies inside a strongly connected part: O(E·(V + E)) there at the worst.

    Args:
        edges: Answers with a preference; of several that say the same, the first is named.
        most: How many at most.
        longest: Answers in a circle at most.
    """
    label: dict[tuple[str, str], str] = {}
    for better, worse, name in edges:
        if better != worse:
            label.setdefault((better, worse), name)
    after: dict[str, list[str]] = defaultdict(list)
    part = _strong_parts(list(label))
    inside = [edge for edge in label if part[edge[0]] == part[edge[1]]]
    for better, worse in inside:
        after[better].append(worse)
    found: dict[tuple[str, ...], Cycle] = {}
    for better, worse in inside:
        path = _shortest_path(after, worse, better, longest - 1)
        if path is None:
            continue
        start = path.index(min(path))
        clips = tuple(path[start:] + path[:start])
        steps = pairwise((*clips, clips[0]))
        found.setdefault(clips, Cycle(clips=clips, labels=tuple(label[step] for step in steps)))
    return tuple(sorted(found.values(), key=lambda cycle: (len(cycle.clips), cycle.clips))[:most])


def circular_triads(edges: Sequence[Edge]) -> int:
    """Return how many circles of three there are: tr(A³) / 3 of the matrix A of who is preferred to whom.

    Args:
        edges: Answers with a preference.
    """
    after: dict[str, set[str]] = defaultdict(set)
    before: dict[str, set[str]] = defaultdict(set)
    for better, worse, _ in edges:
        if better != worse:
            after[better].add(worse)
            before[worse].add(better)
    count = sum(len(after[worse] & before[better]) for better, all_worse in list(after.items()) for worse in all_worse)
    # Each circle has been met at each of its three steps.
    return count // 3


def _shortest_path(after: Mapping[str, list[str]], start: str, goal: str, longest: int) -> list[str] | None:
    """Return a shortest way from ``start`` to ``goal`` of two steps or more; the clips in their order."""
    came_from: dict[str, str] = {start: ""}
    waiting = deque([(start, 0)])
    while waiting:
        here, steps = waiting.popleft()
        if steps == longest:
            return None
        for there in after[here]:
            if there in came_from or (here == start and there == goal):
                continue
            came_from[there] = here
            if there == goal:
                path = [there]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            waiting.append((there, steps + 1))
    return None


def _strong_parts(edges: list[tuple[str, str]]) -> dict[str, int]:
    """Number the strongly connected parts (Kosaraju): only inside of one can there be a circle."""
    after: dict[str, list[str]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for better, worse in edges:
        after[better].append(worse)
        before[worse].append(better)
    nodes = dict.fromkeys(node for edge in edges for node in edge)
    part: dict[str, int] = {}
    for number, node in enumerate(reversed(_finished(list(nodes), after))):
        waiting = [] if node in part else [node]
        while waiting:
            here = waiting.pop()
            if here not in part:
                part[here] = number
                waiting += before[here]
    return part


def _finished(nodes: list[str], after: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes in the order in which a depth-first search leaves them; without recursion, chains are long."""
    done: list[str] = []
    seen: set[str] = set()
    for root in nodes:
        waiting = [(root, False)]
        while waiting:
            here, leaving = waiting.pop()
            if leaving:
                done.append(here)
            elif here not in seen:
                seen.add(here)
                waiting.append((here, True))
                waiting += [(there, False) for there in after[here] if there not in seen]
    return done
