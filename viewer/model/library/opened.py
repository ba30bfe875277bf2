"""A library as the viewer reads it: its clips, the search through them, and a sample of windows.

Nothing here opens a clip. Rows are counted through all shards, in the order of their names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from inference.models import LATENT_SIZE
from motion.features import FPS
from viewer.model.notice import Refused
from viewer.model.strip import Strip

from .files import ClipFile, copy_to, is_address
from .needs import needed
from .schema import CLIPS, MARK, PURPOSE, SCHEMA, WINDOWS, arrow, check_version, footer_of, parquet
from .shards import file_of, shard_names

COLUMNS = ("root", "path", "title", "problem", "frames", "length_s", "windows", "verdict", "strip")
MAX_GROUPS = 256
"""Of a large library a sample reads so many row groups, spread over all."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Windows of one clip: its row, latents (W, 256) float16 and when each begins (W,) s."""

    row: int
    latents: np.ndarray
    starts_s: np.ndarray


def is_library(folder: Path) -> bool:
    """Whether ``folder`` holds a library."""
    try:
        return SCHEMA in (folder / MARK).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False


class OpenedLibrary:
    """The clips of the library in ``folder``. copies: where clips of addresses are fetched to.

    Raises Refused: pyarrow is missing, a file is damaged or of a later version.
    """

    def __init__(self, folder: Path, copies: Path) -> None:
        pq, pa = parquet(), arrow()
        self.folder, self._copies = folder, copies
        self.names = shard_names(folder)
        parts, layout, models = [], [], set()
        for name in self.names:
            path = file_of(folder, CLIPS, name)
            try:
                with pq.ParquetFile(path) as file:
                    told = footer_of(file.schema_arrow)
                    check_version(path, told)
                    rows = file.read([*COLUMNS, "strip_parents"])
            except (OSError, ValueError, KeyError) as error:
                raise Refused(
                    f"{path}: cannot be read; run `main.py library analyze` again to mend it."
                ) from error
            parts.append(rows.replace_schema_metadata(None))
            layout.append(told["shard"])
            models.add(told["models"])
        self.layout = tuple(layout)
        """What tells this arrangement of rows from any other."""
        self._models = models
        if not parts:
            raise Refused(f"{folder}: holds no clips yet; `main.py library analyze` fills it.")
        self._rows = pa.concat_tables(parts).combine_chunks()

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    def made_by(self, encoder: Path) -> bool:
        """Whether all latents are of the encoder in this file."""
        try:
            digest = sha256(encoder.read_bytes()).hexdigest()
        except OSError:
            return False
        return all(json.loads(told)["stylevae_encoder"] == digest for told in self._models)

    @cached_property
    def counts(self) -> np.ndarray:
        """Windows of each clip, (N,)."""
        return np.asarray(self._rows.column("windows").to_numpy(), np.int64)

    @cached_property
    def begins(self) -> np.ndarray:
        """The number of each clip's first window, and at the end how many there are, (N + 1,)."""
        return np.concatenate([[0], np.cumsum(self.counts)])

    @cached_property
    def usable(self) -> np.ndarray:
        """Rows of clips that can be shown, (M,)."""
        return np.flatnonzero(self._rows.column("frames").is_valid().to_numpy())

    @property
    def windows(self) -> int:
        return int(self.begins[-1])

    def search(self, words: Sequence[str], most: int) -> tuple[np.ndarray, int]:
        """The first ``most`` rows whose path holds all of ``words``, and how many there are."""
        pc = needed("pyarrow.compute", PURPOSE)
        text = pc.utf8_lower(self._rows.column("path"))
        found = np.zeros(len(self), bool)
        found[self.usable] = True
        for word in words:
            found &= pc.match_substring(text, word.lower()).to_numpy()
        rows = np.flatnonzero(found)
        return rows[:most], len(rows)

    def title(self, row: int) -> str:
        return str(self._rows.column("title")[row].as_py())

    def seconds(self, row: int) -> float:
        return float(self._rows.column("length_s")[row].as_py())

    def sub_folder(self, row: int) -> str:
        """Where below its root the clip is, "" for right there."""
        return str(self._rows.column("path")[row].as_py()).rpartition("/")[0]

    def strip(self, row: int) -> Strip | None:
        """The picture of a clip."""
        points, parents = (self._rows.column(n)[row].as_py() for n in ("strip", "strip_parents"))
        if not points or not parents:
            return None
        flat = np.array(points, np.float32)
        return Strip(flat.reshape(-1, len(parents), 2), np.array(parents))

    def file(self, row: int) -> ClipFile:
        return ClipFile(*(str(self._rows.column(n)[row].as_py()) for n in ("root", "path")))

    def place(self, row: int) -> Path:
        """Where the clip is on this machine, or will be once it is fetched.

        A folder that moved along with the library is found beside it.
        """
        file = self.file(row)
        if is_address(file.root):
            return copy_to(file, self._copies, fetch=False)
        root = Path(file.root)
        if not root.is_dir() and (beside := self.folder.resolve().parent / root.name).is_dir():
            root = beside
        return (root / file.path).resolve()

    def fetch(self, row: int) -> Path:
        """Have the clip on this machine. Raises BvhError."""
        file = self.file(row)
        if is_address(file.root):
            return copy_to(file, self._copies)
        return self.place(row)

    def sample(self, most: int, of_clip: int, stride: int = FPS) -> list[Sampled]:
        """At most ``most`` windows, ``of_clip`` of each clip, ``stride`` frames apart or more."""
        clips = np.flatnonzero(self.counts)
        apart = np.maximum(stride, -(-self.counts // of_clip))
        numbers = [np.arange(self.begins[c], self.begins[c + 1], apart[c]) for c in clips]
        wanted = np.concatenate([np.zeros(0, np.int64), *numbers])
        if len(wanted) > most:
            wanted = wanted[np.linspace(0, len(wanted) - 1, most).round().astype(int)]
        rows = np.searchsorted(self.begins, wanted, side="right") - 1
        found = []
        for first, latents in self.latents(MAX_GROUPS):
            here = (wanted >= first) & (wanted < first + len(latents))
            part, of = latents[wanted[here] - first].astype(np.float16), rows[here]
            starts = (wanted[here] - self.begins[of]) / FPS
            for row in np.unique(of):
                own = of == row
                found.append(Sampled(int(row), part[own], starts[own]))
        return _merged(found)

    def latents(self, most_groups: int = 0) -> Any:
        """Row groups in order: the number of the first window, and latents (W, 256) float32.

        most_groups: only so many of them, spread over all; 0 for all.
        """
        pq = parquet()
        files = [pq.ParquetFile(file_of(self.folder, WINDOWS, name)) for name in self.names]
        total = sum(file.num_row_groups for file in files)
        step = max(1, -(-total // most_groups)) if most_groups else 1
        first = number = 0
        for file in files:
            with file:
                for group in range(file.num_row_groups):
                    if number % step == 0:
                        column = file.read_row_group(group, ["latent"]).column("latent")
                        flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
                        yield first, flat.reshape(-1, LATENT_SIZE)
                    first += file.metadata.row_group(group).num_rows
                    number += 1

    def latent(self, number: int) -> np.ndarray:
        """The latent (256,) of one window."""
        pq = parquet()
        for name in self.names:
            with pq.ParquetFile(file_of(self.folder, WINDOWS, name)) as file:
                for group in range(file.num_row_groups):
                    count = file.metadata.row_group(group).num_rows
                    if number < count:
                        row = file.read_row_group(group, ["latent"]).column("latent")[number]
                        return np.array(row.as_py(), np.float32)
                    number -= count
        raise IndexError(number)


def _merged(found: list[Sampled]) -> list[Sampled]:
    """The parts of a clip that lay in two row groups, as one."""
    made: list[Sampled] = []
    for part in found:
        if made and made[-1].row == part.row:
            last = made.pop()
            part = Sampled(
                part.row,
                np.concatenate([last.latents, part.latents]),
                np.concatenate([last.starts_s, part.starts_s]),
            )
        made.append(part)
    return made
