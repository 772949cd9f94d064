"""What a process started ends with its group, also after the process itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agents.runtime.process_group import end_group

LEADER = """
import subprocess, sys
from agents.runtime.process_group import exit_now, lead_group
lead_group()
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
print('begun', flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
@pytest.mark.parametrize("last", ["exit_now()", "raise SystemExit"])
def test_that_what_a_leader_left_behind_is_ended(last: str) -> None:
    with subprocess.Popen([sys.executable, "-c", LEADER + last], stdout=subprocess.PIPE, text=True) as leader:
        assert leader.stdout is not None and leader.stdout.readline() == "begun\n"
        leader.wait(60)
        end_group(leader.pid)
        # Its child holds the other end of the pipe: as long as it lives, this is never at its end.
        assert leader.stdout.read() == ""
        end_group(leader.pid)
