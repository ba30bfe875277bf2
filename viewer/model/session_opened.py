"""Everything that a session names, read from its files on a thread of its own; no Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from character.live.stored import TakeError
from character.live.take import Take
from inference.errors import ModelError
from viewer.model.notice import sentence

from .clip import MotionFileError, OpenMotion, load_motion
from .document import Beside, OpenClip
from .language import tr
from .notice import told
from .policies import Policy, check
from .record import RestoredTake, restored
from .session import KeptTake, Session
from .session_file import digest, read_session

_LONGEST_PATH = 400
TakeAndRows = tuple[Take, RestoredTake]


@dataclass(frozen=True, eq=False)
class OpenedSession:
    """What could be opened of a session. told: a sentence for each thing that could not.

    session: its document names only what could be opened. motions: of its clips.
    """

    path: Path
    session: Session
    motions: tuple[OpenMotion, ...]
    take: TakeAndRows | None
    beside_take: TakeAndRows | None
    told: tuple[str, ...]


def open_session(path: Path, assets: Path) -> OpenedSession:
    """Reads a session and all that it names. Raises SessionError."""
    session, doubts = read_session(path, assets)
    opening = _Opening(path, [*doubts])
    document = session.document
    motions = {clip: m for clip in document.clips if (m := opening.clip(clip))}
    digests = session.digests
    policies = [opening.policy(p, digests.get(p.model, "")) for p in document.cast.policies]
    cast = replace(document.cast, policies=tuple(p for p in policies if p))
    beside = opening.beside(document.phase.beside)
    others = (opening.beside(each) for each in document.phase.further)
    further = tuple(each for each in others if each and beside)
    phase = replace(document.phase, beside=beside, further=further)
    document = replace(document, clips=tuple(motions), cast=cast, phase=phase)
    if document.shown_clip is None:
        shown = document.clips[-1].key if document.clips else ""
        document = replace(document, view=replace(document.view, clip=shown))
    return OpenedSession(
        path,
        replace(session, document=document),
        tuple(motions.values()),
        opening.take(session.take, tr("the character's take")),
        opening.take(session.beside_take, tr("the take of the one beside it")),
        tuple(opening.told),
    )


@dataclass(frozen=True)
class _Opening:
    path: Path
    told: list[str]

    def clip(self, clip: OpenClip) -> OpenMotion | None:
        name = clip.title or clip.path.stem or tr("without a name")
        if not self._there(
            clip.path,
            tr("the clip {name}", name=name),
            tr("put it back, or open it from elsewhere"),
        ):
            return None
        try:
            title = clip.title or None
            return load_motion(clip.path, clip.units, clip.up_axis, clip.style, title)
        except MotionFileError as error:
            self._tell(str(error))
        return None

    def beside(self, beside: Beside | None) -> Beside | None:
        if beside is None:
            return None
        what = tr("{name}, with which the phase is compared,", name=beside.path.name)
        there = self._there(beside.path, what, tr("put it back, or choose another"))
        return beside if there else None

    def policy(self, policy: Policy, sha256: str) -> Policy | None:
        what = tr("the policy {title}", title=policy.title)
        if not self._there(policy.path, what, tr("put it back, or choose another to go on")):
            return None
        try:
            check(policy.path)
        except (ModelError, OSError) as error:
            self._tell(told(error))
            return None
        if sha256 and digest(policy.path) not in (sha256, ""):
            self._tell(
                tr(
                    "{path} has changed since the session was saved: what is remembered is as it "
                    "was, what the character does from now on is not",
                    path=policy.path,
                )
            )
        motion = self._beside(policy.motion, "motion", policy)
        return replace(policy, motion=motion, critic=self._beside(policy.critic, "critic", policy))

    def _beside(self, path: Path | None, what: str, policy: Policy) -> Path | None:
        if path is None:
            return None
        there = self._there(
            path,
            tr("the {what} of the policy {title}", what=what, title=policy.title),
            tr("put it back"),
        )
        return path if there else None

    def take(self, kept: KeptTake | None, what: str) -> TakeAndRows | None:
        if kept is None:
            return None
        name = f"{self.path}, {what}"
        try:
            take = Take.from_bytes(kept.npz, name)
            return take, restored(take)
        except (TakeError, MemoryError) as error:
            self._tell(str(error) or tr("{name}: there is not enough memory for it", name=name))
        except ValueError:
            self._tell(tr("{name}: it is damaged; take an older copy of the session", name=name))
        return None

    def _there(self, path: Path, what: str, advice: str) -> bool:
        """Whether a file is there; tells the person if it is not."""
        if os.path.isfile(path):
            return True
        place = tr("no path") if path == Path() else str(path)
        place = place if len(place) <= _LONGEST_PATH else f"{place[:_LONGEST_PATH]}…"
        self._tell(
            tr(
                "{path}: {what} is missing, {place}: {advice}",
                path=self.path,
                what=what,
                place=place,
                advice=advice,
            )
        )
        return False

    def _tell(self, text: str) -> None:
        self.told.append(sentence(text))
