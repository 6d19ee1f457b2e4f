# The image of every service in docker-compose.yml that is ours: `docker compose build`.
#
# From plain Python and not from apache/airflow: that image brings a hundred providers in versions of its own, and ours
# must be exactly requirements.lock, which is what the tests run with. Every package of the lock has a wheel, so nothing
# is compiled here.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# What is installed changes less often than our code, and is a layer of its own.
COPY deploy/locked.py deploy/locked.py
COPY requirements.lock ./
RUN python deploy/locked.py requirements.lock > production.txt \
 && python deploy/locked.py requirements.lock hatchling > building.txt \
 && python -m venv --without-pip /opt/salamat/venv \
 && python -m pip --python /opt/salamat/venv/bin/python install --no-deps --require-hashes --only-binary :all: -r production.txt \
 && python -m pip install --no-deps --require-hashes --only-binary :all: -r building.txt

COPY pyproject.toml README.md LICENSE ./
COPY pipelines pipelines
COPY schemas schemas
COPY expectations expectations
RUN python -m hatchling build -t wheel \
 && python -m pip --python /opt/salamat/venv/bin/python install --no-deps dist/*.whl \
 && python -m compileall -q /opt/salamat/venv/lib

FROM python:${PYTHON}-slim-bookworm
# The folders are made here because a new volume takes its owner from the image.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin salamat \
 && mkdir -p /opt/airflow/logs /var/lib/salamat \
 && chown -R salamat:salamat /opt/airflow /var/lib/salamat
COPY --from=build /opt/salamat/venv /opt/salamat/venv
COPY deploy/healthy.py deploy/initialise.sh /opt/salamat/deploy/
COPY dags /opt/salamat/dags
ENV PATH=/opt/salamat/venv/bin:$PATH AIRFLOW_HOME=/opt/airflow SALAMAT_HOME=/var/lib/salamat PYTHONUNBUFFERED=1
USER salamat
WORKDIR /var/lib/salamat
# No HEALTHCHECK: what healthy means differs from service to service, and stands in docker-compose.yml.
CMD ["salamat", "--help"]
