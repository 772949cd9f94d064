"""What is in the library, how one is found, renamed, deleted and had back."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.models.library import damaged_models, find_model, free_name, models, models_folder, new_folder, rename_model
from agents.models.trash import KEPT, delete_model, deleted_models, undelete_model
from arena.errors import ArenaError, ModelError, UsageError
from tests.agents.models import small_model as small


def own() -> list[str]:
    return [entry.name for entry in models() if entry.origin != "shipped"]


def test_that_own_and_imported_models_are_listed_with_where_they_are_from() -> None:
    small.small_model(models_folder() / "mine")
    small.small_model(models_folder() / "theirs", origin="imported")
    found = {entry.name: entry.origin for entry in models() if entry.origin != "shipped"}
    assert found == {"mine": "own", "theirs": "imported"}


def test_that_a_damaged_model_hides_no_other() -> None:
    small.small_model(models_folder() / "mine")
    small.small_model(models_folder() / "torn")
    (models_folder() / "torn" / "manifest.json").write_text("{")
    assert own() == ["mine"]
    ((folder, problem),) = damaged_models()
    assert folder.name == "torn" and "torn" in str(problem)
    delete_model("torn")
    assert damaged_models() == ()


def test_that_a_model_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    small.small_model(models_folder() / "mine")
    small.small_model(tmp_path / "elsewhere")
    assert find_model("mine").origin == "own"
    assert find_model(str(tmp_path / "elsewhere")).origin == "elsewhere"


def test_that_a_model_that_is_not_there_is_answered_with_the_nearest_names() -> None:
    small.small_model(models_folder() / "my-breaker")
    with pytest.raises(UsageError, match="my-breaker"):
        find_model("my-braeker")


def test_that_a_renamed_model_is_called_so_everywhere() -> None:
    small.small_model(models_folder() / "mine")
    entry = rename_model("mine", "better")
    assert entry.name == entry.manifest.name == "better"
    assert own() == ["better"]


@pytest.mark.parametrize("name", ["../better", "", "con", "a/b"])
def test_that_a_model_cannot_be_called_anything(name: str) -> None:
    small.small_model(models_folder() / "mine")
    with pytest.raises(UsageError):
        rename_model("mine", name)
    assert own() == ["mine"]


def test_that_a_taken_name_is_not_taken_again() -> None:
    small.small_model(models_folder() / "mine")
    with pytest.raises(UsageError, match="mine"):
        new_folder("mine")
    assert free_name("mine") == "mine-2"
    assert free_name("runs/../x") == "runs-..-x"


def test_that_a_deleted_model_can_be_had_back() -> None:
    before = small.small_model(models_folder() / "mine")
    deleted = delete_model("mine")
    assert own() == []
    assert deleted_models() == (deleted,)
    assert undelete_model(deleted).manifest == before
    assert own() == ["mine"]
    assert deleted_models() == ()


def test_that_one_of_the_same_name_is_not_written_over_when_a_deleted_one_comes_back() -> None:
    small.small_model(models_folder() / "mine")
    deleted = delete_model("mine")
    small.small_model(models_folder() / "mine")
    with pytest.raises(UsageError, match="mine"):
        undelete_model(deleted)
    assert deleted_models() == (deleted,)


def test_that_only_the_newest_deleted_models_are_kept() -> None:
    first = None
    for _ in range(KEPT + 1):
        small.small_model(models_folder() / "mine")
        first = first or delete_model("mine")
        if (models_folder() / "mine").exists():
            delete_model("mine")
    assert len(deleted_models()) == KEPT
    assert first is not None
    with pytest.raises(ModelError, match="mine"):
        undelete_model(first)


def test_that_a_model_lying_elsewhere_is_not_deleted_or_renamed(tmp_path: Path) -> None:
    small.small_model(tmp_path / "elsewhere")
    for change in (lambda: delete_model(str(tmp_path / "elsewhere")), lambda: rename_model(str(tmp_path), "x")):
        with pytest.raises(ArenaError):
            change()
    assert (tmp_path / "elsewhere" / "manifest.json").is_file()
