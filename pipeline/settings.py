"""All settings, one validated section a stage. Passed down as a value; nothing reads a global.

Every setting has its default and its reason here and nowhere else. The digest of a section tells a later run whether
a stage has to be done again.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def digest(self) -> str:
        """A short digest that changes when any value of this section changes."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class IntakeSettings(_Section):
    """Limits that keep one hostile or mistaken file from eating the machine."""

    max_file_bytes: int = Field(500_000_000, description="larger files are refused")
    max_pages: int = Field(2_000, description="pages beyond this number are not read")
    max_page_pixels: int = Field(160_000_000, description="A4 at 1200 dpi, which is black and white, has 140 million")
    max_read_pixels: int = Field(
        36_000_000, description="larger pages are reduced to this: A4 at 600 dpi has 35 million"
    )
    max_decoded_bytes: int = Field(400_000_000, description="what the picture of one page may take while it is decoded")
    max_archive_bytes: int = Field(10_000_000_000, description="all that one ZIP of documents may unpack to")
    passwords: tuple[SecretStr, ...] = Field(
        (), exclude=True, description="tried on PDFs and ZIPs that are protected; `--passwords FILE`, never shown"
    )
    max_decompressed_bytes: int = Field(1_000_000_000, description="all that one archive member may unpack to")
    max_text_bytes: int = Field(50_000_000, description="text files beyond this are cut, with a problem")
    max_xml_bytes: int = Field(64_000_000, description="one XML part of a DOCX: a tree in memory is ten times its text")
    max_page_content_bytes: int = Field(30_000_000, description="a PDF page's drawing commands, unpacked; a map has 10")
    raster_dpi: int = Field(300, description="pages that are no single image are drawn at this resolution")
    max_image_dpi: int = Field(450, description="finer scans are reduced to raster_dpi: four times the time, no gain")
    raster_chunk_pages: int = Field(4, ge=1, description="pages drawn by one process: 9 MB a grey A4 page at 300 dpi")
    raster_timeout_seconds: float = Field(60.0, description="for each page that is drawn")
    converter_timeout_seconds: float = Field(120.0, description="for LibreOffice to convert one file")


class ReadingSettings(_Section):
    """How pages are read."""

    engine: str = Field(
        "auto",
        description="the engine's name; auto: our own, or Tesseract where its network is missing",
    )
    language: str = Field("vie", description="Tesseract language")
    page_timeout_seconds: float = Field(120.0, description="a page that takes longer is given up")


class RestorationSettings(_Section):
    """How text is restored."""


class StructureSettings(_Section):
    """How structure is found."""


class EvidenceSettings(_Section):
    """When what was weighed is believed."""

    given_from: float = Field(
        0.97,
        ge=0.5,
        le=1.0,
        description="number or date of a document is given where it is right with this probability; below, suggested",
    )


class OfficeSettings(_Section):
    """An office's own words and names, used at once: no model is trained for them."""

    words: tuple[str, ...] = Field((), description="words that stay as they are read; from the file `words_file`")
    places: tuple[str, ...] = Field((), description="villages, hamlets, quarters; from the file `places_file`")
    people: tuple[str, ...] = Field((), description="full names; from the file `people_file`")

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.words, *self.places, *self.people)


class RunSettings(_Section):
    """How a batch is run."""

    jobs: int = Field(1, ge=1, description="worker processes")
    page_limit_seconds: float = Field(400.0, description="a worker silent for longer is killed; the page is given up")
    document_timeout_seconds: float = Field(1_800.0, description="a document that takes longer is given up …")
    document_timeout_page_seconds: float = Field(20.0, description="… and so much more for each of its pages")
    worker_memory_bytes: int = Field(4_000_000_000, description="a worker, with its tools, that takes more is killed")
    join: Literal["sure", "off"] = Field(
        "sure", description="trang-1.jpg, trang-2.jpg … are one document; off: each file by itself"
    )
    language: Literal["", "en", "vi"] = Field(
        "", description="of report.html and what the command says; empty: that of LANG"
    )
    max_attempts: int = Field(3, ge=1, description="runs that try a file again whose failure may pass")
    cache_bytes: int = Field(2_000_000_000, ge=0, description="bound of OUT/.cache; 14 KB a page were measured")


class Settings(_Section):
    """Everything a run depends on."""

    intake: IntakeSettings = IntakeSettings()
    reading: ReadingSettings = ReadingSettings()
    restoration: RestorationSettings = RestorationSettings()
    structure: StructureSettings = StructureSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    office: OfficeSettings = OfficeSettings()
    run: RunSettings = RunSettings()
