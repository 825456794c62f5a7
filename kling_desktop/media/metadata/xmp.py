"""Reads and writes XMP in an MP4: a packet of RDF in its own box, as defined in ISO 16684-1."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The type of the box (ISO 16684-1, 8.2.9)."""
NAMESPACE = "urn:kling-desktop:xmp:1.0#"
"""The XML namespace of the app's own property."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MAX_PACKET_BYTES = 4_000_000
_MAX_BOXES = 10_000
_HEADER_BYTES = 8
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="{rdf}">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:klingdesktop="{own}">
   <dc:format>video/mp4</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
   <xmp:CreatorTool>Kling Desktop</xmp:CreatorTool>{created}
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
   <klingdesktop:settings>{settings}</klingdesktop:settings>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
_AI_GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def append_xmp(path: Path, settings: str, title: str, description: str, created_at: datetime | None = None) -> None:
    """Append an XMP packet to an MP4. It goes to the end, so that nothing moves that the index points at.

    The file must have no box that lasts "to the end", as in interrupted streams. A character that XML can't contain is
    written as JSON's escape sequence.
    """
    texts = {"title": title, "description": description, "settings": settings}
    created = f"\n   <xmp:CreateDate>{created_at.isoformat(timespec='seconds')}</xmp:CreateDate>" if created_at else ""
    escaped = {name: _escape_xml(text) for name, text in texts.items()}
    packet = _PACKET.format(rdf=_RDF, own=NAMESPACE, source=_AI_GENERATED, created=created, **escaped).encode()
    with path.open("r+b") as file:
        file.seek(0, 2)
        file.write((_HEADER_BYTES + len(XMP_BOX) + len(packet)).to_bytes(4) + b"uuid" + XMP_BOX + packet)


def read_xmp(path: Path) -> str | None:
    """Return the settings in the MP4's XMP; None if there are none or they can't be read."""
    with path.open("rb") as file:
        for packet in _packets(file):
            if (settings := _settings(packet)) is not None:
                return settings
    return None


def _packets(file: BinaryIO) -> Iterator[bytes]:
    """Yield the XMP packets among the top-level boxes. The file may contain anything."""
    end = file.seek(0, 2)
    offset = 0
    for _ in range(_MAX_BOXES):
        file.seek(offset)
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return
        size, header_size = int.from_bytes(header[:4]), _HEADER_BYTES
        if size == 1:
            size, header_size = int.from_bytes(file.read(8)), _HEADER_BYTES + 8
        elif size == 0:
            size = end - offset
        if size < header_size or offset + size > end:
            return
        if (
            header[4:] == b"uuid"
            and size - header_size - len(XMP_BOX) <= _MAX_PACKET_BYTES
            and file.read(len(XMP_BOX)) == XMP_BOX
        ):
            yield file.read(size - header_size - len(XMP_BOX))
        offset += size


def _settings(packet: bytes) -> str | None:
    try:
        text = packet.decode("utf-8-sig").strip("\0 \n\r\t")
        if "<!DOCTYPE" in text:  # XMP has none; attackers use it to expand a little text endlessly
            return None
        tree = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return None
    # Other programs that save the packet again may write a property as an attribute.
    for description in tree.iter(f"{{{_RDF}}}Description"):
        if (attribute := description.get(f"{{{NAMESPACE}}}settings")) is not None:
            return attribute
    return next((element.text for element in tree.iter(f"{{{NAMESPACE}}}settings") if element.text), None)


def _escape_xml(text: str) -> str:
    return escape(_NOT_XML.sub(lambda match: f"\\u{ord(match.group()):04x}", text))
