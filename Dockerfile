# One image; the command decides which process it is: `up` (all of them), `crawler`, `worker clean`, `worker dedup`, ...
FROM python:3.11-slim-bookworm

RUN useradd --create-home --uid 10001 dateline
WORKDIR /srv/dateline

COPY requirements.lock ./
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE scrapy.cfg ./
COPY storage storage
COPY crawler crawler
COPY workers workers
COPY dateline dateline
RUN /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && mkdir /var/lib/dateline && chown dateline /var/lib/dateline

ENV PATH=/opt/venv/bin:$PATH DATELINE_VAR=/var/lib/dateline DATELINE_PORTALS=/etc/dateline/portals.toml
USER dateline
# The packages are installed: the checkout's folders must not shadow them.
WORKDIR /var/lib/dateline
VOLUME /var/lib/dateline
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=30s --start-period=1m CMD ["dateline", "status"]
ENTRYPOINT ["dateline"]
CMD ["up"]
