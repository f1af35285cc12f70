import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createFakeSts, demoUser, type FakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

import { type ApiServer, startApiServer } from "./api-server.ts";

/** A cluster, a fake STS, and a home folder with a configuration of kubectl. */
export interface FakeCluster {
  readonly sts: FakeSts;
  readonly server: ApiServer;
  /** The plugin's program. */
  readonly plugin: string;
  /** The environment of kubectl. */
  readonly env: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

const ROLE = "arn:aws:iam::123456789012:role/";
const CLUSTER = "production";

/** Starts them. The contexts of kubectl are the roles: developer may list pods, guest may log in, stranger may not. */
export async function startFakeCluster(): Promise<FakeCluster> {
  const contexts = ["developer", "guest", "stranger"];
  const sts = createFakeSts({
    users: [demoUser],
    roles: contexts.map((name) => ({ name, trustPolicy: "account" })),
  });
  const stsServer = await startStsServer({ sts });
  const server = await startApiServer({
    clusterName: CLUSTER,
    roles: { [`${ROLE}developer`]: ["readers"], [`${ROLE}guest`]: [] },
    fetch: (url, init) => sts.fetch(url, init),
  });

  const home = await mkdtemp(join(tmpdir(), "kubernetes-"));
  const plugin = fileURLToPath(new URL("plugin.ts", import.meta.url));
  // kubectl reads YAML, which takes JSON.
  const configuration = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: CLUSTER,
        cluster: {
          server: server.url,
          "certificate-authority-data": Buffer.from(server.certificate).toString("base64"),
        },
      },
    ],
    users: contexts.map((name) => ({
      name,
      user: {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: process.execPath,
          args: [plugin, "--cluster-name", CLUSTER, "--region", "eu-west-1", "--role-arn", ROLE + name],
          interactiveMode: "IfAvailable",
        },
      },
    })),
    contexts: contexts.map((name) => ({ name, context: { cluster: CLUSTER, user: name } })),
    "current-context": "developer",
  };
  await writeFile(join(home, "config.json"), JSON.stringify(configuration, null, 2));
  const [key] = demoUser.accessKeys;
  return {
    sts,
    server,
    plugin,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      KUBECONFIG: join(home, "config.json"),
      AWS_ACCESS_KEY_ID: key?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key?.secretAccessKey,
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_STS: stsServer.url,
    },
    close: async () => {
      server.close();
      await stsServer.close();
      await rm(home, { recursive: true });
    },
  };
}
