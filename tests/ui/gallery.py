"""Draws every base widget in every state, dark and light: `python tests/ui/gallery.py out/gallery`.

Offscreen unless QT_QPA_PLATFORM says otherwise. For eyes, not for assertions.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.qt.icons import icon
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.theme import STYLE, FocusRing, Scheme, Theme, Tone
from kling_desktop.ui.widgets import (
    AspectTiles,
    Button,
    CardFrame,
    Chip,
    DropAnswer,
    Highlight,
    HighlightKind,
    IconButton,
    LinkButton,
    Message,
    MessageBar,
    Meter,
    Option,
    PrimaryButton,
    PromptEdit,
    Segmented,
    SlotFrame,
    SlotState,
    SlotView,
    StatusDot,
    Tag,
    Tile,
    label,
)
from tests.support.drag_events import send_drag

if TYPE_CHECKING:
    from collections.abc import Callable

Rings = list[tuple[QWidget, int]]
WAYS = ("Text", "Start", "Start + end", "References", "Edit video")
PROMPT = (
    "Slow push-in on the cat under the window while rain begins; she turns her head toward the light. "
    "Hold the framing of the first shot, soft tungsten key, shallow focus."
)


def picture(top: str, middle: str, low: str, dark: str, width: int = 640, height: int = 400) -> QImage:
    """A landscape at dusk, for want of a photograph."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    sky = QLinearGradient(0, 0, width * 0.3, height)
    for at, colour in ((0.0, top), (0.75, middle), (1.0, low)):
        sky.setColorAt(at, QColor(colour))
    hills = QPainterPath(QPointF(0, height * 0.77))
    for x, y in ((0.22, 0.48), (0.37, 0.66), (0.55, 0.33), (0.75, 0.68), (0.84, 0.57), (1, 0.77), (1, 1), (0, 1)):
        hills.lineTo(width * x, height * y)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(image.rect(), QBrush(sky))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(low))
        painter.drawEllipse(QRectF(width * 0.66, height * 0.24, height * 0.24, height * 0.24))
        painter.setBrush(QColor(dark))
        painter.drawPath(hills)
    return image


def accepts(_data: QMimeData) -> DropAnswer:
    return DropAnswer(True, "Use as start frame")


def titled(title: str, widget: QWidget, below: QWidget | None = None) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addWidget(label(title.upper(), "overline"))
    column.addWidget(widget)
    if below is not None:
        column.addWidget(below)
    column.addStretch()
    return cell


