import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import read_error
from kling_desktop.media.image.import_copy import file_to_send, import_image, import_image_bytes
from kling_desktop.media.image.validation import read_image_info


def picture_bytes(format: str = "PNG", colour: str = "teal") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (320, 320), colour).save(made, format)
    return made.getvalue()


def test_an_imported_image_survives_its_source(tmp_path: Path) -> None:
    source, folder = tmp_path / "holiday.jpeg", tmp_path / "kept"
    source.write_bytes(picture_bytes())
    kept = import_image(source, folder)
    source.unlink()
    assert kept.name == "holiday.jpeg"
    assert kept.path.name == f"{kept.sha256}.png"
    assert kept.sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest()
    assert kept.info == read_image_info(kept.path)


def test_the_same_image_is_imported_once(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(picture_bytes())
    first, second = (import_image(tmp_path / name, folder) for name in ("a.png", "b.png"))
    assert (first.path, first.sha256) == (second.path, second.sha256)
    assert [first.name, second.name] == ["a.png", "b.png"]
    assert len(list(folder.iterdir())) == 1


def test_a_damaged_copy_is_replaced(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(picture_bytes())
    kept = import_image(source, tmp_path / "kept")
    kept.path.write_bytes(b"broken")
    assert import_image(source, tmp_path / "kept").path.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("content", [b"", b"plain text", picture_bytes("GIF")[:90], picture_bytes()[:20]])
def test_a_file_that_is_no_image_is_not_imported(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(content)
    with pytest.raises(BadMedia, match=r"a\.png"):
        import_image(source, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_missing_file_and_a_folder_are_explained(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="no longer exists"):
        import_image(tmp_path / "gone.png", tmp_path / "kept")
    with pytest.raises(BadMedia, match="folder"):
        import_image(tmp_path, tmp_path / "kept")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(BadMedia, match="isn't a regular file"):
        import_image(tmp_path / "pipe.png", tmp_path / "kept")


def test_a_file_without_read_permission_is_explained() -> None:
    assert "permission to read" in str(read_error("a.png", PermissionError(13, "Permission denied")))
    assert "the disk reports a fault" in str(read_error("a.png", OSError(5, "Input/output error")))


@pytest.mark.parametrize(("format", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_image_data_from_a_browser_is_imported_unchanged(tmp_path: Path, format: str, ending: str) -> None:
    data = picture_bytes(format)
    kept = import_image_bytes(data, "Pasted picture", tmp_path)
    assert (kept.path, kept.name, kept.note) == (tmp_path / f"{kept.sha256}.{ending}", "Pasted picture", "")
    assert kept.path.read_bytes() == data


@pytest.mark.parametrize("data", [b"", b"<html>no picture</html>", picture_bytes()[:60], picture_bytes("BMP")[:999]])
def test_data_that_is_no_image_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadMedia, match="Pasted picture"):
        import_image_bytes(data, "Pasted picture", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_was_never_prepared_is_prepared_before_it_is_sent(tmp_path: Path) -> None:
    """Copies of earlier versions are transparent, or rotated by a note."""
    kept = import_image_bytes(picture_bytes(), "a", tmp_path).path
    assert file_to_send(kept, tmp_path / "fitted") == kept
    Image.new("RGBA", (320, 320), (200, 0, 0, 0)).save(tmp_path / "clear.png")
    glass = Image.new("RGBA", (320, 320), (200, 0, 0, 0))
    glass.paste((0, 0, 0, 255), (0, 0, 320, 160))
    glass.save(tmp_path / "glass.png")
    sent = file_to_send(tmp_path / "glass.png", tmp_path / "fitted")
    assert sent.parent == tmp_path / "fitted"
    with Image.open(sent) as image:
        assert (image.mode, image.getpixel((160, 300))) == ("RGB", (255, 255, 255))
    with pytest.raises(BadMedia, match="fully transparent"):
        file_to_send(tmp_path / "clear.png", tmp_path / "fitted")
    (tmp_path / "broken.png").write_bytes(picture_bytes()[:50])
    assert file_to_send(tmp_path / "broken.png", tmp_path / "fitted") == tmp_path / "broken.png"
