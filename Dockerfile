# The image of every role (ROLE). A builder without this registry replaces a base by its stage name:
# docker build --build-context build-base=docker-image://IMAGE --build-context runtime-base=docker-image://IMAGE .
FROM docker.io/library/node:26.10.0-bookworm-slim AS build-base
FROM docker.io/library/node:26.10.0-bookworm-slim AS runtime-base

FROM build-base AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc LICENSE ./
# The lock file's integrity hashes are checked; no package may run a script.
RUN ["npm", "ci", "--ignore-scripts"]
COPY tsconfig.json ./
COPY contract ./contract
COPY service ./service
COPY scripts/build.ts scripts/bundle.ts scripts/bundle-web.ts scripts/bundled-packages.ts ./scripts/
COPY scripts/licenses ./scripts/licenses
RUN ["node", "scripts/build.ts", "service"]
# The one folder of the process (1001) below /app: a new Docker volume for exported files gets this owner. The times are those of the build.
RUN ["node", "-e", "process.chdir('build/service'); fs.mkdirSync('exports', 0o700); fs.chownSync('exports', 1001, 1001); for (const folder of ['exports', '.']) fs.utimesSync(folder, 0, 0)"]

FROM runtime-base
ARG VERSION=4.0.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL maintainer="The Leyenda maintainers" \
      org.opencontainers.image.authors="The Leyenda maintainers" \
      org.opencontainers.image.title="Instagram Captions API" \
      org.opencontainers.image.description="Captions for pictures, in English and Spanish, from a short description." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
# Owned by root and not writable: the process can read its code, not change it.
COPY --from=build /src/build/service /app
WORKDIR /app
ENV NODE_ENV=production \
    LEYENDA_DATA_DIR=/tmp/leyenda \
    EXPORTS_DIR=/app/exports
EXPOSE 8080 8001 9090
USER 1001:1001
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s --retries=3 CMD ["node", "/app/healthcheck.js"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/main.js"]