def line(*widgets: QWidget | None, gap: int = 8) -> QWidget:
    """Side by side; None stretches."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(gap)
    for widget in widgets:
        if widget is None:
            row.addStretch()
        else:
            row.addWidget(widget)
    return made


def slot(theme: Theme, view: SlotView, size: tuple[int, int] = (216, 135), icon_name: str = "image") -> SlotFrame:
    made = SlotFrame(theme, "Start frame", accepts, icon=icon_name)
    made.setFixedSize(*size)
    made.show_view(view)
    return made


def slots(theme: Theme, rings: Rings) -> QWidget:
    night = picture("#0f2027", "#2c5364", "#9fd3e0", "#081217")
    green = picture("#20301f", "#6e8b3d", "#e8e3a7", "#0e170d")
    violet = picture("#2b1d4f", "#7f5af0", "#ffd6e8", "#120b24")
    sand = picture("#40241a", "#d97941", "#ffe3b8", "#1d0f0a")
    snow = picture("#ffffff", "#f4f4f4", "#eeeeee", "#dddddd")
    over, lit, refusing = (slot(theme, SlotView(SlotState.EMPTY)) for _ in range(3))
    data = QMimeData()
    send_drag(over, data)
    lit.show_answer(DropAnswer(True, "Drop here for the start frame"))
    refusing.show_answer(DropAnswer(False, "Not with references: frames and references can't be combined"))
    focused = slot(theme, SlotView(SlotState.FILLED, picture=green, caption="1920 × 1080", tag="UPLOADED"))
    rings.append((focused, 8))
    parked = slot(theme, SlotView(SlotState.PARKED, "Not with frames", violet))
    bad = slot(theme, SlotView(SlotState.PROBLEM, "Too small: 240 × 180", sand, "240 × 180", "UPLOADED"))
    cells = [
        titled("Empty", slot(theme, SlotView(SlotState.EMPTY, "Drop an image or an ID\nor browse"))),
        titled("File over it", over),
        titled("File somewhere", lit),
        titled("File refused", refusing),
        titled("Uploading", slot(theme, SlotView(SlotState.UPLOADING, picture=night, percent=62))),
        titled("Filled, focused", focused),
        titled("Shut, with its reason", slot(theme, SlotView(SlotState.SHUT, "Add a start frame first"))),
        titled(
            "Parked",
            parked,
            line(label("Not with frames", "secondary"), None, LinkButton(theme, "Use instead")),
        ),
        titled("Problem", bad, line(label("Too small: 240 × 180", "problem"), None, LinkButton(theme, "Replace"))),
        titled("ID, not proven", slot(theme, SlotView(SlotState.ID_ONLY, "1f197fd2-30f6-…", tag="UPLOADED"))),
        titled(
            "On white",
            slot(theme, SlotView(SlotState.FILLED, picture=snow, caption="1440 × 1440", tag="GENERATED", badge="1")),
        ),
        titled("No picture yet", slot(theme, SlotView(SlotState.FILLED, caption="1920 × 1080", tag="UPLOADED"))),
    ]
    sheet = QWidget()
    grid = QGridLayout(sheet)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(16)
    for at, cell in enumerate(cells):
        grid.addWidget(cell, at // 6, at % 6)
    mini = (
        SlotView(SlotState.EMPTY, "Drop an image"),
        SlotView(SlotState.FILLED, picture=green, caption="1:1", badge="1", removable=True),
        SlotView(SlotState.UPLOADING, picture=night, percent=62, badge="2"),
        SlotView(SlotState.SHUT, "Not with frames"),
        SlotView(SlotState.PARKED, "Not with frames", violet),
        SlotView(SlotState.PROBLEM, "Too small", sand, badge="3"),
        SlotView(SlotState.ID_ONLY, "1f197fd2…"),
    )
    filled = SlotView(SlotState.FILLED, picture=green, caption="1920 × 1080", tag="UPLOADED", removable=True)
    focused_too = slot(theme, filled)
    focused_too.setObjectName("keyboard")
    grid.addWidget(titled("Has the keyboard", focused_too), 2, 0)
    for side in (68, 86):
        at = grid.rowCount()
        row = line(*(slot(theme, view, (side, side), "plus") for view in mini), None, gap=12)
        grid.addWidget(titled(f"Mini, {side} px", row), at, 0, 1, 6)
    return sheet


def job(theme: Theme, tone: Tone, word: str, text: str, *foot: QWidget | None, share: float | None = None) -> CardFrame:
    card = CardFrame(theme)
    card.setFixedSize(216, 162)
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(8)
    column.addWidget(StatusDot(theme, tone, word))
    column.addWidget(label(text, "secondary", wraps=True))
    column.addStretch()
    column.addWidget(line(*foot, gap=6))
    if share is not None:
        meter = Meter(theme, "Elapsed")
        meter.show_share(share)
        column.addWidget(meter)
    return card


def jobs(theme: Theme) -> QWidget:
    times = (label("1:12", "secondary"), None, label("usually 2:40", "secondary"))
    return line(
        job(theme, Tone.BUSY, "Generating", PROMPT[:57] + "…", *times, share=0.45),
        job(
            theme,
            Tone.ODD,
            "Outcome unknown",
            "The connection broke after sending. Two clips at Leonardo could be this one.",
            Button(theme, "Choose…"),
            Button(theme, "Send again…"),
            None,
        ),
        job(
            theme,
            Tone.BAD,
            "Refused · not charged",
            "“prompt_enhance must be one of: OFF”. This model takes no prompt enhancement.",
            Button(theme, "Send without seed"),
            Button(theme, "Details"),
            None,
        ),
        job(theme, Tone.IDLE, "Sending in 2 s", "Neon alley, handheld, steam rising past the sign, take 2 of 3",
            Button(theme, "Undo"), Button(theme, "Send now"), None),
        None,
        gap=20,
    )  # fmt: skip


def buttons(theme: Theme, rings: Rings) -> QWidget:
    ready = PrimaryButton(theme, "Generate 3 takes", "Ctrl ⏎")
    shut = PrimaryButton(theme, "Generate")
    shut.show_blocked("Write a prompt first")
    wordy = PrimaryButton(theme, "Generate")
    wordy.show_blocked("The end frame needs a start frame: add one, or use the picture as a start frame")
    focused = Button(theme, "Focused")
    rings.append((focused, 6))
    ringed = PrimaryButton(theme, "Generate", "Ctrl ⏎")
    rings.append((ringed, 8))
    off = Button(theme, "Shut")
    off.setEnabled(False)
    off_icon = IconButton(theme, "redo", "Redo")
    off_icon.setEnabled(False)
    loop = IconButton(theme, "loop", "Loop", checkable=True)
    loop.setChecked(True)
    for button in (ready, shut, wordy, ringed):
        button.setFixedWidth(330)
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(16)
    column.addWidget(line(ready, shut, wordy, ringed, None, gap=16))
    column.addWidget(
        line(
            Button(theme, "Choose…"), focused, off,
            Button(theme, "Add images", icon="plus", tall=True), Button(theme, "Tall", tall=True),
            IconButton(theme, "undo", "Undo"), off_icon, IconButton(theme, "more", "More"), loop,
            IconButton(theme, "play", "Play", strong=True), IconButton(theme, "close", "Close", side=24, plain=True),
            LinkButton(theme, "Use references instead"),
            Chip(theme, "16:9", on=True), Chip(theme, "1:1"), Tag(theme, "SANDBOX", loud=True), Tag(theme, "UPLOADED"),
            StatusDot(theme, Tone.OK, "Stored", strong=False), None,
        )
    )  # fmt: skip
    return made


def fields(theme: Theme, rings: Rings) -> QWidget:
    ways = Segmented(theme, "Way", [Option(way, way, way != "Edit video", "Needs a base video") for way in WAYS])
    ways.show_chosen("Start + end")
    length = Segmented(theme, "Duration", [Option(5, "5 s"), Option(10, "10 s")])
    length.show_chosen(10)
    rings.append((length, 8))
    length.setFixedWidth(140)
    tiles = AspectTiles(
        theme,
        "Aspect",
        [
            Tile("wide", "16:9", caption="1920×1080", width=16, height=9),
            Tile("square", "1:1", caption="1440×1440"),
            Tile("tall", "9:16", caption="1080×1920", width=9, height=16),
        ],
    )
    tiles.show_chosen("wide")
    prompt = PromptEdit(theme, 1500)
    prompt.set_text(PROMPT)
    rings.append((prompt, 8))
    over = PromptEdit(
        theme,
        120,
        marks_in=lambda _: (Highlight(0, 7, HighlightKind.MENTION), Highlight(19, 26, HighlightKind.DANGLING)),
    )
    over.set_text("@image1 walks past @image4. " + PROMPT)
    empty = PromptEdit(theme, 1500, "What happens, how the camera moves, what the light is like")
    for editor in (prompt, over, empty):
        editor.setFixedHeight(148)
    left, right = QWidget(), QWidget()
    for side, widgets in ((left, (ways, tiles, line(length, None))), (right, (prompt,))):
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch()
        side.setFixedWidth(376)
    over.setFixedWidth(300)
    empty.setFixedWidth(270)
    return line(left, right, over, empty, None, gap=16)


def native(theme: Theme) -> QWidget:
    search = QLineEdit()
    search.setPlaceholderText("Search prompts and notes")
    search.addAction(icon("search", theme.tokens.text3), QLineEdit.ActionPosition.LeadingPosition)
    box = QComboBox()
    box.addItems(["Studio North", "Studio South"])
    seed = QSpinBox()
    seed.setValue(42)
    tick = QCheckBox("Enhance the prompt")
    tick.setChecked(True)
    off = QCheckBox("Public")
    main = QPushButton("Keep")
    main.setDefault(True)
    return line(search, box, seed, tick, off, QPushButton("Cancel"), main, None)


def icons(theme: Theme) -> QWidget:
    names = sorted(path.stem for path in resource("icons").glob("*.svg"))
    return line(*(IconButton(theme, name, name, plain=True) for name in names), None, gap=2)


def sheet(theme: Theme) -> tuple[QWidget, Rings]:
    """The whole page, and the widgets on it that are to look focused, with the radius of their ring."""
    rings: Rings = []
    page = QWidget()
    page.setFixedWidth(1440)
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 24, 24, 80)
    column.setSpacing(12)
    parts: tuple[tuple[str, Callable[[], QWidget]], ...] = (
        ("Slot states", lambda: slots(theme, rings)),
        ("Jobs", lambda: jobs(theme)),
        ("Buttons, chips, marks", lambda: buttons(theme, rings)),
        ("Fields", lambda: fields(theme, rings)),
        ("Qt's own", lambda: native(theme)),
        ("Icons", lambda: icons(theme)),
    )
    for title, part in parts:
        column.addWidget(label(title, "title"))
        column.addWidget(part())
        column.addSpacing(8)
    bar = MessageBar(theme, page)
    bar.post(Message("The preset “Noir close-ups” was deleted.", Tone.OK, "Undo", lambda: None, seconds=0))
    return page, rings


def main(folder: Path) -> None:
    """Write `dark.png` and `light.png` into `folder`."""
    app = QApplication([*sys.argv[:1], *STYLE])
    folder.mkdir(parents=True, exist_ok=True)
    theme = Theme(app, "dark")
    schemes: tuple[Scheme, ...] = ("dark", "light")
    for scheme in schemes:
        theme.force(scheme)
        page, rings = sheet(theme)
        page.show()
        page.activateWindow()
        for keyboard in page.findChildren(SlotFrame, "keyboard"):
            keyboard.setFocus()
        app.processEvents()
        for widget, radius in rings:
            FocusRing(widget, radius, lambda: theme.tokens)
        app.processEvents()
        page.grab().save(str(folder / f"{scheme}.png"))
        page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/gallery"))
