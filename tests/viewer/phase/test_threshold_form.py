"""Thresholds that are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from motion.phase.thresholds import Thresholds
from tests.viewer.panel_fixtures import heard
from viewer.phase.threshold_form import ThresholdForm


@pytest.fixture
def form(show: Callable[[QWidget], None]) -> ThresholdForm:
    made = ThresholdForm()
    show(made)
    made.show_thresholds(Thresholds())
    return made


def test_every_threshold_has_its_field(form: ThresholdForm) -> None:
    assert list(form.fields) == [field.name for field in fields(Thresholds)]
    values = {name: field.value() for name, field in form.fields.items()}
    assert values == pytest.approx(vars(Thresholds()))


def test_showing_them_says_nothing(form: ThresholdForm) -> None:
    edited = heard(form.edited)
    form.show_thresholds(Thresholds(jump=9, strike=0.0125))
    assert edited == [] and form.fields["strike"].text() == "0.0125 turns"


def test_what_is_typed_is_told_once_it_is_entered(form: ThresholdForm) -> None:
    edited, field = heard(form.edited), form.fields["jump"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "8.5")
    assert edited == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert edited == [("jump", 8.5)]


def test_a_problem_is_told(form: ThresholdForm) -> None:
    assert form.problem.isHidden()
    form.show_thresholds(Thresholds(), "The band is none.")
    assert form.problem.isVisible() and form.problem.text() == "The band is none."


def test_fields_go_below_their_words_where_there_is_no_room_beside(form: ThresholdForm) -> None:
    field = form.fields["frequency_window_s"]
    label = form.layout().labelForField(field)
    assert field.x() > label.geometry().right()
    form.resize(form.minimumSizeHint().width(), 900)
    QTest.qWait(20)
    assert field.y() > label.geometry().bottom()
    assert form.width() < label.width() + field.width()
