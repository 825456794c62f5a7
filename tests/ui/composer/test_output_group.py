"""Prompt, shape, length and the settings beyond."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QScrollArea, QWidget

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, Placeholder, StoredMedia
from kling_desktop.domain.request.models import Size
from kling_desktop.ui.composer.generate_bar import GenerateBar
from kling_desktop.ui.composer.length_slider import LengthSlider
from kling_desktop.ui.composer.more_group import MoreGroup
from kling_desktop.ui.composer.output_group import OutputGroup
from kling_desktop.ui.composer.slots.frames_group import FramesGroup
from kling_desktop.ui.composer.slots.notes import NoteList
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.composer.type_switch import TypeSwitch
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Button, IconButton
from kling_desktop.ui.widgets.choice_row import Cell
from kling_desktop.ui.widgets.menu import Menu
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, words

Open = Callable[..., FormDriver]


def _more(form: FormDriver) -> MoreGroup:
    return form.panel.findChildren(MoreGroup)[0]


def _button(form: FormDriver, name: str) -> IconButton:
    return next(button for button in form.panel.findChildren(IconButton) if button.accessibleName() == name)


def _seed(form: FormDriver) -> QLineEdit:
    return _more(form).findChildren(QLineEdit)[0]


def test_no_typed_text_is_lost(form: FormDriver) -> None:
    form.type("a cat")
    assert form.composer.draft.prompt == "a cat"
    form.press(Qt.Key.Key_Backspace)
    assert form.composer.draft.prompt == "a ca"


def test_the_prompt_follows_a_draft_from_elsewhere(form: FormDriver) -> None:
    form.composer.replace(Draft(prompt="from a preset"))
    assert form.prompt.text() == "from a preset"


def test_the_up_arrow_in_an_empty_prompt_recalls_earlier_ones(open_form: Open) -> None:
    form = open_form(earlier=("latest", "older\nof two lines", " ", "latest"))
    up, down = Qt.Key.Key_Up, Qt.Key.Key_Down
    seen = []
    for key in (down, up, up, up, down, down):
        form.press(key)
        seen.append(form.composer.draft.prompt)
    assert seen == ["", "latest", "older\nof two lines", "older\nof two lines", "latest", ""]
    form.press(up)
    form.type("!")
    form.press(up)
    assert form.composer.draft.prompt == "latest!"


def test_the_up_arrow_in_a_written_prompt_moves_the_cursor(open_form: Open) -> None:
    form = open_form(Draft(prompt="one\ntwo"), earlier=("earlier",))
    form.press(Qt.Key.Key_Up)
    form.type("x")
    assert form.composer.draft.prompt == "xone\ntwo"


def test_a_mention_without_its_reference_gets_a_warning(open_form: Open) -> None:
    form = open_form(Draft(prompt="@image1 and @image2", image_reference=(StoredMedia(IMAGE_ID, UPLOADED),)))
    assert form.said() == ["The prompt mentions @image2, but there is no reference 2"]
    (note,) = [note for notes in form.panel.findChildren(NoteList) for note in notes.notes]
    assert note.tone is Tone.ACCENT
    assert not form.generate.is_blocked


def test_a_paste_that_is_no_prompt_is_refused_with_a_reason(form: FormDriver) -> None:
    form.type("kept")
    data: QMimeData = words("x" * 2_000_000)
    form.prompt.insertFromMimeData(data)
    assert form.composer.draft.prompt == "kept"
    assert "Nothing was pasted" in form.said()[0]
    form.type("!")
    assert form.said() == []


def test_aspect_ratio_and_duration_are_chosen(form: FormDriver) -> None:
    output = form.panel.findChildren(OutputGroup)[0]
    form.click(output.aspect.cell(Size(1080, 1920)))
    form.click(output.duration.cell(10))
    assert (form.composer.draft.size, form.composer.draft.duration) == (Size(1080, 1920), 10)
    output.aspect.setFocus()
    form.press(Qt.Key.Key_Left)
    assert form.composer.draft.size == Size(1440, 1440)


def test_the_price_is_next_to_the_button_and_follows_the_duration(form: FormDriver) -> None:
    foot = form.panel.findChildren(GenerateBar)[0]
    told = [part.text() for part in foot.findChildren(QLabel) if part.isVisible()]
    assert told[:2] == ["about", "$0.755"]
    form.composer.edit(duration=10)
    assert "$1.51" in [part.text() for part in foot.findChildren(QLabel)]


def test_editing_says_that_the_duration_follows_the_video(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", video_reference_base=(StoredMedia(IMAGE_ID, GENERATED),)))
    told = [part.text() for part in form.panel.findChildren(OutputGroup)[0].findChildren(QLabel) if part.isVisible()]
    assert told == ["An edit keeps the length of its video"]


def test_settings_under_more_are_left_out_until_they_are_set(form: FormDriver) -> None:
    form.click(_button(form, "More settings"))
    more = _more(form)
    assert more.isVisible()
    assert [more.enhance.cell(value).text() for value in (None, "OFF")] == ["Leonardo decides", "Off"]
    assert [more.mode.cell(value).text() for value in (None, "RESOLUTION_1080")] == ["Leonardo decides", "1080p"]
    draft = form.composer.draft
    assert (draft.seed, draft.mode, draft.prompt_enhance, draft.public) == (None, None, None, False)
    form.click(more.mode.cell("RESOLUTION_1080"))
    form.click(more.enhance.cell("OFF"))
    draft = form.composer.draft
    assert (draft.mode, draft.prompt_enhance) == ("RESOLUTION_1080", "OFF")
    form.click(more.mode.cell(None))
    assert form.composer.draft.mode is None


def test_the_form_ends_with_the_generate_bar_even_while_it_scrolls(open_form: Open) -> None:
    form = open_form(height=560)
    form.click(_button(form, "More settings"))
    area = form.panel.findChildren(QScrollArea)[0]
    bar = area.verticalScrollBar()
    form.until(lambda: bar.maximum() > 0)

    def right(widget: QWidget) -> int:
        return widget.mapTo(form.panel, QPoint(widget.width(), 0)).x()

    more = _more(form)
    form.until(lambda: right(more) == right(form.generate))
    bar.setValue(bar.maximum())
    inside = area.viewport()
    assert inside.height() - more.mapTo(inside, QPoint(0, more.height())).y() == 8


def test_the_prompt_keeps_seven_lines_with_everything_open(open_form: Open) -> None:
    form = open_form()
    slots = [box.height() for box in form.panel.findChildren(SlotBox)]
    form.panel.show_above(_preset_line())
    form.click(_button(form, "More settings"))
    bar = form.panel.findChildren(QScrollArea)[0].verticalScrollBar()
    form.until(lambda: bar.maximum() > 0)
    assert form.prompt.height() >= form.prompt.height_of(7)
    assert [box.height() for box in form.panel.findChildren(SlotBox)] == slots
    assert form.generate.visibleRegion().boundingRect().size() == form.generate.size()


def test_the_prompt_grows_with_its_text_and_is_never_a_well(open_form: Open) -> None:
    form = open_form(height=2000)
    form.until(lambda: form.prompt.height() > form.prompt.height_of(7))
    empty = form.prompt.height()
    assert empty < 500
    form.composer.edit(prompt="\n".join(f"Line {number}" for number in range(40)))
    form.until(lambda: form.prompt.height() > empty)
    assert form.prompt.height() >= form.prompt.text_height
    form.composer.edit(prompt="")
    form.until(lambda: form.prompt.height() == empty)


def test_in_a_low_window_groups_move_closer_if_the_form_then_fits(open_form: Open) -> None:
    references = tuple(StoredMedia(f"{IMAGE_ID[:-1]}{nth}", UPLOADED) for nth in range(3))
    form = open_form(Draft(prompt="@image1 beside @image4", image_reference=references), height=648)
    form.panel.show_above(_preset_line())
    area = form.panel.findChildren(QScrollArea)[0]
    ways, prompt = form.panel.findChildren(TypeSwitch)[0], form.prompt

    def gap_above(widget: QWidget) -> int:
        return widget.mapTo(form.panel, QPoint(0, 0)).y() - ways.mapTo(form.panel, QPoint(0, ways.height())).y()

    frames = form.panel.findChildren(FramesGroup)[0]
    form.until(lambda: gap_above(frames) == 8)
    assert area.verticalScrollBar().maximum() == 0
    form.panel.resize(408, 826)
    form.until(lambda: gap_above(frames) == 12)
    assert prompt.height() > 100


def test_in_a_low_window_opening_more_scrolls_to_whole_groups(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)), height=626)
    form.panel.show_above(_preset_line())
    form.click(_button(form, "More settings"))
    area = form.panel.findChildren(QScrollArea)[0]
    bar, inside = area.verticalScrollBar(), area.viewport()
    form.until(lambda: 0 < bar.maximum() == bar.value())

    def reach(widget: QWidget) -> tuple[int, int]:
        return widget.mapTo(inside, QPoint(0, 0)).y(), widget.mapTo(inside, QPoint(0, widget.height())).y()

    def cut() -> list[object]:
        return [box.place for box in form.panel.findChildren(SlotBox) if reach(box)[0] < 0 < reach(box)[1]]

    assert (cut(), reach(form.prompt)[0] > 0, reach(_more(form))[1]) == ([], True, inside.height() - 8)
    for height in (560, 600, 626):
        form.panel.resize(408, height)
        form.until(lambda: 0 < bar.maximum() == bar.value() and not cut())
        assert reach(_more(form))[1] == inside.height() - 8
    form.panel.resize(408, 1000)
    form.until(lambda: bar.maximum() == 0)
    form.panel.resize(408, 626)
    form.until(lambda: 0 < bar.maximum() == bar.value() and not cut())
    form.click(_button(form, "More settings"))
    form.until(lambda: bar.maximum() == 0)


def _preset_line() -> QWidget:
    line = QWidget()
    line.setFixedHeight(32)
    return line


def test_a_seed_is_typed_randomized_and_left_out(form: FormDriver) -> None:
    seed = next(button for button in form.panel.findChildren(Button) if button.text() == "Seed  any")
    form.click(seed)
    assert _seed(form).hasFocus()
    assert not seed.isVisible()
    form.type("007a")
    assert form.composer.draft.seed == 7
    assert _seed(form).text() == "007"
    assert seed.text() == "Seed  7"
    form.click(_button(form, "Any number"))
    assert _seed(form).text() == str(form.composer.draft.seed) != "7"
    form.click(_button(form, "Leave the seed out"))
    assert form.composer.draft.seed is None
    assert _seed(form).text() == ""


def test_public_is_shown_at_generate(form: FormDriver) -> None:
    form.click(_button(form, "More settings"))
    public = next(box for box in form.panel.findChildren(QCheckBox) if "Everyone" in box.text())
    public.setFocus()
    form.press(Qt.Key.Key_Space)
    assert form.composer.draft.public
    foot = form.panel.findChildren(GenerateBar)[0]
    told = [part.text() for part in foot.findChildren(QLabel) if part.isVisible()]
    assert "PUBLIC" in told
    assert "Everyone can see this video" in told


def test_a_setting_that_only_a_paste_can_set_is_fixed_with_one_click(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", quantity=3, model="kling-9", seed=Placeholder("YOUR_SEED")))
    form.click(form.generate)
    assert _more(form).isVisible()
    form.click(form.link("Use Kling O1"))
    while form.generate.is_blocked:
        form.click(form.link("Leave it out"))
    assert form.composer.draft == Draft(prompt="x")


def test_an_unknown_parameter_is_named_while_it_is_sent(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", extra_parameters={"wobble": 0.3}, extra={"note": "hi"}))
    assert form.said() == ['Also sent: note = "hi"', "Also sent: wobble = 0.3"]
    form.type("y")
    form.click(form.link("Remove"))
    assert form.said() == ["Also sent: wobble = 0.3"]
    form.click(form.link("Remove"))
    assert (form.said(), form.composer.draft) == ([], Draft(prompt="xy"))
    form.composer.undo()
    assert form.said() == ["Also sent: wobble = 0.3"]


def test_many_unknown_parameters_are_removed_together(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", extra_parameters={"wobble": 0.3, "style": "noir", "steps": 4}))
    assert form.said() == ["Also sent: wobble, style, steps"]
    form.click(form.link("Remove all"))
    assert form.composer.draft == Draft(prompt="x")
    form.composer.undo()
    assert form.said() == ["Also sent: wobble, style, steps"]


def test_the_more_button_is_marked_for_settings_that_nobody_sees(form: FormDriver) -> None:
    more = _button(form, "More settings")
    bare = more.grab().toImage()
    form.composer.edit(seed=7)
    assert more.accessibleDescription() == ""
    form.composer.edit(mode="RESOLUTION_1080", public=True)
    assert more.accessibleDescription() == "Set there: resolution and show on Leonardo"
    assert more.grab().toImage() != bare
    form.click(more)
    assert more.accessibleDescription() == ""
    form.click(more)
    form.composer.undo()
    assert more.accessibleDescription() == ""
    assert more.grab().toImage() == bare


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_another_model_shows_what_it_offers_and_says_what_changed(open_form: Open) -> None:
    form = open_form(Draft(prompt="A fox", duration=10, seed=7))
    assert [action.text() for action in model_menu(form).actions()] == [
        "Kling O1\tabout $1.51",
        "Kling O3\tabout $3.349",
        "Kling 3.0\tabout $1.884",
        "Kling 3.0 Turbo\tabout $2.392",
        "Kling 2.6\tabout $1.806",
        "Kling 2.5 Turbo\tabout $0.703",
        "Kling 2.5 Turbo Standard\tabout $0.568",
    ]
    model_menu(form).actions()[2].trigger()
    assert form.composer.draft.model == "kling-3.0"
    assert "Kling 3.0 takes no seed. Yours is kept, but not sent" in texts(form)
    form.panel.findChildren(LengthSlider)[0].slider.setValue(15)
    sound = next(box for box in form.panel.findChildren(QCheckBox) if box.text() == "Sound")
    form.click(sound)
    assert (form.composer.draft.duration, form.composer.draft.sound) == (15, True)
    assert "price unknown" in texts(form), "nobody has seen the price of sound"
    form.click(next(cell for cell in form.panel.findChildren(Cell) if cell.text() == "4K"))
    assert form.composer.draft.size == Size(3840, 2160)


def model_menu(form: FormDriver) -> Menu:
    for menu in form.panel.findChildren(Menu):
        menu.close()
    form.click(form.panel.generate_bar.model)
    return next(menu for menu in form.panel.findChildren(Menu) if menu.isVisible())


def texts(form: FormDriver) -> list[str]:
    return [part.text() for part in form.panel.findChildren(QLabel) if part.isVisible()]
