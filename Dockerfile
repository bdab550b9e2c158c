# The product's image, for web, worker, beat and migrate alike. Build: docker build -t ncii-hash-bank .
# Digests are renewed as docs/supply-chain.md says: a tag alone is whatever somebody pushed last.
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
ARG PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

# What runs in the browser: the pinned codecs, PDQ compiled to WebAssembly, the joined worker.
FROM ${NODE_IMAGE} AS browser
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig*.json ./
COPY hashes/assembly hashes/assembly
COPY hashes/static hashes/static
RUN npm run build

# The locked dependencies, as wheels only: this stage has no compiler.
FROM ${PYTHON_IMAGE} AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt \
    && /venv/bin/pip uninstall -y pip setuptools

# Translations, static files, the release's name; then the workshop and the tests stay behind.
# Whoever builds may have files that nobody else can read; the account that runs it must, and writes none of them.
FROM dependencies AS product
WORKDIR /app
COPY manage.py ./
COPY cases cases
COPY hashes hashes
COPY matching matching
COPY ncii ncii
COPY partners partners
COPY templates templates
COPY --from=browser /app/hashes/static hashes/static
RUN /venv/bin/python -m ncii.dev.compile_messages \
    && NCII_MODE=development NCII_VAR=/tmp/var /venv/bin/python manage.py collectstatic --noinput \
    && /venv/bin/python -m ncii.dev.release \
    && rm -rf /tmp/var hashes/assembly ncii/dev */tests */bench */fuzz \
    && /venv/bin/python -m compileall -q /app /venv \
    && chmod -R u=rwX,go=rX /app

FROM ${PYTHON_IMAGE}
# The index files lie in /var/lib/ncii, the ledger beside it: volumes there take this owner over.
RUN groupadd --gid 10001 bank && useradd --uid 10001 --gid bank --no-create-home bank \
    && install -d -m 700 -o bank -g bank /var/lib/ncii /var/lib/ncii-ledger
COPY --from=product /venv /venv
COPY --from=product /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    NCII_MODE=production \
    NCII_VAR=/var/lib/ncii \
    WEB_WORKERS=4 \
    WEB_THREADS=4 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "ncii.wsgi", "-c", "python:ncii.gunicorn", "--bind", "0.0.0.0:8000", \
     "--worker-tmp-dir", "/dev/shm", "--max-requests", "10000", "--max-requests-jitter", "1000"]
