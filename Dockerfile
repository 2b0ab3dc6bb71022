# One image for every role: `placet worker`, `placet serve`, `placet setup`, `placet sandbox`.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /src
# One lock for everything, every hash checked: first, so that a change of code does not install it anew.
COPY requirements.lock ./
RUN python -m venv /opt/placet \
 && /opt/placet/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md settings.py worker.py ./
COPY activities activities
COPY clients clients
COPY config config
COPY configuration configuration
COPY domain domain
COPY sandbox sandbox
COPY starter starter
COPY workflows workflows
RUN /opt/placet/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11.13-slim-bookworm
# A volume that is mounted at one of these belongs to the user who writes into it.
RUN useradd --create-home --uid 10001 placet \
 && install --directory --owner=placet --group=placet /home/placet/var /var/lib/placet
COPY --from=build /opt/placet /opt/placet
ENV PATH=/opt/placet/bin:$PATH PYTHONUNBUFFERED=1
USER placet
WORKDIR /home/placet
ENTRYPOINT ["placet"]
CMD ["--help"]
