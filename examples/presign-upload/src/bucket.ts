import { checkPostPolicy, type FindKey, verify } from "@org/sts-signer/node";
import { Hono } from "hono";
import { cors } from "hono/cors";

/** An object in the bucket. */
export interface StoredObject {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What the bucket is created with. */
export interface BucketOptions {
  readonly name: string;
  readonly region: string;
  /** Finds the secret of an access key id. */
  readonly findKey: FindKey;
  /** The current time. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/** A bucket in memory that takes what a signature permits, as S3 does: forms by POST, and presigned PUT. */
export function createBucket({ name, region, findKey, clock }: BucketOptions) {
  const objects = new Map<string, StoredObject>();
  const app = new Hono();
  // A bucket at AWS needs the same: see README.md.
  app.use(cors({ origin: "*", allowMethods: ["POST", "PUT"], allowHeaders: ["content-type"] }));

  app.post("/", async (context) => {
    const form = await context.req.formData();
    const file = form.get("file");
    if (!(file instanceof File)) return refuse("InvalidArgument", 400);
    const check = await checkPostPolicy(form, {
      bucket: name,
      region,
      findKey,
      clock,
      contentLength: file.size,
    });
    if (!check.ok) return refuse(codeOf(check.reason, check.message), 403);
    const type = form.get("Content-Type");
    objects.set(check.key.replace("${filename}", file.name), {
      type: typeof type === "string" ? type : "binary/octet-stream",
      bytes: new Uint8Array(await file.arrayBuffer()),
    });
    return context.body(null, form.get("success_action_status") === "201" ? 201 : 204);
  });

  app.put("*", async (context) => {
    const check = await verify(context.req.raw, {
      region,
      service: "s3",
      findKey,
      clock,
      maxExpiresSeconds: 3600,
    });
    if (!check.ok) return refuse(codeOf(check.reason, check.message), 403);
    objects.set(decodeURIComponent(new URL(context.req.url).pathname.slice(1)), {
      type: context.req.header("content-type") ?? "binary/octet-stream",
      bytes: new Uint8Array(await context.req.arrayBuffer()),
    });
    return context.body(null, 200);
  });
  return { app, objects };
}

// S3's names for some of the checks' reasons.
function codeOf(reason: string, message: string): string {
  if (message.includes("content-length-range")) return "EntityTooLarge";
  return reason === "wrong-signature" ? "SignatureDoesNotMatch" : "AccessDenied";
}

function refuse(code: string, status: number): Response {
  return new Response(`<Error><Code>${code}</Code></Error>`, {
    status,
    headers: { "content-type": "application/xml", "access-control-allow-origin": "*" },
  });
}
