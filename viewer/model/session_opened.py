"""Everything that a session names, read from its files on a thread of its own; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from character.live.stored import TakeError
from character.live.take import Take
from inference.errors import ModelError
from viewer.model.notice import sentence

from .clip import MotionFileError, OpenMotion, load_motion
from .notice import told
from .policies import Policy, check
from .record import RestoredTake, restored
from .session import FileRef, KeptTake, Session, SessionClip, SessionPolicy
from .session_file import digest, read_session

_LONGEST_PATH = 400
TakeAndRows = tuple[Take, RestoredTake]


@dataclass(frozen=True, eq=False)
class OpenedSession:
    """A session with what could be opened of it. told: a sentence for each thing that could not.

    motions: by their place in ``session.clips``. policies: as they were called when saved.
    """

    path: Path
    session: Session
    motions: dict[int, OpenMotion]
    policies: tuple[Policy, ...]
    take: TakeAndRows | None
    beside_take: TakeAndRows | None
    told: tuple[str, ...]


def open_session(path: Path, assets: Path) -> OpenedSession:
    """Reads a session and all that it names. Raises SessionError."""
    session, doubts = read_session(path)
    opening = _Opening(path, assets, [*doubts])
    character = session.character
    motions = {n: m for n, clip in enumerate(session.clips) if (m := opening.clip(clip))}
    policies = [opening.policy(policy) for policy in (character.policies if character else ())]
    take = character and opening.take(character.take, "the character's take")
    beside = character and opening.take(character.beside_take, "the take of the one beside it")
    return OpenedSession(
        path,
        session,
        motions,
        tuple(policy for policy in policies if policy),
        take or None,
        beside or None,
        tuple(opening.told),
    )


@dataclass(frozen=True)
class _Opening:
    path: Path
    assets: Path
    told: list[str]

    def clip(self, clip: SessionClip) -> OpenMotion | None:
        name = clip.title or Path(clip.file.path).stem or "without a name"
        file = self._find(clip.file, f"the clip {name}", "put it back, or open it from elsewhere")
        if file is None:
            return None
        try:
            return load_motion(file, clip.units, clip.up_axis, clip.style, clip.title or None)
        except MotionFileError as error:
            self._tell(str(error))
        return None

    def policy(self, policy: SessionPolicy) -> Policy | None:
        file = self._find(
            policy.file, f"the policy {policy.title}", "put it back, or choose another to go on"
        )
        if file is None:
            return None
        try:
            check(file)
        except (ModelError, OSError) as error:
            self._tell(told(error))
            return None
        if policy.sha256 and digest(file) not in (policy.sha256, ""):
            self._tell(
                f"{file} has changed since the session was saved: what is remembered is as it "
                "was, what the character does from now on is not"
            )
        beside = {"motion": policy.motion, "critic": policy.critic}
        found = {
            what: self._find(ref, f"the {what} of the policy {policy.title}", "put it back")
            for what, ref in beside.items()
            if ref is not None
        }
        return Policy(policy.model, policy.title, file, found.get("motion"), found.get("critic"))

    def take(self, kept: KeptTake | None, what: str) -> TakeAndRows | None:
        if kept is None:
            return None
        name = f"{self.path}, {what}"
        try:
            take = Take.from_bytes(kept.npz, name)
            return take, restored(take)
        except (TakeError, MemoryError) as error:
            self._tell(str(error) or f"{name}: there is not enough memory for it")
        except ValueError:
            self._tell(f"{name}: it is damaged; take an older copy of the session")
        return None

    def _find(self, ref: FileRef, what: str, advice: str) -> Path | None:
        found = ref.find(self.path.parent, self.assets)
        if found is None:
            place = ref.path if len(ref.path) <= _LONGEST_PATH else f"{ref.path[:_LONGEST_PATH]}…"
            self._tell(f"{self.path}: {what} is missing, {place or 'no path'}: {advice}")
        return found

    def _tell(self, text: str) -> None:
        self.told.append(sentence(text))
