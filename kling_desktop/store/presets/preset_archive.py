"""Several presets with their images in one file: a zip of presets/*.json and media/SHA256.EXT.

Nothing that an archive says about itself is trusted: its names aren't used as paths, sizes are counted while reading,
and an image is accepted only if its hash matches its name.
"""

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from kling_desktop.atomic_file import atomic_path, write_atomic
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.filenames import preset_filename
from kling_desktop.domain.presets.file_format import MAX_FILE_LENGTH, write_preset
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import LocalImage, Media
from kling_desktop.domain.request.models import Slot
from kling_desktop.store.presets.preset_folder import decode_preset

MAX_ENTRIES = 50_000
MAX_IMAGE_BYTES = 64 * 2**20
MAX_BYTES = 2**30
"""How much any archive may contain; a larger archive may contain twice its own size, since images don't shrink."""
ImagePacker = Callable[[bytes, str], tuple[bytes, str]]
"""pack_image(content, name) returns an image that imports accept, and its extension. UserError if it isn't an image."""
_PRESET = re.compile(r"presets/[^/\\]{1,200}\.preset\.json")
_IMAGE = re.compile(r"media/([0-9a-f]{64})\.(png|jpg|jpeg|webp)")
_ADVICE = "Nothing was imported. Ask for the file again."
_CHUNK = 2**20
# Everything that Python's zipfile raises for damaged files; found by damaging thousands of them.
_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(RuntimeError, EOFError, ValueError, LookupError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class PresetArchive:
    """The verified content of an archive.

    Args:
        path: The file.
        presets: Those that can be used.
        images: What the presets call the images in it.
        problems: Messages about presets that can't be used.
    """

    path: Path
    presets: tuple[Preset, ...]
    images: frozenset[str] = frozenset()
    """What presets call those that are in it."""
    problems: tuple[str, ...] = ()


def write_archive(presets: Sequence[Preset], to: Path, pack_image: ImagePacker) -> tuple[str, ...]:
    """Export presets with their images. Raises OSError if the archive can't be written.

    Returns:
        The names of missing or unusable images; their presets are exported without them.
    """
    missing: list[str] = []
    with atomic_path(to) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, preset in enumerate(presets, 1):
            packed = _packed(preset, archive, pack_image, missing)
            archive.writestr(f"presets/{number:04} {preset_filename(preset.name)}.preset.json", write_preset(packed))
    return tuple(dict.fromkeys(missing))


def read_archive(path: Path) -> PresetArchive:
    """Read and verify an archive without writing anything. UserError if it can't be trusted or isn't one."""
    with _opened(path) as archive:
        entries = _verified_entries(archive)
        images = frozenset(name for name in entries if _IMAGE.fullmatch(name))
        presets: list[Preset] = []
        problems: list[str] = []
        for name in sorted(entries):
            if name in images:
                continue
            try:
                preset = decode_preset(_read_entry(archive, entries[name], 4 * MAX_FILE_LENGTH))
                presets.append(_without_outside_images(preset, images, problems))
            except UserError as error:
                problems.append(f"“{PurePath(name).name}” was skipped. {error.message}")
        if not presets:
            raise UserError(" ".join(["This file contains no presets that can be used.", *problems[:1]]), _ADVICE)
        return PresetArchive(path, _unique(presets), images, tuple(problems))


def extract_images(archive: PresetArchive, presets: Iterable[Preset], folder: Path) -> tuple[Preset, ...]:
    """Write the images of presets to a folder, named after their content, and return the presets with these paths.
    UserError if an image doesn't match its name.
    """
    if not archive.images:
        return tuple(presets)
    with _opened(archive.path) as opened:
        entries = _verified_entries(opened)

        def extracted(media: Media) -> Media:
            if not isinstance(media, LocalImage) or media.file not in archive.images:
                return media
            content = _read_entry(opened, entries[media.file], MAX_IMAGE_BYTES)
            name = PurePath(media.file).name
            if hashlib.sha256(content).hexdigest() != PurePath(name).stem:
                raise UserError("An image in this file is damaged.", _ADVICE)
            if (folder / name).exists():
                os.utime(folder / name)  # still in use, so the cleanup must not delete it
            else:
                write_atomic(folder / name, content)
            return replace(media, file=str(folder / name))

        return tuple(_with_media(preset, extracted) for preset in presets)


def _packed(preset: Preset, archive: zipfile.ZipFile, pack_image: ImagePacker, missing: list[str]) -> Preset:
    known = set(archive.namelist())

    def packed(media: Media) -> Media | None:
        if not isinstance(media, LocalImage):
            return media
        label = media.name or PurePath(media.file).name
        try:
            content, extension = pack_image(Path(media.file).read_bytes(), label)
        except (OSError, UserError):
            missing.append(label)
            return None
        name = f"media/{hashlib.sha256(content).hexdigest()}.{extension}"
        if name not in known:
            known.add(name)
            archive.writestr(zipfile.ZipInfo(name), content)  # images are compressed already
        return replace(media, file=name)

    return _with_media(preset, packed)


def _with_media(preset: Preset, change: Callable[[Media], Media | None]) -> Preset:
    draft = preset.draft
    for slot in Slot:
        changed = (change(media) for media in draft.media(slot))
        draft = draft.with_media(slot, tuple(media for media in changed if media is not None))
    return replace(preset, draft=draft)


def _without_outside_images(preset: Preset, images: frozenset[str], problems: list[str]) -> Preset:
    """Images outside the archive are dropped: a path to another file on this computer would be meaningless."""

    def own(media: Media) -> Media | None:
        if not isinstance(media, LocalImage) or media.file in images:
            return media
        if label := media.name or PurePath(media.file).name:
            problems.append(f"“{label[:60]}” of “{preset.name}” isn't in the file. The rest of the preset is kept.")
        else:
            problems.append(f"An image of “{preset.name}” isn't in the file. The rest of the preset is kept.")
        return None

    return _with_media(preset, own)


def _unique(presets: Iterable[Preset]) -> tuple[Preset, ...]:
    return tuple({preset.id: preset for preset in presets}.values())


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        reason = os_error_reason(error)
        raise UserError(f"This file can't be read: {reason}.", "Check its name and permissions.") from error
    except _ZIP_ERRORS as error:
        raise UserError("This preset archive is damaged.", _ADVICE) from error


def _verified_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name. UserError if there is anything that no export writes."""
    entries: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise UserError(f"This file contains {len(infos):,} files, more than any export.", _ADVICE)
    for entry in infos:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not (_PRESET.fullmatch(entry.filename) or _IMAGE.fullmatch(entry.filename)):
            raise UserError(f"“{entry.filename[:60]!a}” doesn't belong in a preset archive.", _ADVICE)
        if entry.flag_bits & 1:
            raise UserError("This file is encrypted.", "Export the presets again, without a password.")
        is_plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not is_plain or kind not in (0, stat.S_IFREG) or entry.filename in entries:
            raise UserError("This file contains something that no export writes.", _ADVICE)
        entries[entry.filename] = entry
    if sum(entry.file_size for entry in infos) > max(MAX_BYTES, 2 * _size_of(archive)):
        raise UserError("The content of this file is larger than any export.", _ADVICE)
    return entries


def _size_of(archive: zipfile.ZipFile) -> int:
    return os.path.getsize(archive.filename) if archive.filename else 0


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Read an entry up to a limit, whatever size it claims to have."""
    chunks, size = [], 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise UserError(f"“{PurePath(entry.filename).name[:60]}” in this file is too large.", _ADVICE)
            chunks.append(chunk)
    return b"".join(chunks)
