import { describe, expect, test } from "vitest";
import { checkCompose } from "../../../checks/deployment/docker/compose.ts";
import { checkDockerfile } from "../../../checks/deployment/docker/dockerfile.ts";
import { repositoryFiles } from "../../../checks/repository-files.ts";
import { packageInfo } from "../../../src/compose/package-info.ts";
import { broken, textOf } from "./broken.ts";

const { version } = packageInfo();
const files = {
  dockerfile: textOf("Dockerfile"),
  dockerignore: textOf(".dockerignore"),
  repository: repositoryFiles(),
};

describe("the Dockerfile", () => {
  test("is as it must be", async () => {
    const { image, problems } = await checkDockerfile(files);
    expect(problems).toEqual([]);
    expect(image.port).toBe(8080);
    expect(image.healthCommand[0]).toBe("node");
  });

  test.each([
    ["node:26-slim AS build", "registry.example/node:26-slim AS build", "registry.example/node:26-slim must be"],
    ["FROM node:26-slim\n", "FROM node:20-slim\n", "node:20-slim must be"],
    ["COPY --from=build /", "COPY --from=builder /", "no stage is builder"],
    ["COPY bin ./bin", "COPY binaries ./bin", "copies binaries"],
    ["COPY bin ./bin", "COPY test ./test", ".dockerignore keeps test/"],
    ['"--omit=dev", ', "", "stage dependencies does not run npm ci --omit=dev"],
    ["USER 1000:1000\n", "USER root\n", "USER must be"],
    ["USER 1000:1000\n", "", "USER must be"],
    ["STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", "STOPSIGNAL must be"],
    ["EXPOSE 8080", "EXPOSE 80", "EXPOSE must be 8080"],
    ['ENTRYPOINT ["/app/bin/workflows"]', "ENTRYPOINT /app/bin/workflows", "shell form"],
    ['CMD ["server", ', 'CMD ["serve", ', '"serve" is no service'],
    ['CMD ["server", ', 'CMD ["server", "--port", ', "--port"],
    ['"--listen", ":8080"', '"--listen", "8080"', "did you mean"],
    ["ENV NODE_ENV=production", "ENV WORKFLOWS_LISTENS=:8080", "did you mean WORKFLOWS_LISTEN?"],
    ["HEALTHCHECK --", "HEALTHCHEK --", "HEALTHCHEK is no instruction"],
  ])("is refused with %j as %j", async (from, to, problem) => {
    const { problems } = await checkDockerfile({ ...files, dockerfile: broken(files.dockerfile, from, to) });
    expect(problems.join("\n")).toContain(problem);
  });

  test("is refused with secrets of a checkout in its context", async () => {
    const { problems } = await checkDockerfile({ ...files, dockerignore: broken(files.dockerignore, "\n*\n", "\n") });
    expect(problems.join("\n")).toContain(".dockerignore: lets .env in");
  });
});

describe("compose.yaml", () => {
  const text = textOf("compose.yaml");

  test("is as it must be", async () => {
    const { image } = await checkDockerfile(files);
    const { problems, healthCommands } = await checkCompose(text, image, version);
    expect(problems).toEqual([]);
    expect(healthCommands).toHaveLength(1);
  });

  test.each([
    ["stop_grace_period: 60s", "stop_grace_period: 45s", "kills after 45000 ms"],
    ["stop_grace_period: 60s", "stop_grace: 60s", "/services/server/stop_grace is no field"],
    [
      "WORKFLOWS_MONGO_DBNAME: workflows",
      "WORKFLOWS_MONGO_DB: workflows",
      "not settings, without effect: WORKFLOWS_MONGO_DB",
    ],
    ['WORKFLOWS_LISTEN: ":8080"', 'WORKFLOWS_LISTEN: "127.0.0.1:8080"', "does not listen on port 8080 for others"],
    ["WORKFLOWS_GRACE: 30s", "WORKFLOWS_GRACE: soon", "WORKFLOWS_GRACE"],
    ['WORKFLOWS_ALLOW_UNAUTHENTICATED: "true"', 'WORKFLOWS_ALLOW_UNAUTHENTICATED: "false"', "allow_unauthenticated"],
    ["mongo3:27017/", "mongo4:27017/", "mongo-url names mongo4:27017"],
    ['"--replSet", "workflows"', '"--replSet", "rs0"', "of the set workflows"],
    ["mongo2: { condition", "mongo5: { condition", "depends on mongo5"],
    ["$${name}", "${name}", "has no default"],
    ["catch (error) {", "catch error {", "Unexpected identifier"],
    ['["worker", "--automigrate"]', '["worker", "--migrate"]', "--migrate"],
    ["image: workflows:0.1.0", "image: workflows:0.0.9", "not version"],
    ["127.0.0.1:8080:8080", "8080:8080", "beyond this machine"],
    ["127.0.0.1:8080:8080", "127.0.0.1:8080:80", "another port than 8080"],
    [":-./examples/workflows}", ":-./example}", "uses ./example"],
    ["      disable: true", "      retries: 1", "must be disabled"],
    ["services:\n", "services:\n services:\n", "compose.yaml:"],
  ])("is refused with %j as %j", async (from, to, problem) => {
    const { image } = await checkDockerfile(files);
    const { problems } = await checkCompose(broken(text, from, to), image, version);
    expect(problems.join("\n")).toContain(problem);
  });
});
