"""Truth mode in the real window: the reference runs beside the engine and is believed."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inference import Runner, load_model
from inference.models import MODELS
from kernels.build import BuildError, build
from motion.canonical import JOINTS
from render.color_schemes import DARK
from render.heat import heat
from render.mannequin import at_parts, mannequin
from tests.viewer.conftest import FakeClock, Opener, open_file, settle, until
from viewer.model.decoded import decoded_loop
from viewer.model.truth import share
from viewer.window.window import MainWindow

ENGINE = ("mojo-half", "numpy")


@pytest.fixture(scope="module")
def kernel() -> None:
    try:
        build(lambda *_: None, threading.Event())
    except BuildError as error:
        pytest.skip(str(error))


@pytest.fixture
def window(kernel: None, open_window: Opener, walk: Path) -> MainWindow:
    """The walk on stage, paused, run in half precision; truth mode is off."""
    made = open_window(ENGINE)
    open_file(made, walk)
    until(lambda: made.bridge.engine == ENGINE[0])
    settle(made)
    return made


def compare(window: MainWindow) -> None:
    """Switch truth mode on by its key, and wait for the errors."""
    window.activateWindow()
    window.stage_view.stage.setFocus()
    until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_T)
    until(lambda: window.truth.reading is not None and window.truth.reading.errors is not None)
    settle(window)


def compared(window: MainWindow) -> bool:
    """Whether the errors are those of the window around the playhead."""
    at = round(window.transport.frame * window.transport.frame_time * 30)
    start = min(max(at - 30, 0), len(window.studio.motion.features) - 60)
    return window.truth.reading.errors.start_s == pytest.approx(start / 30)


def runners(model: str, assets: Path) -> list[Runner]:
    """The model in half precision, and the reference."""
    path = MODELS[model].path(assets)
    return [load_model(path, "mojo", precision="half"), load_model(path, "numpy")]


def colors(window: MainWindow) -> np.ndarray:
    return window.studio.scene.capsules.data[:, 12:15]


def painted(mm: np.ndarray) -> np.ndarray:
    """Colours of the parts for errors (22,) in mm."""
    return heat(at_parts(share(mm)), DARK.heat)


def test_a_latent_is_painted_by_how_far_each_joint_is_off(
    window: MainWindow, network_assets: Path
) -> None:
    panel = window.docks["style"].widget()
    panel.more.setChecked(True)
    slider = panel.latent.sliders[2].slider
    until(slider.isEnabled)
    draw = np.random.default_rng(5).standard_normal(256).astype(np.float32)
    window.controls["style"].latent_alone.set_latent(draw, "drawn")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    until(lambda: window.studio.source == "latent")
    compare(window)
    control = window.controls["style"].latent_alone
    half, reference = (
        decoded_loop(r.run({"latent": control.latent[None]})["motion"][0])
        for r in runners("stylevae_decoder", network_assets)
    )
    mm = 1e3 * np.linalg.norm(half.astype(float) - reference, axis=-1)
    errors = window.truth.reading.errors
    np.testing.assert_allclose(errors.mm, mm, rtol=0.02, atol=1e-3)
    assert mm.max() > 0.02
    for frame in (0, 41):
        window.transport.seek_frame(frame)
        np.testing.assert_allclose(colors(window), painted(errors.mm[frame]), atol=1e-6)
    row, joint = np.unravel_index(mm.argmax(), mm.shape)
    assert window.status.truth.text.split()[0] == JOINTS[joint]
    assert float(window.status.truth.text.split()[1]) == pytest.approx(mm.max(), rel=0.02)
    window.actions_["truth.worst"].trigger()
    assert window.transport.frame == row


def test_a_clip_goes_through_encoder_and_decoder_of_both(
    window: MainWindow, network_assets: Path
) -> None:
    compare(window)
    window.transport.seek(1.5)
    until(lambda: compared(window))
    motion = window.studio.motion
    start = 45 - 30
    rows = motion.features[start : start + 60].reshape(1, -1)
    encoders = runners("stylevae_encoder", network_assets)
    decoders = runners("stylevae_decoder", network_assets)
    half, reference = (
        decoded_loop(decoder.run({"latent": encoder.run({"motion": rows})["mu"]})["motion"][0])
        for encoder, decoder in zip(encoders, decoders, strict=True)
    )
    mm = 1e3 * np.linalg.norm(half.astype(float) - reference, axis=-1)
    errors = window.truth.reading.errors
    np.testing.assert_allclose(errors.mm, mm, rtol=0.05, atol=2e-3)
    np.testing.assert_allclose(colors(window), painted(errors.mm[30]), atol=1e-6)
    assert set(window.truth.reading.models) == {"deepphase", "stylevae_encoder", "stylevae_decoder"}
    for found in window.truth.reading.models.values():
        assert 1e-5 < found.relative < 2e-2 and found.reference_s > 0


def test_the_phase_of_the_frame_is_compared(window: MainWindow, network_assets: Path) -> None:
    compare(window)
    window.transport.seek_frame(77)
    settle(window)
    frame = window.studio.motion.phase_frames[77:78]
    (hx, hy), (rx, ry) = (
        r.run({"frame": frame})["phase"][0] for r in runners("deepphase", network_assets)
    )
    phase = window.truth.reading.phase
    assert (phase.x, phase.y) == pytest.approx((hx - rx, hy - ry), rel=0.02, abs=1e-6)
    turn = np.degrees(np.angle((hx + 1j * hy) / (rx + 1j * ry)))
    assert phase.turn == pytest.approx(turn, rel=0.02, abs=1e-5)
    panel = window.docks["performance"].widget()
    shown = panel.truth.facts["Phase x, y"].text.split(", ")
    assert [float(text) for text in shown] == pytest.approx([phase.x, phase.y], rel=0.5)
    assert float(panel.truth.facts["Phase angle"].text[:-1]) == pytest.approx(phase.turn, rel=0.5)
    assert panel.errors["deepphase"].text.startswith("error ")


def test_off_it_costs_nothing_and_leaves_no_colour(window: MainWindow) -> None:
    own = mannequin(window.studio.figure.positions[0], DARK.figure).data[:, 12:15]
    np.testing.assert_array_equal(colors(window), own)
    compare(window)
    assert not np.array_equal(colors(window), own)
    window.actions_["truth.mode"].trigger()
    settle(window)
    np.testing.assert_array_equal(colors(window), own)
    assert window.truth.reading is None and not window.status.truth.isVisible()
    before = window.bridge.stats().models["stylevae_encoder"].count
    window.transport.seek_frame(20)
    settle(window)
    assert window.bridge.stats().models["stylevae_encoder"].count == before


def test_playing_it_follows_every_frame_without_pictures_of_its_own(
    window: MainWindow, clock: FakeClock
) -> None:
    compare(window)
    window.transport.seek(1.0)
    until(lambda: compared(window))
    settle(window)
    seen: list[float] = []
    window.transport.play()
    for _ in range(30):
        clock.advance(1 / 60)
        window.transport.tick()
        scene = window.studio.scene
        until(lambda: compared(window))
        settle(window)
        assert window.studio.scene is scene
        seen.append(window.truth.reading.errors.start_s)
    assert len(set(seen)) > 5 and seen == sorted(seen)
    assert window.transport.late_frames == 0


def test_each_source_is_compared_as_it_comes_on_stage(window: MainWindow) -> None:
    compare(window)
    on_clip = window.truth.reading.errors
    window.actions_["latent.random"].trigger()
    until(lambda: window.studio.source == "latent")
    errors = [on_clip]
    for _ in range(3):
        until(lambda: window.truth.reading.errors not in (None, errors[-1]))
        settle(window)
        errors.append(window.truth.reading.errors)
        np.testing.assert_allclose(colors(window), painted(errors[-1].mm[0]), atol=1e-6)
        window.actions_["stage.swap"].trigger()
        assert window.truth.reading.errors is None


def test_it_is_remembered(window: MainWindow, open_window: Opener) -> None:
    compare(window)
    window.close()
    again = open_window(ENGINE)
    assert again.actions_["truth.mode"].isChecked()
    assert again.status.truth.isVisible()
    assert again.truth.reading.headline == "nothing to compare"


def test_the_reference_itself_is_named_as_such(window: MainWindow) -> None:
    compare(window)
    window.actions_["engine.numpy"].trigger()
    until(lambda: window.truth.reading.headline == "numpy is the reference engine")
    settle(window)
    assert window.truth.reading.errors.worst_mm == 0
    np.testing.assert_allclose(colors(window), painted(np.zeros(22)), atol=1e-6)


def test_full_precision_stays_below_the_scale_and_is_painted_over_the_half(
    window: MainWindow,
) -> None:
    own = colors(window)
    compare(window)
    bare: list[bool] = []
    window.studio.scene_changed.connect(lambda _: bare.append(np.array_equal(colors(window), own)))
    window.actions_["engine.mojo"].trigger()
    until(lambda: window.bridge.engine == "mojo")
    until(lambda: window.truth.reading.headline == "all within 0.01 mm")
    assert 0 < window.truth.reading.errors.worst_mm < 0.01
    assert bare and not any(bare)


def test_a_rig_that_is_not_human_says_why_there_is_nothing(window: MainWindow, snake: Path) -> None:
    compare(window)
    open_file(window, snake)
    assert window.truth.reading.headline == "not a human rig"
    assert not window.actions_["truth.worst"].isEnabled()


def test_the_scale_is_on_the_stage_where_it_fits(window: MainWindow) -> None:
    legend = next(c for c in window.stage_view.stage.children() if hasattr(c, "show_reading"))
    assert not legend.isVisible()
    compare(window)
    assert legend.isVisible()
    assert window.stage_view.stage.rect().contains(legend.geometry())
    picture = legend.grab().toImage()
    hot = picture.pixelColor(picture.width() - 4, 26)
    expected = np.array(DARK.heat[-1])
    np.testing.assert_allclose([hot.redF(), hot.greenF(), hot.blueF()], expected, atol=0.1)
    window.resize(1000, 420)
    settle(window)
    assert not legend.isVisible() or window.stage_view.stage.rect().contains(legend.geometry())
