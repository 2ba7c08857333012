# sohoa in a container: docker build -t sohoa . && docker run --rm -v /archive:/archive:ro -v /results:/results sohoa \
#   ingest /archive --out /results --jobs 4
FROM debian:12-slim

RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      libreoffice-writer-nogui poppler-utils python3 python3-venv tesseract-ocr tesseract-ocr-vie \
 && rm -rf /var/lib/apt/lists/*

COPY constraints.txt pyproject.toml README.md LICENSE /src/
COPY pipeline /src/pipeline
COPY models /src/models
RUN python3 -m venv /opt/sohoa \
 && /opt/sohoa/bin/pip install --no-cache-dir --constraint /src/constraints.txt /src \
 && rm -rf /src

RUN useradd --system --create-home --uid 10001 sohoa && install --directory --owner sohoa /results
USER sohoa
ENV PATH=/opt/sohoa/bin:$PATH LANG=C.UTF-8 OMP_THREAD_LIMIT=1
WORKDIR /results
ENTRYPOINT ["sohoa"]
CMD ["--help"]
