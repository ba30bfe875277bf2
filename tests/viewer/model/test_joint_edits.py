"""Joints that are looked at: one until another is, pinned ones stay, each with its colour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.model import joint_edits as edits
from viewer.model.document import COLOURS, Document, ShownJoint

NAMES = st.sampled_from([f"joint {n}" for n in range(9)])


def after(*several: edits.Edit) -> tuple[ShownJoint, ...]:
    document = Document()
    for edit in several:
        assert not edit.made
        document = edit.change(document)
    return document.view.joints


def names(joints: tuple[ShownJoint, ...]) -> list[str]:
    return [joint.name for joint in joints]


def test_another_joint_takes_the_place_of_one_that_is_not_pinned() -> None:
    assert names(after(edits.look_at("Head"), edits.look_at("Hips"))) == ["Hips"]
    pinned = after(edits.look_at("Head"), edits.pin_joint("Head"), edits.look_at("Hips"))
    assert names(pinned) == ["Head", "Hips"]
    assert [joint.pinned for joint in pinned] == [True, False]
    assert len({joint.colour for joint in pinned}) == 2


def test_several_are_pinned_and_one_is_looked_at_once() -> None:
    several = [edits.pin_joint(name) for name in ("Head", "Hips", "Head")]
    assert names(after(*several)) == ["Head", "Hips"]
    assert names(after(*several, edits.look_at("Head"))) == ["Head", "Hips"]


def test_there_are_only_so_many() -> None:
    several = [edits.pin_joint(str(n)) for n in range(9)]
    full = after(*several)
    assert names(full) == [str(n) for n in range(edits.MOST_JOINTS)]
    assert after(*several, edits.look_at("Head")) == full


def test_distances_are_from_the_first() -> None:
    several = [edits.pin_joint(name) for name in ("Head", "Hips", "Spine")]
    assert names(after(*several, edits.measure_from("Spine"))) == ["Spine", "Head", "Hips"]


def test_joints_are_let_go_of() -> None:
    several = [edits.pin_joint("Head"), edits.look_at("Hips")]
    assert names(after(*several, edits.let_go("Head"))) == ["Hips"]
    assert names(after(*several, edits.let_go_of_all(pinned=False))) == ["Head"]
    assert after(*several, edits.let_go_of_all()) == ()
    unpinned = after(*several, edits.pin_joint("Head", False))
    assert names(unpinned) == ["Head"], "one alone is not pinned"


@given(
    st.lists(
        st.one_of(
            st.builds(edits.look_at, NAMES),
            st.builds(edits.pin_joint, NAMES, st.booleans()),
            st.builds(edits.let_go, NAMES),
            st.builds(edits.measure_from, NAMES),
        ),
        max_size=40,
    )
)
def test_whatever_is_done_each_has_a_colour_of_its_own(several: list[edits.Edit]) -> None:
    joints = after(*several)
    assert len(joints) <= edits.MOST_JOINTS
    assert len(set(names(joints))) == len(joints) == len({joint.colour for joint in joints})
    assert sum(not joint.pinned for joint in joints) <= 1
    assert all(joint.colour in COLOURS for joint in joints)
