"""A scene that uses every field."""

from __future__ import annotations

from arena.scenes.scene_file import Change, Question, Scene

FULL = Scene(
    title={"en": "The cliff", "zh_TW": "懸崖", "zh_CN": "悬崖"},
    line={"en": "Why does it walk along the very edge?"},
    note={"en": "Look at the edge.\nThen choose another agent.", "zh_TW": "看看懸崖邊。\u3000再換一個代理人。"},
    question=Question(
        ask={"en": "Which way?"},
        choices=({"en": "Along the edge"}, {"en": "Along the top", "zh_CN": "沿着上方"}),
        right=0,
        answer={"en": "Along the edge."},
    ),
    env_id="Arena/GridWorld-v0",
    env_kwargs={"map": "title: Own\n---\nS..G\n", "slip": 0.25, "step_limit": 50, "rewards": "sparse"},
    agent="sarsa",
    hyperparameters={"alpha": 0.25, "exploration": "softmax"},
    seed=2**64 - 1,
    tick=120,
    changes=(Change(tick=10, name="alpha", value=0.5), Change(tick=100, name="mover", value="person")),
    moves=((100, 1), (101, 1)),
    speed=15.0,
    layer="policy",
    covered=True,
    hidden=("world", "table"),
)
