import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import { createSigner } from "@org/sts-signer";
import { signCallerIdentity } from "@org/sts-signer/caller-identity";
import { expect, test } from "vitest";

import { AUDIENCE_HEADER, createApi } from "../src/api.ts";
import { logIn } from "../src/log-in.ts";

const audience = "api.example.com";
const [key] = demoUser.accessKeys ?? [];
const credentials = { accessKeyId: key?.accessKeyId ?? "", secretAccessKey: key?.secretAccessKey ?? "" };
const signer = createSigner({ credentials });

function createWorld(accounts = ["123456789012"]) {
  const time = createClock({ at: new Date("2026-01-01T00:00:00Z") });
  const fake = createFakeSts({ users: [demoUser], clock: time });
  const clock = () => new Date(time.now());
  const fetch = (url: string, init: RequestInit) => fake.fetch(url, init);
  const api = createApi({
    sessionSecret: "a secret of the test, 32 bytes and more",
    accounts,
    audience,
    fetch,
    clock,
  });
  const send = (path: string, init: RequestInit) => api.request(path, init);
  return { time, fake, clock, api, send };
}

async function post(
  { send, clock }: ReturnType<typeof createWorld>,
  changes: { audience?: string; secretAccessKey?: string } = {},
) {
  const own = createSigner({
    credentials: { ...credentials, secretAccessKey: changes.secretAccessKey ?? credentials.secretAccessKey },
  });
  const value = changes.audience ?? audience;
  const proof = await signCallerIdentity(own, {
    region: "eu-west-1",
    audience: { header: AUDIENCE_HEADER, value },
    date: clock(),
  });
  const body = JSON.stringify(proof);
  return { body, response: await send("/login", { method: "POST", body }) };
}

test("a user of IAM logs in and is known by the cookie, until the session ends", async () => {
  const world = createWorld();
  const cookie = await logIn({ signer, audience, send: world.send, date: world.clock() });
  const me = async () => await world.api.request("/me", { headers: { cookie } });
  expect(await (await me()).json()).toEqual({ arn: "arn:aws:iam::123456789012:user/demo" });
  world.time.advanceSeconds(3601);
  expect((await me()).status).toBe(401);
});

test("a proof that was used is refused, and STS is asked once", async () => {
  const world = createWorld();
  const { body, response } = await post(world);
  expect(response.status).toBe(200);
  expect(response.headers.get("set-cookie")).toMatch(/HttpOnly; Secure; SameSite=Strict$/);
  expect((await world.send("/login", { method: "POST", body })).status).toBe(401);
  expect(world.fake.calls()).toHaveLength(1);
});

test("a proof for another service is refused before STS is asked", async () => {
  const world = createWorld();
  const { response } = await post(world, { audience: "other.example.com" });
  expect(await response.json()).toEqual({ error: "wrong-audience" });
  expect(world.fake.calls()).toHaveLength(0);
});

test("a proof that is old is refused before STS is asked", async () => {
  const world = createWorld();
  const proof = await signCallerIdentity(signer, {
    region: "eu-west-1",
    audience: { header: AUDIENCE_HEADER, value: audience },
    date: world.clock(),
  });
  world.time.advanceSeconds(61);
  const response = await world.send("/login", { method: "POST", body: JSON.stringify(proof) });
  expect(await response.json()).toEqual({ error: "expired" });
});

test("a wrong secret, an account that is not allowed, and anything but a proof are refused", async () => {
  expect((await post(createWorld(), { secretAccessKey: "other" })).response.status).toBe(401);
  expect((await post(createWorld(["111122223333"]))).response.status).toBe(403);
  for (const body of ["", "null", "[]", "{}", "no JSON"])
    expect((await createWorld().send("/login", { method: "POST", body })).status).toBe(401);
});

test("a session that somebody made up is refused", async () => {
  const world = createWorld();
  for (const cookie of ["", "session=", "session=a.b.c", "session=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."])
    expect((await world.api.request("/me", { headers: { cookie } })).status).toBe(401);
});
