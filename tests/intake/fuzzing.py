"""Makes hostile files from samples and looks at what intake does with them, each in a process with hard limits.

    python -m tests.intake.fuzzing FOLDER [--count 400] [--seed 1] [--from corpus/archive] [--report report.json]

Every file must end as an outcome in bounded time and memory: pages, or an `UnusableInputError` with its code. What
crashes the process, hangs, or raises anything else is a fault, and the command then ends with exit 1.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import resource
import select
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from pipeline.errors import SohoaError, UnusableInputError
from pipeline.intake import open_source
from pipeline.settings import IntakeSettings

from . import samples
from .attacks import handmade

SECONDS = 120.0
CPU_SECONDS = 60
ADDRESS_SPACE = 3 << 30
MEMORY = 1_050 << 20
"""The most that the child may hold (resident) beyond what it was born with: libraries, and what tests ran before."""

Mutation = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `result`: pages, refused, crashed, hung, raised."""

    name: str
    result: str
    detail: str
    seconds: float
    megabytes: float

    @property
    def is_fault(self) -> bool:
        return self.result in ("crashed", "hung", "raised") or self.megabytes > MEMORY / (1 << 20)


# Looking at a file


def examine(path: Path, seconds: float = SECONDS) -> Outcome:
    """Open `path` and take all its pages and pictures in a child with limits; it is killed when it takes too long."""
    reader, writer = os.pipe()
    begun, inherited = time.monotonic(), _held()[1]
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        _in_child(path, writer)
    os.close(writer)
    said, hung = _listen(reader, seconds)
    if hung:
        os.killpg(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    megabytes = max(0.0, usage.ru_maxrss / 1024 - inherited / (1 << 20))
    if hung:
        result, detail = "hung", f"more than {seconds:.0f} s"
    elif said:
        result, _, detail = said.partition(" ")
    else:
        result, detail = "crashed", f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {status >> 8}"
    return Outcome(path.name, result, detail, round(time.monotonic() - begun, 2), round(megabytes, 1))


def _held() -> tuple[int, int]:
    """What this process holds, in bytes: address space, resident."""
    space, resident = Path("/proc/self/statm").read_text().split()[:2]
    return int(space) * resource.getpagesize(), int(resident) * resource.getpagesize()


def _listen(reader: int, seconds: float) -> tuple[str, bool]:
    """What the child says before it ends; True when it had not ended in time."""
    said = b""
    deadline = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.close(reader)
            return "", True
        piece = os.read(reader, 65_536)
        if not piece:
            os.close(reader)
            return said.decode(), False
        said += piece


def _in_child(path: Path, writer: int) -> None:
    address_space = _held()[0] + ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # libtiff and libpng speak to stderr
    try:
        said = _take_all(path)
    except UnusableInputError as error:
        said = f"refused {error.code}: {error.message}"
    except BaseException:
        said = "raised " + traceback.format_exc()[-1_500:]
    os.write(writer, said.encode("utf-8", "replace"))
    os._exit(0)


def _take_all(path: Path) -> str:
    counts: Counter[str] = Counter()
    with open_source(
        path, IntakeSettings(max_pages=60, raster_timeout_seconds=10, converter_timeout_seconds=20)
    ) as source:
        counts.update(str(problem.code) for problem in source.problems)
        for page in source.pages():
            counts["pages"] += 1
            counts.update(str(problem.code) for problem in page.problems)
            if page.problem is not None:
                counts[str(page.problem.code)] += 1
            if page.image is not None:
                try:
                    pixels = page.image.load()
                    assert pixels.shape[:2] == page.image.size[::-1], (pixels.shape, page.image.size)
                    assert pixels.dtype.name == "uint8"
                    del pixels
                except SohoaError as error:
                    counts[str(getattr(error, "code", type(error).__name__))] += 1
            for line in page.lines:
                line.text.encode("utf-8")
            for word in page.layer.words if page.layer is not None else ():
                word.text.encode("utf-8")
    return "pages " + json.dumps(counts)


# Making hostile files


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, max(2, len(data)))]


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 5, 50, 500])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def flip_head(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 3, 8])):
        changed[rng.randrange(8, min(len(changed), 600))] = rng.randrange(256)
    return bytes(changed)


