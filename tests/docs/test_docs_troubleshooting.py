"""Every message that the page of troubleshooting quotes is one that the program says."""

from __future__ import annotations

import re

from tests.source_tree import ROOT
from tests.test_docs import texts

PAGE = ROOT / "docs" / "how-to" / "troubleshooting.md"
SCRIPTS = (ROOT / ".ci" / "install", ROOT / ".ci" / "system-packages")


def test_the_messages_are_those_of_the_program() -> None:
    messages = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    said = texts() | {path.read_text(encoding="utf-8") for path in SCRIPTS}
    missing = [
        (message, part)
        for message in messages
        for part in (each.strip() for each in message.split("…"))
        if len(part) > 1 and not any(part in text for text in said)
    ]
    assert len(messages) > 40 and missing == []
