# Clusterwatch with Airflow and the PostgreSQL driver, from the hashed locks; runs as a user of its own.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements-uv.lock requirements-server.lock ./
RUN python -m venv /opt/clusterwatch/venv \
 && /opt/clusterwatch/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && /opt/clusterwatch/venv/bin/uv pip install --no-cache --python /opt/clusterwatch/venv/bin/python \
        --require-hashes --compile-bytecode -r requirements-server.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY extractors extractors
COPY alerts alerts
RUN /opt/clusterwatch/venv/bin/uv pip install --no-cache --python /opt/clusterwatch/venv/bin/python \
        --no-deps --compile-bytecode .

FROM python:3.12-slim
RUN groupadd --gid 10001 clusterwatch \
 && useradd --uid 10001 --gid 10001 --create-home --home-dir /home/clusterwatch clusterwatch \
 && install -d -o clusterwatch -g clusterwatch /opt/clusterwatch /var/lib/clusterwatch /var/lib/clusterwatch/airflow
COPY --from=build /opt/clusterwatch/venv /opt/clusterwatch/venv
COPY dags /opt/clusterwatch/dags
COPY deploy/plugins /opt/clusterwatch/plugins
COPY deploy/healthy.py deploy/init.sh /opt/clusterwatch/deploy/
COPY deploy/entrypoint.sh /entrypoint
ENV PATH=/opt/clusterwatch/venv/bin:$PATH \
    AIRFLOW_HOME=/var/lib/clusterwatch/airflow \
    PYTHONUNBUFFERED=1
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/clusterwatch
CMD ["clusterwatch", "run", "--starting-feeds"]
