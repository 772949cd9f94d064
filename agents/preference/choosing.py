"""Chooses the pairs of clips to ask about, out of what was played of late and of all that was kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.deep.places import Place
from agents.preference import queries
from agents.preference.clip_archive import Candidates, ClipArchive
from agents.preference.config import PreferenceConfig
from agents.preference.cutting import RecentSteps
from agents.preference.ensemble import Ensemble
from arena.preferences.clip import Clip

_CHOICE, _ARCHIVE = 0xA5C, 0xA2C

COVERAGE_SHARE = 0.25
"""Share of questions that go by coverage where disagreement is asked for.

Members that have all never seen a goal agree about it, and are all wrong: a part of the questions must not hang on what
the ensemble thinks. The paper's own choice is pure; there rewards are not rare.
"""

_FEWEST_CLIPS = 24


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A pair worth asking.

    Attributes:
        left: Left clip.
        right: Right clip.
        query: Why.
    """

    left: Clip
    right: Clip
    query: queries.Query


class Chooser:
    """Chooses for one run.

    Args:
        place: Where the agent learns.
        config: Settings.
        ensemble: Whose members may disagree.
        recent: The last steps.
        seed: Of the run.

    Attributes:
        archive: Clips of all ages.
        coverage: What was asked about.
        rounds: How often questions were chosen: what the draws hang on besides the seed.
    """

    def __init__(
        self, place: Place, config: PreferenceConfig, ensemble: Ensemble, recent: RecentSteps, seed: int
    ) -> None:
        self.place = place
        self.config = config
        self.ensemble = ensemble
        self.recent = recent
        self.archive = ClipArchive(place, config.clip_steps)
        self.coverage = queries.Coverage()
        self.rounds = 0
        self.kept = 0
        self._seed = seed

    def keep_some(self, count: int) -> None:
        """Keep some clips of what was played of late."""
        self.kept += 1
        self.archive.offer(self.recent, count, np.random.default_rng([self._seed, _ARCHIVE, self.kept]))

    @property
    def ready(self) -> bool:
        """Whether there are clips enough to choose from."""
        return len(self.archive) >= _FEWEST_CLIPS or len(self.recent) >= _FEWEST_CLIPS * self.config.clip_steps

    def choose(self, wanted: int, *, first: bool) -> list[Chosen]:
        """Choose pairs; fewer where there are not enough clips.

        Args:
            wanted: How many.
            first: They are the first questions, on a policy that has learned nothing yet.
        """
        luck = np.random.default_rng([self._seed, _CHOICE, self.rounds])
        self.rounds += 1
        # Enough clips that every candidate pair can be another one; more only cost time.
        size = int(min(max(self.config.candidates, 4 * wanted), 2_000, max(400, 4 * self.config.candidates)))
        if self.place.kind == "pixels":
            size = min(size, 120)
        candidates = Candidates(self.recent, self.archive, size, self.config.clip_steps, luck)
        if len(candidates) < 2 or candidates.batch is None:
            return []
        found = self._queries(candidates, wanted, first, luck)
        chosen = []
        for query in found:
            left, right = candidates.clip(query.left), candidates.clip(query.right)
            if left.clip_id == right.clip_id:
                continue
            self.note(left)
            self.note(right)
            chosen.append(Chosen(left=left, right=right, query=query))
        return chosen

    def note(self, clip: Clip) -> None:
        """Count a clip as asked about."""
        self.coverage.note(queries.cells_of(clip.observations, clip.actions, len(self.place.action_names)))

    def _queries(
        self, candidates: Candidates, wanted: int, first: bool, luck: np.random.Generator
    ) -> list[queries.Query]:
        how = self.config.queries
        if how == "disagreement" and self.config.members == 1:
            # Nobody there to disagree: the paper's single predictor asks by chance, too.
            how = "random"
        if how == "random":
            return queries.by_chance(len(candidates), wanted, luck)
        by_coverage = wanted
        if how == "disagreement" and not first:
            by_coverage = int((luck.random(wanted) < COVERAGE_SHARE).sum())
        found = self._by_disagreement(candidates, wanted - by_coverage, luck) if wanted > by_coverage else []
        if by_coverage:
            found += self._by_coverage(candidates, by_coverage, luck)
        return found

    def _by_disagreement(self, candidates: Candidates, wanted: int, luck: np.random.Generator) -> list[queries.Query]:
        assert candidates.batch is not None
        left, right = queries.candidate_pairs(len(candidates), max(self.config.candidates, 10 * wanted), luck)
        opinion = self.ensemble.probabilities(self.ensemble.scores(candidates.batch), left, right)
        return queries.by_disagreement(left, right, opinion, wanted)

    def _by_coverage(self, candidates: Candidates, wanted: int, luck: np.random.Generator) -> list[queries.Query]:
        batch = candidates.batch
        assert batch is not None
        seen, acted = (part.numpy() for part in batch.steps)
        cells = queries.cells_of(seen, acted, len(self.place.action_names)).reshape(batch.actions.shape)
        return queries.by_coverage(self.coverage.novelty(cells, batch.counted.numpy()), wanted, luck)
