"""Games somebody let a model play are kept on its card without ever leaving it damaged; what ships is not changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models import kept_evaluation
from agents.models.card import read_card
from agents.models.folder import check_model
from agents.models.kept_evaluation import BEGUN, keep_evaluation, replace_card
from agents.models.learning_curve import curve_of_run, thinned
from agents.models.library import models_folder, open_model
from arena.errors import RunError
from tests.agents.models import small_model as small

MORE = replace(small.evaluation(), scores=(4.0, 5.0, 6.0, 7.0), mean=5.5, played="2026-11-21T16:00:00+00:00")


def test_that_games_are_kept_on_the_card_and_the_manifest_holds_to_it() -> None:
    folder = models_folder() / "mine"
    small.small_model(folder)
    assert keep_evaluation(folder, MORE, shipped=False) == "card"
    assert check_model(folder).name == "mine" and open_model(folder).card.evaluation == MORE
    assert keep_evaluation(folder, small.evaluation(), shipped=False) == "fewer"
    assert read_card(folder).evaluation == MORE and not (folder / BEGUN).exists()


def test_that_what_ships_is_not_changed_and_is_told_of_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shipped" / "mine"
    small.small_model(folder)
    monkeypatch.setattr("agents.models.library.shipped_folder", lambda: tmp_path / "shipped")
    before = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    assert open_model(folder).here is None
    assert keep_evaluation(folder, MORE, shipped=True) == "beside"
    assert {path.name: path.read_bytes() for path in folder.glob("*.json")} == before
    assert open_model(folder).here == MORE
    assert keep_evaluation(folder, small.evaluation(), shipped=True) == "fewer"
    # Figures of other weights under the same name, and a file nobody can read, are none of its.
    (kept,) = (models_folder().parent / "evaluations").iterdir()
    told = json.loads(kept.read_text())
    kept.write_text(json.dumps({**told, "learned": "0" * 64}))
    assert open_model(folder).here is None
    kept.write_text("{")
    assert open_model(folder).here is None


@pytest.mark.parametrize("written", [False, True])
def test_that_a_machine_that_stops_in_between_leaves_no_damaged_model(
    written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = models_folder() / "mine"
    small.small_model(folder)
    real = kept_evaluation.write_bytes

    class Stopped(BaseException):
        """The machine stops."""

    def stopping(path: Path, data: bytes) -> None:
        if written:
            real(path, data)
        raise Stopped

    with monkeypatch.context() as until:
        until.setattr(kept_evaluation, "write_bytes", stopping)
        until.setattr(kept_evaluation, "finish_card", lambda _: None)
        with pytest.raises(Stopped):
            replace_card(folder, replace(small.card(), evaluation=MORE))
    assert (folder / BEGUN).exists()
    entry = open_model(folder)
    check_model(folder)
    assert entry.card.evaluation == (MORE if written else small.evaluation())
    assert not (folder / BEGUN).exists()


def test_that_a_card_that_cannot_be_written_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = models_folder() / "mine"
    small.small_model(folder)

    def full(path: Path, data: bytes) -> None:
        raise RunError("error.file.missing", file=str(path))

    monkeypatch.setattr(kept_evaluation, "write_bytes", full)
    with pytest.raises(RunError):
        keep_evaluation(folder, MORE, shipped=False)
    check_model(folder)
    assert open_model(folder).card.evaluation == small.evaluation() and not (folder / BEGUN).exists()


def test_that_a_curve_is_read_from_a_runs_table_up_to_the_models_age(tmp_path: Path) -> None:
    rows = ["0,,0", *(f"{step * 100},{step / 2},{step}" for step in range(1, 500)), "50000,12"]
    (tmp_path / "progress.csv").write_text("env_steps,score_of_100,games\n" + "\n".join(rows))
    curve = curve_of_run(tmp_path, 30_000)
    assert len(curve) == 200 and curve[-1] == (30_000, 150.0) and curve[0][0] == 200
    assert all(score == steps / 200 for steps, score in curve)
    assert curve_of_run(tmp_path / "nothing", 10) == ()
    assert thinned([(1, 2.0)]) == ((1, 2.0),)


def test_that_a_card_of_before_there_were_curves_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    small.small_model(folder)
    card = json.loads((folder / "card.json").read_text())
    del card["curve"], card["evaluation"]["played"]
    (folder / "card.json").write_text(json.dumps(card))
    assert read_card(folder).curve == ()
    (folder / "card.json").write_text(json.dumps({**card, "curve": [[100, 2.5], [200, 3.0]]}))
    assert read_card(folder).curve == ((100, 2.5), (200, 3.0))