def cut_out(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, max(2, len(data) // 4)) :]


def repeat_part(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    part = data[start : start + rng.randrange(1, max(2, len(data) // 4))]
    return data[:start] + part * rng.choice([2, 3, 10]) + data[start:]


def overwrite(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    noise = rng.choice([b"\x00", b"\xff", b"%PDF-1.4\n", b"endobj", b"\x80"]) * rng.choice([1, 10, 500])
    return data[:start] + noise + data[start + len(noise) :]


def join_two(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))] + data[rng.randrange(1, len(data)) :]


ANY_KIND: list[Mutation] = [truncate, flip_bits, flip_head, cut_out, repeat_part, overwrite, join_two]


def _numbers(pattern: bytes, values: list[bytes]) -> Mutation:
    """Replaces the number after `pattern` in a random place by one of `values`."""

    def mutate(data: bytes, rng: random.Random) -> bytes:
        found = list(re.finditer(re.escape(pattern) + rb"\s+(-?[\d.]+)", data))
        if not found:
            return flip_bits(data, rng)
        hit = rng.choice(found)
        return data[: hit.start(1)] + rng.choice(values) + data[hit.end(1) :]

    return mutate


HUGE = [b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e9"]


def swap_xref(data: bytes, rng: random.Random) -> bytes:
    places = [hit.span() for hit in re.finditer(rb"\d{10} \d{5} n", data)]
    if len(places) < 2:
        return flip_bits(data, rng)
    changed = bytearray(data)
    for _ in range(rng.choice([1, 3, 10])):
        (a, b), (c, d) = rng.sample(places, 2)
        changed[a:b], changed[c:d] = data[c:d], data[a:b]
    return bytes(changed)


def swap_references(data: bytes, rng: random.Random) -> bytes:
    places = list(re.finditer(rb"\b\d+ 0 R\b", data))
    if len(places) < 2:
        return flip_bits(data, rng)
    first, second = rng.sample(places, 2)
    return data[: first.start()] + second.group() + data[first.end() :]


def nest_streams(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"stream", b"stream\nstream", rng.choice([1, 3]))


def nest_arrays(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice([100, 5_000, 200_000])
    opened, closed = rng.choice([(b"[", b"]"), (b"<</A ", b">>")])
    return data.replace(b"/Contents", b"/X " + opened * depth + b"0" + closed * depth + b" /Contents", 1)


def wrong_filter(data: bytes, rng: random.Random) -> bytes:
    filters = [b"/FlateDecode", b"/LZWDecode", b"/CCITTFaxDecode", b"/JBIG2Decode", b"/JPXDecode", b"/DCTDecode",
               b"[/ASCIIHexDecode /ASCII85Decode /RunLengthDecode]", b"[" + b"/FlateDecode " * 100 + b"]"]  # fmt: skip
    return re.sub(rb"/Filter\s*/\w+", lambda _: b"/Filter " + rng.choice(filters), data, count=rng.choice([1, 5]))


PDF_ONLY: list[Mutation] = [
    swap_xref,
    swap_references,
    nest_streams,
    nest_arrays,
    wrong_filter,
    _numbers(b"/Length", HUGE),
    _numbers(b"/Width", HUGE),
    _numbers(b"/Height", HUGE),
    _numbers(b"/Count", HUGE),
    _numbers(b"/BitsPerComponent", [b"0", b"3", b"16", b"32", b"255"]),
    _numbers(b"/Rotate", [b"45", b"-90", b"99999999999", b"90.5"]),
    _numbers(b"startxref", [b"0", b"1", b"999999999", b"-5"]),
    _numbers(b"/Columns", HUGE),
    _numbers(b"/K", [b"-1", b"0", b"99", b"-99"]),
]


def in_zip(data: bytes, rng: random.Random) -> bytes:
    """A DOCX one of whose parts is changed, and which is a sound ZIP all the same."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = [name for name in old.namelist() if name.endswith(".xml")]
        victim = rng.choice(names)
        for name in old.namelist():
            content = old.read(name)
            if name == victim and content:
                content = rng.choice([truncate, flip_bits, cut_out, repeat_part, lambda *_: b"", swap_xml])(
                    content, rng
                )
            new.writestr(name, content)
    return target.getvalue()


def swap_xml(data: bytes, rng: random.Random) -> bytes:
    values = [b"-1", b"99999999999", b"abc", b"", b"9" * 400, b"&#0;", b"%9%9%9"]
    return re.sub(
        rb'w:val="[^"]*"', lambda _: b'w:val="' + rng.choice(values) + b'"', data, count=rng.choice([1, 20, 0])
    )


BY_KIND: dict[str, list[Mutation]] = {".pdf": PDF_ONLY, ".docx": [in_zip, in_zip, in_zip]}


def mutated_files(originals: list[Path], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` mutated files, the same for the same seed and originals."""
    rng = random.Random(seed)
    for at in range(count):
        original = originals[at % len(originals)]
        data = original.read_bytes()
        own = BY_KIND.get(original.suffix, [])
        mutation = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(ANY_KIND)
        for _ in range(rng.choice([1, 1, 1, 2])):
            data = mutation(data, rng) or b"\x00"
        yield f"{at:04d}-{getattr(mutation, '__name__', 'mutate')}-{original.stem}{original.suffix}", data


def own_originals(folder: Path) -> list[Path]:
    """Small sound files of every kind and coding."""
    folder.mkdir(parents=True, exist_ok=True)
    page = samples.scan(mode="RGB")
    codings = ["ccitt", "jbig2", "jpeg", "jpeg-cmyk", "jpeg2000", "indexed", "16-bit", "stencil", "flate"]
    for coding in codings:
        samples.scanned_pdf(folder / f"{coding}.pdf", [page, page], coding)
    samples.text_pdf(folder / "text.pdf", ["Ke hoach\nthi dua", "Trang hai", "Trang ba"])
    formats = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "bmp": "BMP", "gif": "GIF", "jp2": "JPEG2000"}
    for suffix, file_format in formats.items():
        (folder / f"a.{suffix}").write_bytes(samples.encoded(page, file_format))
    for name, compression in [("g4", "group4"), ("lzw", "tiff_lzw"), ("jpeg", "jpeg"), ("raw", "raw")]:
        picture = page.convert("1") if name == "g4" else page
        picture.save(folder / f"{name}.tif", save_all=True, append_images=[picture], compression=compression)
    body = "".join(
        samples.paragraph(f"Đoạn {at}", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>') for at in range(9)
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    table = f"<w:tbl><w:tr><w:tc>{samples.paragraph('a')}</w:tc><w:tc>{samples.paragraph('b')}</w:tc></w:tr></w:tbl>"
    samples.docx(folder / "a.docx", body + table, numbering=numbering)
    (folder / "a.txt").write_text("KẾ HOẠCH\n\nMột\fHai\n" * 20, encoding="utf-8")
    (folder / "a.md").write_text(
        "## **KẾ HOẠCH**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n**đậm\n\n" * 20, encoding="utf-8"
    )
    return sorted(folder.iterdir())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=400, help="mutated files beside the known attacks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="originals", type=Path, help="a folder of sound files to start from as well")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--make-only", action="store_true", help="write the files, do not open them")
    wishes = parser.parse_args(arguments)
    files = wishes.folder / "hostile"
    files.mkdir(parents=True, exist_ok=True)
    originals = own_originals(wishes.folder / "sound")
    if wishes.originals is not None:
        originals += sorted(path for path in wishes.originals.rglob("*") if path.is_file())
    outcomes = []
    for name, data in chain(handmade(), mutated_files(originals, wishes.count, wishes.seed)):
        (files / name).write_bytes(data)
        if wishes.make_only:
            continue
        outcome = examine(files / name)
        outcomes.append(outcome)
        if outcome.is_fault:
            sys.stderr.write(f"{outcome}\n")
    summary = summarise(outcomes)
    if wishes.report is not None:
        report = {"summary": summary, "outcomes": [asdict(outcome) for outcome in outcomes]}
        wishes.report.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return 1 if any(outcome.is_fault for outcome in outcomes) else 0


def summarise(outcomes: list[Outcome]) -> dict[str, object]:
    """Counts by result and by code, and the largest time and memory."""
    codes = Counter(outcome.detail.split(":")[0] for outcome in outcomes if outcome.result == "refused")
    return {
        "files": len(outcomes),
        "results": dict(Counter(outcome.result for outcome in outcomes)),
        "refused": dict(codes),
        "slowest": [(o.name, o.seconds) for o in sorted(outcomes, key=lambda o: -o.seconds)[:5]],
        "largest": [(o.name, o.megabytes) for o in sorted(outcomes, key=lambda o: -o.megabytes)[:5]],
        "faults": [asdict(outcome) for outcome in outcomes if outcome.is_fault],
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
