# The app in a container, without root. Build: docker build -t evenhand .
# Run: docker run --init -p 127.0.0.1:8501:8501 -v evenhand-runs:/runs evenhand
# The digest names the content, whatever becomes of the tag; docs/how-to/deploy.md says how to renew it.
FROM python:3.12.14-slim-trixie@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea

RUN useradd --create-home --uid 10001 evenhand && mkdir /runs && chown evenhand /runs
WORKDIR /app

# WeasyPrint lays out the PDF with Pango, which needs a font.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*

# What is installed changes less often than the source, so it has a layer of its own. `make lock` writes the list; a
# package whose content is another one than then is refused.
COPY requirements-image.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-image.lock

COPY pyproject.toml setup.py README.md LICENSE ./
COPY core/__init__.py core/__init__.py
COPY models/__init__.py models/__init__.py
COPY evenhand/__init__.py evenhand/__init__.py
# setup.py wants the folder of every package to be there.
RUN mkdir pages && pip install --no-cache-dir --no-deps --no-build-isolation -e .

COPY .streamlit .streamlit
COPY core core
COPY models models
COPY evenhand evenhand
COPY pages pages
COPY app.py server.py ./

USER 10001
ENV EVENHAND_RUNS=/runs EVENHAND_CACHE=/runs/.cache PYTHONUNBUFFERED=1
# Memory of many people at once goes back when they have left; see core/cli/app_command.py.
ENV PYTHONMALLOC=malloc
# What works in a container is killed when the server has ended, so its runs go back into the queue first.
ENV EVENHAND_ON_STOP=requeue
# The greeting is no line of the log, and to name its address Streamlit asks a server elsewhere.
ENV STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
# Runs hold personal data and outlive the container.
VOLUME ["/runs"]
EXPOSE 8501

# Ready is more than alive: the folder of runs takes files, its disk has room, and the queue moves.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
  "import json, urllib.request as r; assert json.load(r.urlopen('http://localhost:8501/ready', timeout=4))['ready']"]

CMD ["python", "-m", "streamlit", "run", "server.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
