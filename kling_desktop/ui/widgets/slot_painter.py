"""How a media slot looks in each state."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPixmap

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme, Tokens
from kling_desktop.ui.widgets.paint import (
    CENTRE,
    LEFT,
    SHUT_OPACITY,
    WRAPPED,
    box,
    contain,
    cover,
    draw_icon,
    one_line,
    rounded_path,
    text_width,
)
from kling_desktop.ui.widgets.slot_view import DropAnswer, SlotState, SlotView

_PARKED_OPACITY: Final = 0.38
_TAGGED: Final = (SlotState.FILLED, SlotState.ID_ONLY, SlotState.PROBLEM)
_BENEATH_OPACITY: Final = 0.22
_PARKED_COLOUR: Final = 0.2


@dataclass(frozen=True, slots=True)
class SlotLook:
    """Everything that decides how a slot looks, besides the theme."""

    view: SlotView
    size: QSize
    icon: str
    answer: DropAnswer | None
    drag_over: bool
    hovered: bool
    tag_hovered: bool = False

    @property
    def mini(self) -> bool:
        """Too small for sentences: an icon stands for them, and the tooltip has the text."""
        return self.size.width() < 120 or self.size.height() < 76


class SlotPainter:
    """Paints slots; keeps the scaled picture between paints."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._scaled: tuple[tuple[object, ...], QPixmap] | None = None

    def paint(self, painter: QPainter, look: SlotLook) -> None:
        """Paint `look` at the origin of `painter`."""
        tokens = self._theme.tokens
        area = QRect(0, 0, look.size.width(), look.size.height())
        if look.answer is not None:
            self._paint_answer(painter, area, look, look.answer)
            return
        match look.view.state:
            case SlotState.EMPTY:
                line = tokens.bad if look.view.refused else tokens.text3 if look.hovered else tokens.line_strong
                box(painter, area, RADIUS.SLOT, tokens.field, line, dashed=True)
                ink = tokens.text2 if look.hovered else tokens.text3
                self._paint_words(painter, area, look, look.icon, ink)
                self._paint_number(painter, look.view.badge, ink)
            case SlotState.SHUT:
                painter.setOpacity(0.75)
                box(painter, area, RADIUS.SLOT, tokens.field, tokens.line_strong, dashed=True)
                painter.setOpacity(SHUT_OPACITY if look.mini or look.view.quiet else 1)
                self._paint_words(painter, area, look, look.icon, tokens.text3)
                painter.setOpacity(1)
            case SlotState.ID_ONLY if look.view.picture is None:
                box(painter, area, RADIUS.SLOT, tokens.field, tokens.line_strong)
                self._paint_id(painter, area, look)
                self._paint_captions(painter, area, look)
                self._paint_badges(painter, look.view)
            case _:
                self._paint_filled(painter, area, look)

    def tag_area(self, look: SlotLook) -> QRect:
        """Where the tag is; empty when there is none."""
        view = look.view
        if not view.tag or look.answer is not None or view.state not in _TAGGED:
            return QRect()
        px = self._theme.px
        width = text_width(self._theme.font(SIZE.CAPTION), view.tag) + (px(12) if view.proven else 0)
        if look.mini:
            width = min(width + 6, look.size.width() - 4)
            return QRect((look.size.width() - width) // 2, look.size.height() - 4 - px(15), width, px(15))
        width = min(width, look.size.width() - 20)
        return QRect(look.size.width() - 15 - width, look.size.height() - 6 - px(16), width + 10, px(16))

    def _paint_answer(self, painter: QPainter, area: QRect, look: SlotLook, answer: DropAnswer) -> None:
        tokens = self._theme.tokens
        box(painter, area, RADIUS.SLOT, tokens.field)
        if look.view.picture is not None:
            painter.save()
            painter.setClipPath(rounded_path(area, RADIUS.SLOT))
            painter.setOpacity(_BENEATH_OPACITY)
            painter.drawPixmap(0, 0, self._picture(look.view.picture, look, painter.device().devicePixelRatioF()))
            painter.restore()
        if answer.accepted and look.drag_over:
            box(painter, area, RADIUS.SLOT, tokens.accent_soft, tokens.accent, 2)
        elif answer.accepted:
            box(painter, area, RADIUS.SLOT, tokens.accent_soft, tokens.accent, dashed=True)
        else:
            box(painter, area, RADIUS.SLOT, None, tokens.bad if look.drag_over else tokens.line_strong, dashed=True)
        if look.mini:
            icon, colour = ("plus", tokens.accent) if answer.accepted else ("close", tokens.text3)
            centre = QPointF(area.center()) + QPointF(0.5, 0.5)
            draw_icon(painter, icon, centre - QPointF(0, 8 if answer.short else 0), colour)
            ink = tokens.text if answer.accepted else tokens.text2
            words = area.adjusted(3, area.height() // 2 + 4, -3, -6)
            one_line(painter, words, CENTRE, answer.short, self._theme.font(SIZE.CAPTION), ink)
        else:
            self._sentence(painter, area, answer.sentence, tokens.text if answer.accepted else tokens.text2)

    def _paint_words(self, painter: QPainter, area: QRect, look: SlotLook, icon: str, colour: QColor) -> None:
        centre = QPointF(area.width() / 2, area.height() / 2)
        if look.mini or look.view.quiet:
            draw_icon(painter, icon, centre, colour)
        elif look.view.state is SlotState.EMPTY and area.height() >= self._theme.px(96):
            draw_icon(painter, icon, centre - QPointF(0, self._theme.px(20)), colour)
            self._sentence(painter, area.adjusted(0, self._theme.px(22), 0, 0), look.view.text, colour)
        else:
            self._sentence(painter, area, look.view.text, colour)

    def _paint_id(self, painter: QPainter, area: QRect, look: SlotLook) -> None:
        tokens = self._theme.tokens
        middle = area.height() // 2
        if look.mini:
            px = self._theme.px
            draw_icon(painter, "key", QPointF(area.width() / 2 + 8, middle - px(18)), tokens.text3, px(14))
            inside = QRect(4, middle - px(7), area.width() - 8, px(15))
            one_line(painter, inside, CENTRE, look.view.text, self._theme.font(SIZE.CAPTION), tokens.text2)
            return
        small = self._theme.font(SIZE.CAPTION)
        high = self._theme.px(15)
        row = QRect(8, middle - high, area.width() - 16, high)
        one_line(painter, row, CENTRE, look.view.text, self._theme.font(SIZE.CAPTION, WEIGHT.MEDIUM), tokens.text2)
        one_line(painter, row.translated(0, high + 1), CENTRE, "No preview for this ID", small, tokens.text3)

    def _paint_filled(self, painter: QPainter, area: QRect, look: SlotLook) -> None:
        tokens, view = self._theme.tokens, look.view
        parked = view.state is SlotState.PARKED
        box(painter, area, RADIUS.SLOT, tokens.field)
        painter.save()
        painter.setClipPath(rounded_path(area, RADIUS.SLOT))
        if view.picture is not None:
            painter.setOpacity(_PARKED_OPACITY if parked or view.state is SlotState.BUSY else 1)
            painter.drawPixmap(0, 0, self._picture(view.picture, look, painter.device().devicePixelRatioF()))
            painter.setOpacity(1)
        if view.state is SlotState.BUSY:
            px = self._theme.px
            draw_icon(painter, "clock", QPointF(area.width() / 2, area.height() / 2 - px(8)), tokens.busy, px(18))
            words = QRect(4, area.height() // 2 + px(4), area.width() - 8, px(16))
            one_line(painter, words, CENTRE, view.text, self._theme.font(SIZE.CAPTION), tokens.text2)
        elif view.picture is None and not (look.mini and view.state is SlotState.PROBLEM):
            # The slot holds something, though its picture isn't available: no "+", which would ask for media.
            icon = "image" if look.icon == "plus" else look.icon
            draw_icon(painter, icon, QPointF(area.width() / 2, area.height() / 2), tokens.text3)
        if not parked:
            self._paint_captions(painter, area, look)
        painter.restore()
        # A hairline inside the picture's edge separates dark pictures from a dark pane.
        is_bad = view.state is SlotState.PROBLEM or view.refused
        line = tokens.bad if is_bad else tokens.line_strong if look.hovered else tokens.line
        box(painter, area, RADIUS.SLOT, None, line, 1.5 if is_bad else 1, dashed=parked)
        self._paint_badges(painter, look.view)

    def _paint_captions(self, painter: QPainter, area: QRect, look: SlotLook) -> None:
        tokens, view = self._theme.tokens, look.view
        small = self._theme.font(SIZE.CAPTION)
        px = self._theme.px
        row = QRect(8, area.height() - 6 - px(16), area.width() - 16, px(16))
        uploading = view.state is SlotState.UPLOADING
        caption = view.caption
        if uploading:
            percent = "" if view.percent is None else f"{view.percent} %"
            caption = percent if look.mini else f"Uploading {percent}"
        ink, plate = tokens.text2, tokens.raised
        if view.picture is not None:
            ink, plate = tokens.on_picture, tokens.shade
            if view.whole and caption:
                # A shade would also cover what is beside the picture.
                width = min(row.width(), text_width(small, caption))
                box(painter, row.adjusted(-4, 0, 4 + width - row.width(), 0), RADIUS.TAG, plate)
            elif (caption or view.tag) and not (look.mini and not caption):
                _paint_shade(painter, area, tokens)
        if view.tag:
            tag = self.tag_area(look)
            edge = tokens.text3 if look.tag_hovered else tokens.line if view.picture is None else None
            box(painter, tag, RADIUS.TAG, plate, edge)
            words = QRect(tag)
            if view.proven:
                draw_icon(painter, "check", QPointF(tag.right() - px(8), tag.center().y() + 0.5), ink, px(12))
                words.setRight(tag.right() - px(11))
            one_line(painter, words, CENTRE, view.tag, self._theme.font(SIZE.CAPTION), ink)
            row.setRight(tag.left() - 6)
        if caption and (not look.mini or text_width(small, caption) <= row.width()):
            one_line(painter, row, LEFT, caption, small, ink)
        if uploading:
            bar = QRectF(0, area.height() - 3, area.width(), 3)
            painter.fillRect(bar, tokens.line if view.picture is None else tokens.shade)
            busy = tokens.busy if view.picture is None else tokens.busy_on_picture
            painter.fillRect(QRectF(0, bar.top(), area.width() * (view.percent or 0) / 100, 3), busy)

    def _paint_badges(self, painter: QPainter, view: SlotView) -> None:
        tokens = self._theme.tokens
        left = 6
        if view.badge:
            font = self._theme.font(SIZE.CAPTION, WEIGHT.STRONG)
            high = self._theme.px(16)
            badge = QRect(left, 6, max(high, text_width(font, view.badge) + 9), high)
            box(painter, badge, RADIUS.TAG, tokens.shade)
            one_line(painter, badge, CENTRE, view.badge, font, tokens.on_picture)
            left = badge.right() + 5
        if view.state is SlotState.PROBLEM:
            side = self._theme.px(20)
            box(painter, QRect(left, 6, side, side), RADIUS.TAG, tokens.shade)
            middle = QPointF(left + side / 2, 5.5 + side / 2)
            draw_icon(painter, "warning", middle, tokens.on_picture, self._theme.px(14))

    def _paint_number(self, painter: QPainter, number: str, colour: QColor) -> None:
        """How the prompt will call what comes into an empty slot."""
        font = self._theme.font(SIZE.CAPTION, WEIGHT.STRONG)
        one_line(painter, QRect(8, 5, self._theme.px(24), self._theme.px(16)), LEFT, number, font, colour)

    def _sentence(self, painter: QPainter, area: QRect, text: str, colour: QColor) -> None:
        painter.setFont(self._theme.font(SIZE.CAPTION))
        painter.setPen(colour)
        painter.drawText(area.adjusted(10, 4, -10, -4), WRAPPED, text)

    def _picture(self, image: QImage, look: SlotLook, ratio: float) -> QPixmap:
        parked = look.view.state is SlotState.PARKED
        key = (image.cacheKey(), look.size.width(), look.size.height(), ratio, parked, look.view.whole)
        if self._scaled is None or self._scaled[0] != key:
            pixmap = (contain if look.view.whole else cover)(image, look.size, ratio)
            self._scaled = (key, _desaturated(pixmap) if parked else pixmap)
        return self._scaled[1]


def _paint_shade(painter: QPainter, area: QRect, tokens: Tokens) -> None:
    """A shade under captions, so that they are readable on any picture."""
    clear = QColor(tokens.shade)
    clear.setAlpha(0)
    top = max(0, area.height() - 44)
    fade = QLinearGradient(0, top, 0, area.height())
    fade.setColorAt(0, clear)
    fade.setColorAt(0.45, tokens.shade)
    painter.fillRect(QRect(0, top, area.width(), area.height() - top), fade)


def _desaturated(pixmap: QPixmap) -> QPixmap:
    grey = pixmap.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    # Without an alpha channel: where alpha drops below a colour, bright parts overflow into blotches.
    grey = grey.convertToFormat(QImage.Format.Format_RGB32)
    grey.setDevicePixelRatio(pixmap.devicePixelRatio())
    with QPainter(grey) as painter:
        painter.setOpacity(_PARKED_COLOUR)
        painter.drawPixmap(0, 0, pixmap)
    return QPixmap.fromImage(grey, Qt.ImageConversionFlag.AutoColor)
