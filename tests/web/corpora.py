"""An OUT as an ingest fills it, made at once: documents with a drawn page each, and the archive that they come from."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from PIL import Image, ImageDraw

from pipeline.records import Watch
from pipeline.run.commit import Books, Committer
from pipeline.run.storage.outputs import FolderOutputs
from pipeline.run.tasks import Task
from pipeline.run.workers.outcomes import outcome_of
from pipeline.schema import Document
from pipeline.settings import Settings
from pipeline.store.index import CorpusIndex
from pipeline.store.layout import OutFolder
from pipeline.store.ledger import FileStamp, Fingerprints, Ledger
from pipeline.store.reviews import ReviewStore
from pipeline.structure.derived import derive
from pipeline.web.access import Access
from pipeline.web.app import create_app

SIZE = (1000, 1400)
PRINTS = Fingerprints("reading", "restoration", "structure")


def make_corpus(folder: Path) -> Path:
    """OUT with five plans below `folder`, their pictures in `folder`/archive; one cites another."""
    archive = folder / "archive"
    for at, (path, body, number, date, subject, text) in enumerate(PLANS):
        put(folder / "out", archive, path, plan(archive, path, body, number, date, subject, text, unsure=at == 1))
    (folder / "out" / "report.json").write_text(f'{{"archive": "{archive}"}}')
    return folder / "out"


PLANS = [
    ("2024/kh-28.png", "UBND XÃ PHÚ KHÊ", "28/KH-UBND", "2024-02-07", "Trồng cây đầu năm", "Biểu dương 10 tập thể."),
    ("2024/kh-36.png", "UBND XÃ PHÚ KHÊ", "36/KH-UBND", "2024-03-18", "Đường làng sạch", "Theo Kế hoạch 28/KH-UBND."),
    ("2025/kh-12.png", "SỞ Y TẾ", "12/KH-SYT", "2025-05-02", "Nụ cười áo trắng", "Tặng giấy khen 5 tập thể."),
    ("2025/kh-13.png", "SỞ Y TẾ", "13/KH-SYT", "2025-06-11", "Phòng <b>tai nạn</b> & hại", "Tặng bằng khen."),
    ("2023/kh-7.png", "TRƯỜNG THCS TÂN HÒA", "7/KH-THCS", "2023-09-05", "Trường học hạnh phúc", "Khen học sinh."),
]  # fmt: skip


def plan(archive: Path, path: str, *printed: str, unsure: bool = False) -> Document:
    """The document of a picture, which is drawn into the archive: a line of text a printed line, with its box."""
    body, number, date, subject, text = printed
    words = [body, f"Số: {number}", "KẾ HOẠCH", subject, "I. KHEN THƯỞNG", text]
    boxes = [[100, 100 + 80 * at, 900, 140 + 80 * at] for at in range(len(words))]
    picture = archive / path
    picture.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("L", SIZE, 255)
    for box, line in zip(boxes, words, strict=True):
        ImageDraw.Draw(image).text((box[0], box[1]), line, fill=0, font_size=34)
    image.save(picture)
    data = picture.read_bytes()
    fields = {"issuing_body": body, "document_type": "KẾ HOẠCH", "subject": subject, "date": date}
    header = {
        name: {
            "value": value,
            "page": 1,
            "bbox": boxes[at],
            "confidence": 0.6 if unsure and name == "subject" else 0.99,
        }
        for at, (name, value) in zip((0, 2, 3, 1), fields.items(), strict=True)
    }
    header["number"] = {"value": number, "page": 1, "bbox": boxes[1], "confidence": 0.99}
    lines = [
        {"text": line, "raw": line, "bbox": box, "confidence": 0.97} for line, box in zip(words, boxes, strict=True)
    ]
    lines[5]["raw"] = f"{text[:-2]}e."
    lines[5]["edits"] = [
        {"start": len(text) - 2, "end": len(text), "read": "e.", "text": text[-2:], "by": "restoration"}
    ]
    digest = hashlib.sha256(data).hexdigest()
    cited = [{"type": "Kế hoạch", "number": "28/KH-UBND", "date": "2024-02-07"}] if "28/KH-UBND" in text else []
    document = Document.model_validate(
        {
            "doc_id": f"sha256:{digest}",
            "source": {"path": path, "sha256": digest, "bytes": len(data), "media_type": "image/png", "page_count": 1},
            "status": "ok",
            "header": header,
            "sections": [
                {"id": "1", "number": "I", "heading": "KHEN THƯỞNG", "roles": ["khen_thuong"], "text": text, "page": 1}
            ],
            "signers": [{"name": {"value": "Nguyễn Thế Toàn", "page": 1, "confidence": 0.99}}],
            "citations": cited,
            "plan": {
                "deadlines": [{"text": "trước", "start": 0, "end": 5, "bound": "before", "due": f"{date[:4]}-12-01"}],
                "rewards": [
                    {"text": "10 tập thể", "start": 0, "end": 5, "authority": "Chủ tịch UBND xã", "collectives_max": 10}
                ],
            },
            "pages": [{"number": 1, "width": SIZE[0], "height": SIZE[1], "text_source": "ocr", "lines": lines}],
        }
    )
    return document.model_copy(update={"derived": derive(document)})


def _sureness(name: str, *, unsure: bool) -> float:
    return 0.6 if unsure and name == "subject" else 0.99


def put(out: Path, archive: Path, path: str, document: Document) -> None:
    """Commit a document as a run does."""
    folder = OutFolder(out)
    with Ledger(folder.ledger) as ledger, CorpusIndex(folder.corpus) as index, ReviewStore(folder.reviews) as reviews:
        committer = Committer(FolderOutputs(folder), Books(ledger, index, reviews), Settings(), PRINTS)
        stamp = FileStamp.of((archive / path).stat())
        committer.add(outcome_of(Task(archive / path, path, document.source.sha256, stamp), document, Watch()))
        committer.flush()


@contextmanager
def server(out: Path, port: int, *options: str):
    """`sohoa serve` over `out` in a process of its own, answering; it is ended at the end."""
    command = [sys.executable, "-m", "pipeline", "serve", "--corpus", str(out), "--port", str(port), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/static/icon.svg", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@contextmanager
def running(out: Path):
    """A server over `out` in a thread of this process; its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(out, access=Access({})), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
