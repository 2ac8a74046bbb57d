# shellcheck shell=bash
# Images of third-party servers from this machine's Debian packages, for tests without an image registry. To be sourced, with:
#   root   folder of the repository       work   temporary folder
#   build  function: builds an image with the arguments of `docker build`; the base is localhost/debian:bookworm-slim
: "${root:?}" "${work:?}"

# copy_program ROOT FILE...: programs with the libraries they load, for an image of the same Debian
copy_program() {
  local to=$1; shift
  { printf '%s\n' "$@"; ldd "$@" 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$'; } | sort -u | while read -r file; do cp --parents -L "$file" "$to"; done
  # The image has /lib as a link to /usr/lib.
  [ ! -d "$to/lib" ] || { mkdir -p "$to/usr/lib"; cp -r "$to/lib/." "$to/usr/lib/"; }
}

# debian_image NAME PROGRAM... : localhost/leyenda-NAME:1 with programs of this machine's Debian packages; the rest of its Dockerfile on standard input
debian_image() {
  local name=$1 folder=$work/$1; shift
  mkdir -p "$folder"
  copy_program "$folder" "$@"
  { printf 'FROM localhost/debian:bookworm-slim\nCOPY usr /usr\n'; cat; } > "$folder/Dockerfile"
  build -t "localhost/leyenda-$name:1" "$folder"
}
program() { readlink -f "$(command -v "$1" || echo "/usr/sbin/$1")"; }
# pinned NAME: the reference that the manifests have for an image
pinned() { node -e "import('$root/manifests/components/third-party-images.ts').then(({ thirdPartyImages }) => console.log(thirdPartyImages['$1']))"; }
# versions PROGRAM...: the Debian packages that have them, with versions
versions() {
  local packages
  packages=$(dpkg -S "$@" | cut -d: -f1 | sort -u)
  # shellcheck disable=SC2086 # a list
  dpkg-query -W -f '${Package} ${Version}, ' $packages
}

# The offline base of Node has no npm and no certificates of this machine: a builder of our own has both.
builder_image() {
  mkdir "$work/builder"
  cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$work/builder/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$work/builder/"
  cat > "$work/builder/Dockerfile" <<'D'
FROM localhost/node:26-bookworm-slim
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN ["ln", "-s", "../lib/node_modules/npm/bin/npm-cli.js", "/usr/local/bin/npm"]
D
  build -t localhost/leyenda-builder:1 "$work/builder"
}

postgres_image() {
  mkdir "$work/postgres"
  cp -r --parents /usr/share/postgresql /usr/share/zoneinfo "$work/postgres"
  for uid in 70 999; do echo "postgres:x:$uid:$uid::/tmp:/bin/bash"; done > "$work/postgres/passwd"
  cp "$root/tests/images/postgres-entrypoint" "$work/postgres/"
  debian_image postgres /usr/lib/postgresql/*/bin/{postgres,initdb,pg_ctl,createdb,psql,pg_isready,pg_dump,pg_restore} /usr/lib/postgresql/*/lib/*.so <<'D'
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
COPY passwd /tmp/passwd
# A new volume takes the owner of the folder.
RUN cat /tmp/passwd >> /etc/passwd && for p in /usr/lib/postgresql/*/bin/*; do ln -s "$p" /usr/local/bin/; done && \
    mkdir -m 1777 /var/lib/postgresql && chown 70:70 /var/lib/postgresql
ENV PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
D
}

redis_image() {
  debian_image redis "$(program redis-server)" "$(program redis-cli)" <<'D'
RUN ln -s redis-check-rdb /usr/bin/redis-server
CMD ["redis-server"]
D
}

# New volumes take the owner of the folders, as in the official images.
prometheus_image() {
  debian_image prometheus "$(program prometheus)" "$(program promtool)" "$(program wget)" <<'D'
RUN install -d -o 65534 -g 65534 /prometheus
ENTRYPOINT ["prometheus"]
D
}

exporter_images() {
  local name
  for name in node postgres redis; do
    debian_image "$name-exporter" "$(program "prometheus-$name-exporter")" "$(program wget)" <<< "ENTRYPOINT [\"prometheus-$name-exporter\"]"
  done
}

# Debian's Alertmanager 0.25 does not know url_file.
alertmanager_image() {
  local program=${go_bin:-$HOME/go/bin}/alertmanager
  [ -x "$program" ] || go install github.com/prometheus/alertmanager/cmd/alertmanager@v0.28.1
  install -D "$program" "$work/alertmanager/usr/bin/alertmanager"
  debian_image alertmanager "$(program wget)" <<'D'
RUN install -d -o 65534 -g 65534 /alertmanager
ENTRYPOINT ["alertmanager"]
D
}
