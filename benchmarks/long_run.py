"""Learn flat out for long and watch memory and disk: what an unattended run of six hours would take.

Run: ``python benchmarks/long_run.py [--minutes 60] [--env Taxi-v4]``. A worker process learns at full speed with
everything it records; its memory and the size of its run folder are looked at every ten seconds. The first fifth is
left out of the slope: tables, caches and the first keyframes are not growth.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import SPEED_MAXIMUM, Metrics, PhaseChanged, Run

EVERY_SECONDS = 10.0
HOURS = 6.0


def resident_bytes(pid: int) -> int:
    """Return the memory a process holds, in bytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def folder_bytes(folder: Path) -> int:
    """Return the size of the files of a run, in bytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def watch(client: WorkerClient, minutes: float) -> np.ndarray:
    """Return rows of (seconds, memory, disk, steps)."""
    rows: list[tuple[float, float, float, float]] = []
    began = due = time.monotonic()
    steps = 0
    while time.monotonic() - began < minutes * 60:
        time.sleep(0.2)
        for message in client.poll():
            if isinstance(message, Metrics):
                steps = message.env_steps
        if time.monotonic() >= due:
            due += EVERY_SECONDS
            disk = folder_bytes(Path(client.folder))
            rows.append((time.monotonic() - began, resident_bytes(client.pid), disk, steps))
            print(f"{rows[-1][0]:6.0f} s  {rows[-1][1] / 2**20:7.1f} MiB  {disk / 1e6:8.1f} MB  {steps:,}", flush=True)
    return np.array(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--env", default="Taxi-v4")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="arena-long-") as folder:
        spec = RunSpec(env_id=given.env, agent="q_learning", speed=SPEED_MAXIMUM, log_folder=folder)
        client = WorkerClient.start(spec)
        try:
            while not any(isinstance(m, PhaseChanged) and m.phase == "paused" for m in client.poll()):
                time.sleep(0.05)
            client.send(Run())
            rows = watch(client, given.minutes)
        finally:
            client.stop(timeout=10.0)
    late = rows[len(rows) // 5 :]
    seconds = late[:, 0]
    memory, disk = (float(np.polyfit(seconds, late[:, column], 1)[0]) for column in (1, 2))
    millions, minutes, mib = late[-1, 3] / 1e6, rows[-1, 0] / 60, 2**20
    first, last, growth = rows[0, 1] / mib, rows[-1, 1] / mib, memory * 3600 / mib
    print(
        f"{given.env}: {millions:,.0f} M updates in {minutes:.0f} min; {rows[-1, 2] / millions:,.0f} bytes a million"
        f" updates; memory {first:.0f} → {last:.0f} MiB, grows {growth:.1f} MiB/h"
        f" ({growth * HOURS:.0f} MiB in six hours); disk {rows[-1, 2] / 1e6:.0f} MB,"
        f" grows {disk * 3600 / 1e6:.0f} MB/h at the end"
    )


if __name__ == "__main__":
    main()
