"""Every text a person sees is a key, every key is a text in three languages, and nothing is left over."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from arena.texts import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "assets" / "texts"
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+")
FILE_ENDINGS = {
    "json",
    "jsonl",
    "txt",
    "csv",
    "npz",
    "npy",
    "db",
    "gif",
    "png",
    "svg",
    "ttf",
    "otf",
    "md",
    "toml",
    "py",
    "log",
}

# Names that are the same in every language.
NAMES = re.compile(
    r"\b(Arena|Q-learning|Q-Learning|SARSA|Sarsa|TensorBoard|Gymnasium|Python|Qt|PySide6|Stable-Baselines3|numba|NumPy|FrozenLake8x8"
    r"|FrozenLake|CliffWalking|Taxi|GIF|WebP|MP4|PNG|SVG|CSV|JSON|MIT|GPL|LGPL|Ctrl|Shift|Alt|Esc|Enter|Tab|Home|End|English|PPO|DQN|Dyna|REINFORCE|Atari|Breakout|TRPO|GRPO|QR-DQN"
    r"|Watkins|Rummery|Niranjan|Sutton|Barto|Bellman|van Seijen|et al|doi|GB|MB|kB|ms|Hz|max|min|TD|ID|RNG)\b"
)

SETS_A_TEXT = re.compile(
    "add(Action|Items?|Menu|Row|Tab)|insertItem|showMessage|set(AccessibleDescription|AccessibleName|HeaderLabels"
    "|InformativeText|Label|LabelText|PlaceholderText|PlainText|Prefix|StatusTip|Suffix|Text|Title|ToolTip|WhatsThis|WindowTitle)"
    "|Q(Action|CheckBox|GroupBox|Label|Menu|MessageBox|PushButton|RadioButton|ToolButton)"
)

# Characters that only one of the two scripts uses, from the words this program uses most.
ONLY_SIMPLIFIED = set("学习设环态执运数图开关时过说这为个们来动帧标误择参导录复继续终输选项单号类页边")
ONLY_TRADITIONAL = set("學習設環態執運數圖開關時過說這為個們來動幀標誤擇參導錄復繼續終輸選項單號類頁邊")


def areas(language: str) -> dict[str, list[tuple[str, str]]]:
    """Pairs as they stand in each file, so that a key given twice is seen."""
    return {
        file.name: json.loads(file.read_text("utf-8"), object_pairs_hook=list)
        for file in sorted((TEXTS / language).glob("*.json"))
    }


@cache
def texts(language: str) -> dict[str, str]:
    return {key: text for pairs in areas(language).values() for key, text in pairs}


@cache
def literals() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """String literals of the product, and patterns for the strings it puts together."""
    whole: set[str] = set()
    patterns: set[str] = set()
    for file in (file for folder in ("arena", "agents", "gui") for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
                if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*\.", node.value):
                    patterns.add(re.escape(node.value) + ".+")
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                fixed = "".join(str(part) for part in parts if part is not None)
                if re.fullmatch(r"[a-z0-9_.]*[a-z][a-z0-9_.]*", fixed) and "." in fixed:
                    patterns.add("".join("[A-Za-z0-9_.]+" if part is None else re.escape(str(part)) for part in parts))
    return frozenset(whole), tuple(re.compile(pattern) for pattern in sorted(patterns))


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_no_key_is_given_twice(language: str) -> None:
    keys = [key for pairs in areas(language).values() for key, _ in pairs]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_that_every_text_is_translated_in_the_file_of_the_same_name(language: str) -> None:
    assert {name: {key for key, _ in pairs} for name, pairs in areas(language).items()} == {
        name: {key for key, _ in pairs} for name, pairs in areas("en").items()
    }


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_that_a_translation_has_the_placeholders_of_its_original(language: str) -> None:
    def fields(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{[^{}]*\}", text)))

    differing = [key for key, text in texts("en").items() if fields(text) != fields(texts(language).get(key, text))]
    assert not differing


@pytest.mark.parametrize("language", ["zh_TW", "zh_CN"])
def test_that_a_translation_is_chinese_unless_it_is_a_name_or_a_sign(language: str) -> None:
    def words(text: str) -> bool:
        return bool(re.search(r"[A-Za-z]{2,}", NAMES.sub("", re.sub(r"\{[^{}]*\}|https?://\S+|--?[a-z-]+", "", text))))

    left = [key for key, text in texts(language).items() if not re.search(r"[\u4e00-\u9fff]", text) and words(text)]
    assert not left


@pytest.mark.parametrize(("language", "foreign"), [("zh_TW", ONLY_SIMPLIFIED), ("zh_CN", ONLY_TRADITIONAL)])
def test_that_each_chinese_is_written_in_its_own_script(language: str, foreign: set[str]) -> None:
    foreign = foreign - (ONLY_SIMPLIFIED & ONLY_TRADITIONAL)
    mixed = {key: sorted(foreign & set(text)) for key, text in texts(language).items() if foreign & set(text)}
    # A language is named in itself, whatever is spoken now.
    assert {key: found for key, found in mixed.items() if not key.startswith("language.")} == {}


def test_that_every_key_in_the_source_has_a_text() -> None:
    areas_of_keys = {key.split(".")[0] for key in texts("en")}
    missing = [
        text
        for text in sorted(literals()[0])
        if KEY.fullmatch(text) and text.split(".")[0] in areas_of_keys and text.split(".")[-1] not in FILE_ENDINGS
        if text not in texts("en")
    ]
    assert not missing


def test_that_no_text_is_left_over() -> None:
    whole, patterns = literals()
    unused = [
        key
        for key in sorted(texts("en"))
        if key not in whole and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert not unused


def test_that_the_window_says_nothing_that_is_not_a_key() -> None:
    said = []
    for file in sorted((ROOT / "gui").rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if SETS_A_TEXT.fullmatch(name):
                values = [*call.args, *(word.value for word in call.keywords if word.arg in ("text", "title"))]
                said += [
                    f"{file.relative_to(ROOT)}:{call.lineno}: {text}" for value in values for text in sentences(value)
                ]
            elif name == "tr" and any(isinstance(value, ast.JoinedStr) for value in call.args):
                said.append(f"{file.relative_to(ROOT)}:{call.lineno}: an f-string inside tr()")
    assert not said


def sentences(value: ast.expr) -> list[str]:
    """Words of a language that an expression holds as they are (not keys, not formulas, not style sheets)."""
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    found = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return [text for text in found if re.search(r"[A-Za-z]{3,}", NAMES.sub("", text)) and not KEY.fullmatch(text)]
