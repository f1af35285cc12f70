import { readFile } from "node:fs/promises";

import type { CredentialsProvider } from "@org/sts-client/credentials";
import { createPostPolicy, createSigner } from "@org/sts-signer/node";
import { Hono } from "hono";

/** What the application is created with. */
export interface AppOptions {
  /** The credentials that sign: of a role that may put objects into the bucket, and nothing else. */
  readonly credentials: CredentialsProvider;
  readonly region: string;
  readonly bucket: string;
  /** The address of the bucket, such as `https://uploads.s3.eu-west-1.amazonaws.com`. */
  readonly bucketUrl: string;
}

/** Files may not be larger, in bytes. */
export const MAX_BYTES = 1_000_000;

/** The application: a page, and two routes that give it permission for one upload. The file itself never comes here. */
export function createApp({ credentials, region, bucket, bucketUrl }: AppOptions): Hono {
  const app = new Hono();
  const signer = createSigner({ credentials, region, service: "s3" });

  app.get("/", async (context) => context.html(await readPage("page.html")));
  app.get("/page.js", async (context) =>
    context.body(await readPage("page.js"), 200, { "content-type": "text/javascript" }),
  );

  // A form: the bucket itself enforces the conditions, including the size.
  app.post("/permissions/form", async (context) => {
    const folder = newFolder();
    const permission = await createPostPolicy({
      credentials,
      region,
      bucket,
      url: bucketUrl,
      key: `${folder}\${filename}`,
      fields: { success_action_status: "201" },
      conditions: [
        ["content-length-range", 1, MAX_BYTES],
        ["starts-with", "$Content-Type", "image/"],
      ],
      expiresIn: 300,
    });
    return context.json(permission);
  });

  // An address: one object of one type. Its size is not limited, so use it only where that does no harm.
  app.post("/permissions/address", async (context) => {
    const { name, type } = await context.req.json<{ name?: unknown; type?: unknown }>();
    if (typeof name !== "string" || typeof type !== "string" || !type.startsWith("image/"))
      return context.json({ error: "only images" }, 400);
    const url = new URL(`/${newFolder()}${encodeURIComponent(name)}`, bucketUrl);
    const headers = { "content-type": type };
    const [address] = await signer.presign(url, { method: "PUT", headers }, { expiresIn: 300 });
    return context.json({ url: address, headers });
  });
  return app;
}

// Nobody can overwrite what somebody else has uploaded.
function newFolder(): string {
  return `uploads/${crypto.randomUUID()}/`;
}

function readPage(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), "utf8");
}
