"""The places of the form with Kling O1."""

from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.ui.composer.media_input.place import all_places, reference_places

REFERENCES = reference_places(KLING_O1)
PLACES = all_places(KLING_O1)
