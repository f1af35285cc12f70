import { createServer } from "node:https";

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { generate } from "selfsigned";

import { authenticate, type AuthenticateOptions, type ClusterUser } from "./authenticate.ts";

/** A running API server. */
export interface ApiServer {
  readonly url: string;
  /** The certificate that clients have to trust. */
  readonly certificate: string;
  /** Why callers were refused, oldest first. */
  readonly refusals: readonly string[];
  readonly close: () => void;
}

/** As much of a Kubernetes API server as `kubectl auth whoami` and `kubectl get pods` need, for callers whose token is valid. */
export async function startApiServer(options: AuthenticateOptions): Promise<ApiServer> {
  const refusals: string[] = [];
  const app = new Hono<{ Variables: { user: ClusterUser } }>();

  app.use(async (context, next) => {
    const [, token] = /^Bearer (\S+)$/.exec(context.req.header("authorization") ?? "") ?? [];
    const user = await authenticate(token, options);
    if ("refused" in user) {
      // The caller is not told why; the log of the cluster is.
      refusals.push(user.refused);
      return context.json(status(401, "Unauthorized", "Unauthorized"), 401);
    }
    context.set("user", user);
    return next();
  });

  app.get("/api", ({ json }) => json({ kind: "APIVersions", versions: ["v1"] }));
  app.get("/apis", ({ json }) => json({ kind: "APIGroupList", apiVersion: "v1", groups: [] }));
  app.get("/api/v1", ({ json }) => {
    const pods = {
      name: "pods",
      singularName: "pod",
      namespaced: true,
      kind: "Pod",
      verbs: ["get", "list"],
      shortNames: ["po"],
    };
    return json({ kind: "APIResourceList", groupVersion: "v1", resources: [pods] });
  });
  app.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", (context) => {
    const body = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {} };
    return context.json({ ...body, status: { userInfo: context.get("user") } }, 201);
  });
  app.get("/api/v1/namespaces/default/pods", (context) => {
    if (!context.get("user").groups.includes("readers"))
      return context.json(status(403, "Forbidden", "pods is forbidden: you may not list them"), 403);
    const columnDefinitions = ["Name", "Status"].map((name) => ({
      name,
      type: "string",
      format: "",
      description: "",
      priority: 0,
    }));
    const rows = ["web-0", "web-1"].map((name) => ({
      cells: [name, "Running"],
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: { name } },
    }));
    return context.json({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: {},
      columnDefinitions,
      rows,
    });
  });

  const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return await new Promise((resolve) => {
    const server = serve(
      { fetch: app.fetch, createServer, serverOptions: { cert, key }, hostname: "127.0.0.1", port: 0 },
      ({ port }) => {
        resolve({
          url: `https://127.0.0.1:${port}`,
          certificate: cert,
          refusals,
          close: () => server.close(),
        });
      },
    );
  });
}

function status(code: number, reason: string, message: string): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code };
}
