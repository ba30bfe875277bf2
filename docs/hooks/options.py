"""What every command takes, as its parser tells it, in the page of the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from training.__main__ import parsers as training_parsers
from viewer.commands.arguments import COMMANDS, command_parser, viewer_parser

MARK = "<!-- options of every command -->"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts them where the page says."""
    return markdown.replace(MARK, options()) if MARK in markdown else markdown


def options() -> str:
    """A section for each command, with the text of its ``--help``."""
    parsers = [viewer_parser(), *map(command_parser, COMMANDS), *training_parsers().values()]
    with _terminal():
        return "\n".join(f"### {p.prog}\n\n```text\n{p.format_help()}```\n" for p in parsers)


@contextmanager
def _terminal() -> Iterator[None]:
    """One of 100 columns, without colours."""
    before = dict(os.environ)
    os.environ.update(COLUMNS="100", NO_COLOR="1")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
