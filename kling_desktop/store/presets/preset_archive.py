"""Several presets in one file, with the pictures they name: a zip of presets/*.json and media/SHA256.EXT.

What an archive says about itself is never believed: names in it are no paths here, sizes are counted while reading,
and a picture is only taken when its content is what its name says.
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
from kling_desktop.domain.presets.file_format import MAX_FILE_LENGTH, read_preset, write_preset
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import LocalImage, Media
from kling_desktop.domain.request.models import Slot

MAX_ENTRIES = 50_000
MAX_IMAGE_BYTES = 64 * 2**20
MAX_BYTES = 2**30
"""What may be packed in any archive; in one that is larger itself, twice its size: pictures don't shrink."""
ImagePacker = Callable[[bytes, str], tuple[bytes, str]]
"""packable(content, name): a picture as an import takes it, and the extension that goes with it; UserError if none."""
_PRESET = re.compile(r"presets/[^/\\]{1,200}\.preset\.json")
_IMAGE = re.compile(r"media/([0-9a-f]{64})\.(png|jpg|jpeg|webp)")
_ADVICE = "Nothing was taken from it. Ask for it again."
_CHUNK = 2**20
# Whatever Python's zipfile meets in a file that is none; found by damaging thousands of them.
_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(RuntimeError, EOFError, ValueError, LookupError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class PresetArchive:
    """What an archive holds, read and found sound. troubles: sentences about presets in it that can't be used."""

    path: Path
    presets: tuple[Preset, ...]
    images: frozenset[str] = frozenset()
    """What presets call those that are in it."""
    problems: tuple[str, ...] = ()


def write_archive(presets: Sequence[Preset], to: Path, pack_image: ImagePacker) -> tuple[str, ...]:
    """Export. The answer names pictures that are gone or no pictures at all; their presets are in it without them.
    OSError as writing may.
    """
    missing: list[str] = []
    with atomic_path(to) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, preset in enumerate(presets, 1):
            packed = _packed(preset, archive, pack_image, missing)
            archive.writestr(f"presets/{number:04} {preset_filename(preset.name)}.preset.json", write_preset(packed))
    return tuple(dict.fromkeys(missing))


def read_archive(path: Path) -> PresetArchive:
    """Look into an archive; nothing is written. UserError says why it is not to be trusted, or is none."""
    with _opened(path) as archive:
        entries = _sound_entries(archive)
        pictures = frozenset(name for name in entries if _IMAGE.fullmatch(name))
        presets: list[Preset] = []
        troubles: list[str] = []
        for name in sorted(entries):
            if name in pictures:
                continue
            try:
                text = _content(archive, entries[name], 4 * MAX_FILE_LENGTH).decode("utf-8-sig")
                presets.append(_without_foreign_files(read_preset(text), pictures, troubles))
            except (UserError, UnicodeDecodeError) as error:
                why = error.message if isinstance(error, UserError) else "It is not text."
                troubles.append(f"“{PurePath(name).name}” is left out: {why}")
        if not presets:
            raise UserError(" ".join(["There is no preset in this file.", *troubles[:1]]), _ADVICE)
        return PresetArchive(path, _each_once(presets), pictures, tuple(troubles))


def extract_images(bundle: PresetArchive, presets: Iterable[Preset], folder: Path) -> tuple[Preset, ...]:
    """The presets with their pictures in `folder`, named after their content. UserError where one isn't as it says."""
    if not bundle.images:
        return tuple(presets)
    with _opened(bundle.path) as archive:
        entries = _sound_entries(archive)

        def unpacked(media: Media) -> Media:
            if not isinstance(media, LocalImage) or media.file not in bundle.images:
                return media
            content = _content(archive, entries[media.file], MAX_IMAGE_BYTES)
            name = PurePath(media.file).name
            if hashlib.sha256(content).hexdigest() != PurePath(name).stem:
                raise UserError("A picture in this file is damaged.", _ADVICE)
            if (folder / name).exists():
                os.utime(folder / name)  # wanted again: nobody is to clear it away meanwhile
            else:
                write_atomic(folder / name, content)
            return replace(media, file=str(folder / name))

        return tuple(_with_media(preset, unpacked) for preset in presets)


def _packed(preset: Preset, archive: zipfile.ZipFile, packable: ImagePacker, missing: list[str]) -> Preset:
    known = set(archive.namelist())

    def packed(media: Media) -> Media | None:
        if not isinstance(media, LocalImage):
            return media
        called = media.name or PurePath(media.file).name
        try:
            content, extension = packable(Path(media.file).read_bytes(), called)
        except (OSError, UserError):
            missing.append(called)
            return None
        name = f"media/{hashlib.sha256(content).hexdigest()}.{extension}"
        if name not in known:
            known.add(name)
            archive.writestr(zipfile.ZipInfo(name), content)  # pictures are compressed as they are
        return replace(media, file=name)

    return _with_media(preset, packed)


def _with_media(preset: Preset, change: Callable[[Media], Media | None]) -> Preset:
    draft = preset.draft
    for slot in Slot:
        changed = (change(media) for media in draft.media(slot))
        draft = draft.with_media(slot, tuple(media for media in changed if media is not None))
    return replace(preset, draft=draft)


def _without_foreign_files(preset: Preset, pictures: frozenset[str], troubles: list[str]) -> Preset:
    """An archive may only name what is in it: a path to some other file of this computer means nothing."""

    def own(media: Media) -> Media | None:
        if not isinstance(media, LocalImage) or media.file in pictures:
            return media
        told = media.name or PurePath(media.file).name or "A picture"
        troubles.append(f"“{told[:60]}” of “{preset.name}” isn't in the file; the rest of the preset is kept.")
        return None

    return _with_media(preset, own)


def _each_once(presets: Iterable[Preset]) -> tuple[Preset, ...]:
    return tuple({preset.id: preset for preset in presets}.values())


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise UserError(f"This file can't be read: {os_error_reason(error)}.", "Check its name and rights.") from error
    except _ZIP_ERRORS as error:
        raise UserError("This file of presets is damaged.", _ADVICE) from error


def _sound_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By name; UserError when anything in it is what no export writes."""
    entries: dict[str, zipfile.ZipInfo] = {}
    found = archive.infolist()
    if len(found) > MAX_ENTRIES:
        raise UserError(f"There are {len(found):,} files in it, more than any export has.", _ADVICE)
    for entry in found:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not (_PRESET.fullmatch(entry.filename) or _IMAGE.fullmatch(entry.filename)):
            raise UserError(f"“{entry.filename[:60]!a}” has no place in a file of presets.", _ADVICE)
        if entry.flag_bits & 1:
            raise UserError("This file is encrypted.", "Export the presets again, without a password.")
        plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not plain or kind not in (0, stat.S_IFREG) or entry.filename in entries:
            raise UserError("There is something in this file that no export writes.", _ADVICE)
        entries[entry.filename] = entry
    if sum(entry.file_size for entry in found) > max(MAX_BYTES, 2 * _size_of(archive)):
        raise UserError("What is packed in this file is larger than any export.", _ADVICE)
    return entries


def _size_of(archive: zipfile.ZipFile) -> int:
    return os.path.getsize(archive.filename) if archive.filename else 0


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """What is packed there, however large it claims to be."""
    pieces, size = [], 0
    with archive.open(entry) as packed:
        while piece := packed.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise UserError(f"“{PurePath(entry.filename).name[:60]}” in this file is too large.", _ADVICE)
            pieces.append(piece)
    return b"".join(pieces)
