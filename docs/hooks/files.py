"""Files of the repository that pages link to, such as pictures, become part of the site."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(?=[)#])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what pages link to outside of docs/, at its path in the repository."""
    for page in list(files.documentation_pages()):
        linked(page.content_string, place(page.src_uri), lambda path: _add(path, files, config))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links to such files lead to where they are in the site."""
    folder = os.path.dirname(page.file.src_uri)
    return linked(
        markdown, place(page.file.src_uri), lambda path: os.path.relpath(site(path), folder or ".")
    )


def place(uri: str) -> str:
    """The path in the repository of what has the path ``uri`` in the site."""
    inside = f"docs/{uri}"
    return inside if (ROOT / inside).exists() else uri


def site(path: str) -> str:
    """The path in the site of what has ``path`` in the repository."""
    return path.removeprefix("docs/")


def linked(text: str, page: str, target: Callable[[str], str]) -> str:
    """``text`` of the ``page`` of that path, with every link to a file of the repository as
    ``target`` says of its path there."""

    def replaced(found: re.Match[str]) -> str:
        path = os.path.normpath(os.path.join(os.path.dirname(page), found[1]))
        return target(path) if (ROOT / path).is_file() else found[1]

    return _LINK.sub(replaced, text)


def _add(path: str, files: Files, config: MkDocsConfig) -> str:
    if files.get_file_from_path(site(path)) is None:
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return path
