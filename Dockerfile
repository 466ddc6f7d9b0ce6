# The image of server, worker and standalone: `docker build -t workflows:0.1.0 .`, then `docker run workflows:0.1.0 worker`.
# docs/guides/fleet.md says how to run it.

FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci"]
COPY rolldown.config.ts LICENSE ./
COPY src ./src
RUN ["npm", "run", "build"]

FROM node:26-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=dev", "--ignore-scripts"]

FROM node:26-slim
WORKDIR /app
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE README.md ./
COPY bin ./bin
COPY examples/workflows ./examples/workflows
# Where `standalone` keeps its file, unless `sqlite_path` says otherwise. A fleet on MongoDB writes nothing here.
WORKDIR /data
RUN ["chown", "1000:1000", "/data"]
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
ENV NODE_ENV=production
EXPOSE 8080
# The process alone: restarting it does not mend a database. A worker has no API: run it with --no-healthcheck.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/status').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Drains within `grace`; give `docker stop --time` more than that and 15 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/bin/workflows"]
# On every interface, so that others can reach it; therefore it demands `api_tokens` or `allow_unauthenticated`.
CMD ["server", "--listen", ":8080"]
