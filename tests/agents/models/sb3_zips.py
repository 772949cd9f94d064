"""Zips of Stable-Baselines3's models, sound ones and such as somebody with bad intentions would send."""

from __future__ import annotations

import base64
import io
import json
import os
import pickle
import stat
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm

ALGORITHMS: Mapping[str, type[BaseAlgorithm]] = {"ppo": PPO, "a2c": A2C, "dqn": DQN}
SMALL: Mapping[str, dict[str, Any]] = {"ppo": {}, "a2c": {}, "dqn": {"buffer_size": 100}}


def saved(folder: Path, algo: str = "ppo", env: Any = "CartPole-v1", policy: str = "MlpPolicy", **kwargs: Any) -> Path:
    """A zip as SB3 itself saves it."""
    model = ALGORITHMS[algo](policy, env, device="cpu", seed=3, **{**SMALL[algo], **kwargs})
    file = folder / f"{algo}.zip"
    model.save(file)
    return file


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(file: Path, parts: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file


class Payload:
    """Unpickled, it leaves a file behind: the proof that it ran."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return os.system, (f"touch {self.mark}",)


def pth(values: object) -> bytes:
    file = io.BytesIO()
    torch.save(values, file)
    return file.getvalue()


def weights_of(parts: Mapping[str, bytes]) -> OrderedDict[str, torch.Tensor]:
    return OrderedDict(torch.load(io.BytesIO(parts["policy.pth"]), weights_only=True))


def _with_weight(parts: Mapping[str, bytes], change: Callable[[Any], object]) -> bytes:
    weights = weights_of(parts)
    change(weights)
    return pth(weights)


def _rezipped(data: bytes, change: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A ``.pth`` file with other parts in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name.partition("/")[2], old.read(name)))
    return file.getvalue()


def bad_weights(good: Mapping[str, bytes], mark: Path) -> dict[str, bytes]:
    """``policy.pth`` files that must not be taken, by what is wrong with them."""
    data, payload = good["policy.pth"], pickle.dumps(Payload(mark), protocol=2)
    eval_payload = b"c__builtin__\neval\n(S'open(\"" + str(mark).encode() + b'", "w")\'\ntR.'
    head = "action_net.weight"

    def infinite(weights: Any) -> None:
        weights[head][0, 0] = float("inf")

    def not_a_number(weights: Any) -> None:
        weights["value_net.bias"][0] = float("nan")

    return {
        "a pickle": payload,
        "a pickle of today's protocol": pickle.dumps(Payload(mark)),
        "an old pickle that evaluates": eval_payload,
        "a pickle among the tensors": pth(OrderedDict(weights_of(good), extra=Payload(mark))),
        "a pickle for a tensor": pth(OrderedDict(weights_of(good), **{head: Payload(mark)})),
        "a pickle instead of the index": _rezipped(data, {"data.pkl": payload}),
        "an evaluating pickle instead of the index": _rezipped(data, {"data.pkl": eval_payload}),
        "a whole module": pth(torch.nn.Linear(2, 2)),
        "a list": pth([torch.zeros(3)]),
        "one tensor": pth(torch.zeros(3)),
        "numbers for names": pth({1: torch.zeros(3)}),
        "a number for a tensor": pth(OrderedDict(weights_of(good), **{head: 3.0})),
        "tensors within tensors": pth({"action_net": {"weight": torch.zeros(2, 64)}}),
        "no tensors": pth({}),
        "thousands of tensors": pth({f"t{number}": torch.zeros(1) for number in range(2_000)}),
        "other names": pth({f"x.{name}": value for name, value in weights_of(good).items()}),
        "a weight too few": _with_weight(good, lambda weights: weights.pop("value_net.bias")),
        "a weight too many": _with_weight(good, lambda weights: weights.update(log_std=torch.zeros(2))),
        "another shape": _with_weight(good, lambda weights: weights.update({"value_net.bias": torch.zeros(7)})),
        "turned round": _with_weight(good, lambda weights: weights.update({head: weights[head].T})),
        "doubles": _with_weight(good, lambda weights: weights.update({head: weights[head].double()})),
        "whole numbers": _with_weight(good, lambda weights: weights.update({head: weights[head].long()})),
        "bytes": _with_weight(good, lambda weights: weights.update({head: weights[head].to(torch.uint8)})),
        "sparse": _with_weight(good, lambda weights: weights.update({head: weights[head].to_sparse()})),
        "on no device": _with_weight(good, lambda weights: weights.update({head: torch.zeros(2, 64, device="meta")})),
        "a terabyte in four bytes": _with_weight(
            good, lambda weights: weights.update({head: torch.zeros(1).expand(2**38)})
        ),
        "NaN": _with_weight(good, not_a_number),
        "infinite": _with_weight(good, infinite),
        "cut": data[: len(data) // 2],
        "cut at the end": data[:-30],
        "a bit flipped in the index": _rezipped(data, {"data.pkl": b"\x80\x02" + b"\xff" * 100}),
        "a storage too short": _rezipped(data, {"data/0": b"\0" * 4}),
        "a zip in a zip": _rezipped(data, {"data/0": data}),
        "packed": _rezipped(data, {}, zipfile.ZIP_DEFLATED),
        "a bomb inside": _rezipped(data, {"data/0": bytes(2**26)}, zipfile.ZIP_DEFLATED),
        "nothing": b"",
        "text": b"PK\x03\x04 I am weights, trust me",
    }


def _patched(file: Path, find: bytes, put: bytes) -> None:
    """Change bytes of a zip behind its back; both have the same length."""
    data = file.read_bytes()
    assert find in data and len(find) == len(put)
    file.write_bytes(data.replace(find, put))


def bad_zips(folder: Path, good: Mapping[str, bytes], mark: Path) -> dict[str, Path]:
    """Zips that must be refused before anything in them is read, by what is wrong with them."""
    payload = pickle.dumps(Payload(mark))

    def new(name: str, parts: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
        return written(folder / f"{name}.zip", parts, compression)

    found = {
        "a member of another name": new("member", {**good, "custom.pth": payload}),
        "a member that leads out": new("out", {**good, "../../evil.py": b"x"}),
        "a member that leads out the other way": new("windows", {**good, "..\\..\\evil.py": b"x"}),
        "an absolute member": new("absolute", {**good, "/tmp/evil.py": b"x"}),
        "a drive": new("drive", {**good, "C:\\evil.py": b"x"}),
        "a folder": new("folder", {**good, "policy.pth/": b""}),
        "no weights": new("none", {"data": good["data"]}),
        "nothing": new("nothing", {}),
        "a bomb": new("bomb", {**good, "policy.pth": bytes(2**27)}, zipfile.ZIP_DEFLATED),
        "a bomb of data": new("data", {**good, "data": b"[" * 2**25}, zipfile.ZIP_DEFLATED),
        "packed in another way": new("lzma", good, zipfile.ZIP_LZMA),
        "a thousand members": new("many", {**good, **{f"m{number}": b"" for number in range(1_000)}}),
    }
    link = zipfile.ZipInfo("policy.pth")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    found["a link"] = folder / "link.zip"
    with zipfile.ZipFile(folder / "twice.zip", "w") as archive:
        archive.writestr("policy.pth", good["policy.pth"])
        archive.writestr("policy.ptx", payload)
    _patched(folder / "twice.zip", b"policy.ptx", b"policy.pth")
    found["a member twice"] = folder / "twice.zip"
    whole = new("whole", good).read_bytes()
    middle = good["policy.pth"][20_000:20_100]
    for name, data in {
        "cut": whole[: len(whole) // 2],
        "cut at the end": whole[:-10],
        "more behind it": whole + b"x" * 100,
        "something before it": b"#!/bin/sh\n" + whole,
        "no zip": b"not a zip at all" * 10,
        "empty": b"",
        "a pickle": payload,
        "a bit flipped in the weights": whole.replace(middle, bytes([middle[0] ^ 1]) + middle[1:]),
    }.items():
        file = folder / f"{len(found)}.zip"
        file.write_bytes(data)
        found[name] = file
    lying = new("lying", {**good, "policy.pth": bytes(2**20)}, zipfile.ZIP_DEFLATED)
    size = (2**20).to_bytes(4, "little")
    _patched(lying, size, (2**10).to_bytes(4, "little"))
    found["a size that lies"] = lying
    return found


def bad_data(good: Mapping[str, bytes], mark: Path) -> dict[str, bytes]:
    """``data`` in which somebody hid a pickle; the weights beside it are sound, so the model may be taken."""
    payload = {":type:": "<class 'function'>", ":serialized:": base64.b64encode(pickle.dumps(Payload(mark))).decode()}
    plain = json.loads(good["data"])
    return {
        "a pickle in a known key": json.dumps({**plain, "lr_schedule": payload, "policy_class": payload}).encode(),
        "a pickle in an unknown key": json.dumps({**plain, "surprise": payload}).encode(),
        "a pickle for the spaces": json.dumps({**plain, "observation_space": payload}).encode(),
        "deep": b"[" * 200_000 + b"]" * 200_000,
        "a pickle instead": pickle.dumps(Payload(mark)),
        "numbers that are none": json.dumps({**plain, "num_timesteps": -5, "seed": "x", "gamma": "0.99"}).encode(),
    }
