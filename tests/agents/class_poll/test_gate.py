"""Who is let in, how often, and in which language."""

from __future__ import annotations

import pytest

from agents.class_poll.gate import ALPHABET, TOKEN_LENGTH, Phones, RateLimit, new_token
from agents.class_poll.phone_page import language_for


def test_that_only_phones_signed_here_are_known() -> None:
    phones = Phones(b"secret")
    shown = phones.new()
    assert phones.known(shown) and shown != phones.new()
    assert not Phones(b"another").known(shown)
    assert not any(phones.known(forged) for forged in ("", shown[:-1], shown + "0", "0" + shown[1:], "\ud800" * 44))


def test_that_tokens_can_be_read_off_a_wall() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}
    assert not set("".join(tokens)) - set(ALPHABET)


def test_that_a_burst_is_allowed_then_the_rate_for_each_by_itself_and_names_do_not_pile_up() -> None:
    now = [0.0]
    limit = RateLimit(3, 2, clock=lambda: now[0])
    assert [limit.allows("a") for _ in range(5)] == [True, True, True, False, False]
    assert limit.allows("b")
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    for name in range(10_000):
        limit.allows(str(name))
    assert len(limit._left) < 5_000


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh_TW"), ("zh-Hant-HK", "zh_TW"), ("zh-CN", "zh_CN"), ("zh", "zh_CN"),
        ("zh-Hans-HK", "zh_CN"),
        ("de-DE,de;q=0.9,en;q=0.8,zh-TW;q=0.7", "en"), ("de", "en"), ("", "en"), ("en;q=0.1,zh-TW;q=0.5", "zh_TW"),
        ("en;q=0,zh-CN", "zh_CN"), (";q=,,;;q=9," * 50, "en"),
    ],
)  # fmt: skip
def test_that_the_page_speaks_what_the_phone_likes_best(accepted: str, language: str) -> None:
    assert language_for(accepted) == language
