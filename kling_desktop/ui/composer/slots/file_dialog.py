"""The file dialog for pictures."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from kling_desktop.ui.composer.media_input.drop_data import DroppedFiles
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import Place

_FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic *.heif);;All files (*)"


class FileChooser:
    """Starts in the user's pictures folder, then wherever the last file was."""

    def __init__(self, intake: MediaInput, host: QWidget) -> None:
        self._intake = intake
        self._host = host
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)

    def choose_for(self, place: Place) -> None:
        """Ask without blocking the window, and put what was chosen into `place`."""
        dialog = QFileDialog(self._host, f"{place.name}: choose a picture", self._folder, _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile if place.is_single else QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._take(place, [Path(name) for name in names]))
        dialog.open()

    def _take(self, place: Place, files: list[Path]) -> None:
        if files:
            self._folder = str(files[0].parent)
            self._intake.insert(place, DroppedFiles(tuple(files)))
