"""The button for sort order and grouping."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRect, QSize, Signal
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets.menu import Menu
from kling_desktop.ui.widgets.paint import LEFT, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable

SORTS: Mapping[ClipSort, str] = MappingProxyType(
    {
        ClipSort.NEWEST: "Newest",
        ClipSort.OLDEST: "Oldest",
        ClipSort.RATING: "Best rated",
        ClipSort.LENGTH: "Longest",
        ClipSort.PRICE: "Most expensive",
    }
)
GROUPS: Mapping[ClipGrouping, str] = MappingProxyType(
    {ClipGrouping.DAY: "By day", ClipGrouping.PRESET: "By preset", ClipGrouping.NONE: "Not grouped"}
)


class SortButton(Pressable):
    """Shows the sort order; a click offers the others, and the groupings. Emits `chosen(Query)`, the query in another
    order.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", RADIUS.CONTROL, parent)
        self._query = ClipQuery()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("Sort and group the clips")
        self.clicked.connect(self._offer)
        self.show_query(ClipQuery())

    def show_query(self, query: ClipQuery) -> None:
        """Show the sort order of that query."""
        self._query = query
        self.setText(SORTS[query.sort])
        self.setAccessibleName(f"Sorted: {SORTS[query.sort]}. {GROUPS[query.group]}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._theme.font(), self.text()) + SPACE.S + self._theme.px(28), self._theme.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, hovered = self._theme.tokens, self.underMouse()
        with QPainter(self) as painter:
            if hovered:
                box(painter, self.rect(), RADIUS.CONTROL, tokens.pressed if self.isDown() else tokens.hover)
            words = QRect(SPACE.S, 0, self.width() - self._theme.px(28), self.height())
            one_line(painter, words, LEFT, self.text(), self._theme.font(), tokens.text if hovered else tokens.text2)
            size = self._theme.px(16)
            draw_icon(painter, "chevron-down", QPointF(self.width() - size, self.height() / 2), tokens.text2, size)

    def _offer(self) -> None:
        menu = Menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        sorts, groups = QActionGroup(menu), QActionGroup(menu)
        for sort, words in SORTS.items():
            self._add(menu, sorts, words, replace(self._query, sort=sort))
        menu.addSeparator()
        for group, words in GROUPS.items():
            self._add(menu, groups, words, replace(self._query, group=group))
        menu.open_below(self)

    def _add(self, menu: Menu, among: QActionGroup, words: str, query: ClipQuery) -> None:
        action = menu.addAction(words, lambda: self._choose(query))
        action.setCheckable(True)
        action.setChecked(query == self._query)
        among.addAction(action)

    def _choose(self, query: ClipQuery) -> None:
        if query != self._query:
            self.show_query(query)
            self.chosen.emit(query)
