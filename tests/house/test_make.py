"""命令：每个都列在 make help 里，持续集成跑的与人跑的是同一条."""

from __future__ import annotations

import os
import re
import subprocess

from config import ROOT


def test_help_lists_every_target_and_is_what_make_alone_says():
    said = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert sorted(re.findall(r"^  make (\S+)", said, re.MULTILINE)) == sorted(targets.split())


def test_continuous_integration_runs_the_same_check():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("make check")


def test_the_lock_for_node_has_hashes_and_no_addresses():
    text = (ROOT / "requirements-node.txt").read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?:|^--", text, re.MULTILINE)
