"""What is read from an agent's file as text: nothing of it runs, and every mistake is told with its line."""

from __future__ import annotations

import pytest

from agents.configuration import build, checked, settings_of, values_of
from agents.own.declaration import MOST_BYTES, OwnAgent, is_agent_file
from agents.own.declared_config import config_class_of
from agents.own.library import template_source
from arena.errors import ConfigError, RunError, UsageError

METHODS = "    def start(self, s, a, m): pass\n    def choose(self, s, r): pass\n    def learn(self, *x): pass\n"


def read(text: str) -> OwnAgent:
    return OwnAgent.from_source(text.encode(), "mine.py")


def agent(settings: str) -> OwnAgent:
    return read(f"class Mine:\n    settings = {settings}\n{METHODS}")


def test_that_the_template_says_what_it_is() -> None:
    own = OwnAgent.from_source(template_source(), "my_agent.py")
    assert (own.name, own.class_name) == ("my_agent", "MyAgent")
    assert {item.name: item.default for item in own.settings} == {"alpha": 0.5, "gamma": 0.99, "epsilon": 0.1}
    assert "Q-learning" in own.summary
    assert len(template_source().decode().splitlines()) <= 40


def test_that_reading_runs_nothing(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    read(f"open('ran', 'w').close()\nclass Mine:\n    settings = {{}}\n    open('ran', 'w').close()\n{METHODS}")
    assert not (tmp_path / "ran").exists()


def test_that_settings_become_fields_with_ranges_and_the_comment_behind_them() -> None:
    own = agent(
        '{\n        "alpha": 1,  # step\n        "decay": (0.9, 0, 1),  # per episode\n        "steps": 5,\n    }'
    )
    alpha, decay, steps = own.settings
    assert (alpha.default, alpha.low, alpha.high, alpha.above, alpha.label) == (1.0, 0.0, 1.0, True, "")
    assert (decay.label, decay.remark, decay.low, decay.high) == ("decay", "per episode", 0.0, 1.0)
    config = config_class_of(own)
    assert values_of(build(config, {"decay": "0.5"})) == {"alpha": 1.0, "decay": 0.5, "steps": 5}
    assert checked(config, "steps", "7") == 7
    with pytest.raises(ConfigError):
        checked(config, "decay", 2)
    with pytest.raises(ConfigError):
        checked(config, "steps", 1.5)
    assert [item.name for item in settings_of(build(config, {}))] == ["alpha", "decay", "steps"]


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ("dict(alpha=1)", 2),
        ("{'alpha': open('x')}", 2),
        ("{'alpha': True}", 2),
        ("{'alpha': 'high'}", 2),
        ("{'alpha': 2.0}", 2),
        ("{'a': (1, 2)}", 2),
        ("{'a': (5, 0, 1)}", 2),
        ("{\n'a': 1,\n'b': None}", 4),
        ("{'not a name': 1}", 2),
        ("{'class': 1}", 2),
        ("{'_hidden': 1}", 2),
        ("{'choose': 1}", 2),
        ("{'mover': 1}", 2),
        ("{**{'a': 1}}", 2),
        ("{'a': 1, 'a': 2}", 2),
        ("{'a': float('nan')}", 2),
        ("{'a': 1e400}", 2),
    ],
)
def test_that_settings_which_are_no_plain_numbers_are_told_with_their_line(settings: str, line: int) -> None:
    with pytest.raises(UsageError) as refused:
        agent(settings)
    assert refused.value.key == "error.own.settings"
    assert refused.value.params["line"] == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("class A:\n    def (", 2), ("x = (1,\n", 1), ("a = 1\nb = = 2", 2), ("x = '\x00'", 1), ("(" * 5000, 1)],
)
def test_that_a_syntax_error_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UsageError) as refused:
        read(text)
    assert (refused.value.key, refused.value.params["line"]) == ("error.own.syntax", line)


@pytest.mark.parametrize("text", ["", "x = 1", "class A:\n    pass", "def choose(s): pass\ndef learn(s): pass"])
def test_that_a_file_without_an_agent_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text)
    assert refused.value.key == "error.own.no_class"


def test_that_the_last_agent_of_a_file_is_the_agent() -> None:
    assert read(f"class One:\n{METHODS}\nclass Two:\n{METHODS}\nclass Helper:\n    pass").class_name == "Two"


@pytest.mark.parametrize("name", ["a.txt", "my agent.py", "2.py", "class.py", "../a.py", "a/b.py", "", ".py"])
def test_that_a_file_needs_a_python_name(name: str) -> None:
    assert not is_agent_file(name)


def test_that_a_chinese_name_is_a_name() -> None:
    assert is_agent_file("我的代理.py")


def test_that_a_very_long_file_is_no_agent() -> None:
    with pytest.raises(UsageError) as refused:
        read("#" * (MOST_BYTES + 1))
    assert refused.value.key == "error.own.too_long"


def test_that_what_a_run_keeps_of_it_reads_back() -> None:
    own = agent('{"alpha": 0.5, "decay": (0.9, 0, 1), "n": 3}').with_arrays((("q", (5, 2)), ("e", (5,))))
    assert OwnAgent.from_plain(own.plain()) == own


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "../../evil.py"},
        {"file": 5},
        {"class": "a b"},
        {"sha256": "short"},
        {"settings": [["__class__", 1, None, None, False, ""]]},
        {"settings": [["a", float("inf"), None, None, False, ""]]},
        {"settings": [["a", 1]]},
        {"settings": 5},
        {"arrays": [["e", [10**9, 10**9]]]},
        {"arrays": [["e", [-1]]]},
        {"arrays": [["e", []]]},
        {"arrays": [["e", [4]], ["e", [4]]]},
        {"extra": 1},
    ],
    ids=str,
)
def test_that_a_strangers_description_is_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(RunError):
        OwnAgent.from_plain({**agent("{}").plain(), **wrong})
