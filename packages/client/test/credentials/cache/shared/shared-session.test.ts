import { subscribe, unsubscribe } from "node:diagnostics_channel";

import {
  fromAssumeRole,
  fromMfaSession,
  fromSaml,
  fromWebToken,
  memoize,
  sharedSession,
} from "@org/sts-client/credentials";
import type {
  AwsCredentialIdentity,
  CredentialsProvider,
  SessionStore,
  SharedSessionEvent,
} from "@org/sts-client/credentials";
import { fileStore } from "@org/sts-client/credentials/node";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";
import { expect, onTestFinished, test, vi } from "vitest";

import { roleArn, userKeys } from "../../../support/sts-world.ts";
import { createFleet, sealingKey } from "../../../support/fleet/fleet.ts";

const HOUR = 3600;

/** A provider of somebody else: sessions of an hour with keys numbered from 1. */
function foreign(now: () => number, lifeMs = HOUR * 1000) {
  let calls = 0;
  const provider: CredentialsProvider = async () => {
    calls += 1;
    return {
      accessKeyId: `ASIA${calls}`,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: new Date(now() + lifeMs),
    };
  };
  return { provider, calls: () => calls };
}

test("a hundred hosts that start together make one call and have one session", async () => {
  const { createHost, settle, calls, count } = await createFleet();
  const hosts = Array.from({ length: 100 }, () => createHost());
  const all = await settle(Promise.all(hosts.map((host) => host())));
  expect(calls()).toBe(1);
  expect(new Set(all.map(({ sessionToken }) => sessionToken)).size).toBe(1);
  expect([count("call"), count("wait") + count("hit"), count("fallback")]).toEqual([1, 99, 0]);
});

test("a host that comes later takes the session from the store as it was made", async () => {
  const { createHost, clock, calls } = await createFleet();
  const first = await createHost()();
  clock.advanceSeconds(600);
  const second = await createHost()();
  expect(second).toEqual(first);
  expect(second.accountId).toBe("123456789012");
  expect(second.$source).toEqual({ CREDENTIALS_STS_ASSUME_ROLE: "i" });
  expect(calls()).toBe(1);
});

test("a call that is served from the process's own memory does not look at the store", async () => {
  let looks = 0;
  const { createHost } = await createFleet({
    changeStore: (store) => ({ ...store, get: (...all) => ((looks += 1), store.get(...all)) }),
  });
  const host = createHost();
  await host();
  const before = looks;
  for (let index = 0; index < 100; index += 1) await host();
  expect(looks).toBe(before);
});

test("a session is renewed ahead of its end by one, while the others use the old one", async () => {
  const { createHost, clock, settle, calls } = await createFleet();
  const hosts = Array.from({ length: 20 }, () => createHost());
  const [old] = await settle(Promise.all(hosts.map((host) => host())));
  clock.advanceSeconds(HOUR - 200);
  const during = await settle(Promise.all(hosts.map((host) => host())));
  expect(calls()).toBe(2);
  expect(during.filter(({ accessKeyId }) => accessKeyId === old?.accessKeyId).length).toBeGreaterThan(10);
  clock.advanceSeconds(120);
  const after = await settle(Promise.all(hosts.map((host) => host())));
  expect(calls()).toBe(2);
  expect(new Set(after.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
});

test.each([1, 2, 3])("ten hours of a one-hour role cost 10 to 11 calls, run %i", async () => {
  const { createHost, clock, settle, calls } = await createFleet();
  const hosts = Array.from({ length: 5 }, () => createHost());
  const failures: unknown[] = [];
  const start = clock.now();
  while (clock.now() < start + 10 * HOUR * 1000) {
    for (const host of hosts) {
      const { expiration } = await settle(host());
      if (!(Number(expiration) > clock.now())) failures.push(expiration);
    }
    clock.advanceSeconds(30);
  }
  expect(failures).toEqual([]);
  expect(calls()).toBeGreaterThanOrEqual(10);
  expect(calls()).toBeLessThanOrEqual(11);
});

test("a forced refresh refuses the session returned last, and takes one that another made since", async () => {
  const { createHost, settle, calls } = await createFleet();
  const [a, b] = [createHost(), createHost()];
  const first = await a();
  expect(await b()).toEqual(first);
  const second = await settle(a({ forceRefresh: true }));
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect(await settle(b({ forceRefresh: true }))).toEqual(second);
  expect(calls()).toBe(2);
});

test("a forced refresh where there is no session yet makes one", async () => {
  const { createHost, settle, calls } = await createFleet();
  const first = await settle(createHost()({ forceRefresh: true }));
  expect(first.accessKeyId).toMatch(/^ASIA/);
  expect(calls()).toBe(1);
});

test("an early renewal that fails is not an error, and one caller retries it, not all", async () => {
  const { createHost, clock, settle, calls, fake } = await createFleet();
  // The host that asked would ask twice: its provider's own renewal fails, and it is asked again without its memory.
  await settle(createHost()());
  const hosts = Array.from({ length: 10 }, () => createHost());
  // A refusal that the client does not try again by itself, which would take real time.
  fake.fault({ kind: "region-disabled" });
  clock.advanceSeconds(HOUR - 290);
  for (const host of hosts) await settle(host());
  expect(calls()).toBe(2);
  clock.advanceSeconds(40);
  for (const host of hosts) await settle(host());
  clock.advanceSeconds(120);
  for (const host of hosts) await settle(host());
  expect(calls()).toBe(3);
});

test("every waiter sees why there is no session, after a few have tried", async () => {
  const { createHost, settle, calls, fake } = await createFleet();
  const hosts = Array.from({ length: 12 }, () =>
    createHost({ role: { params: { RoleArn: roleArn("nobody-may") } } }),
  );
  const all = await settle(Promise.allSettled(hosts.map((host) => host())));
  for (const one of all) expect(one).toMatchObject({ reason: { name: "AccessDenied" } });
  expect(calls()).toBe(12);
  expect(fake.calls().every(({ operation }) => operation === "AssumeRole")).toBe(true);
});

test("credentials without an end, or without a token, stay in the process", async () => {
  const { createHost, clock } = await createFleet();
  const end = new Date(clock.now() + 1e6);
  for (const identity of [
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "s" },
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "s", expiration: end },
    { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t" },
  ]) {
    let calls = 0;
    const provider = async () => ((calls += 1), identity);
    expect(await createHost({ provider, shared: { key: "x" } })()).toEqual(identity);
    expect(await createHost({ provider, shared: { key: "x" } })()).toEqual(identity);
    expect(calls).toBe(2);
  }
});

test("a provider's own memory does not keep an ending session alive", async () => {
  const { createHost, clock, settle, calls } = await createFleet();
  const host = createHost();
  const seen = new Set<string>();
  for (let renewals = 0; renewals < 4; renewals += 1) {
    seen.add((await settle(host())).accessKeyId);
    clock.advanceSeconds(HOUR - 240);
  }
  expect(seen.size).toBe(4);
  expect(calls()).toBe(4);
});

test("a provider that keeps living keys when its renewal fails is asked once for each try", async () => {
  const { createHost, clock, settle } = await createFleet();
  const now = () => clock.now();
  const { provider, calls } = foreign(now);
  let failures = 0;
  const failing: CredentialsProvider = async (asked) => {
    if (calls() === 0) return provider(asked);
    failures += 1;
    throw new Error("STS is down");
  };
  const host = createHost({
    provider: memoize(failing, { now, warn: () => undefined }),
    shared: { key: "living" },
  });
  const first = await settle(host());
  clock.advanceSeconds(HOUR - 200);
  expect(await settle(host())).toEqual(first);
  expect(failures).toBe(1);
  // And once more in the second half of what is left.
  clock.advanceSeconds(110);
  expect(await settle(host())).toEqual(first);
  expect(failures).toBe(2);
});

test("a session that is kept because its renewal failed is told to the logger, once, and to nobody else", async () => {
  const { createHost, settle, clock } = await createFleet();
  const { provider, calls } = foreign(() => clock.now());
  const failing: CredentialsProvider = async (asked) => {
    if (calls() === 0) return provider(asked);
    throw new Error("STS is down");
  };
  const lines: string[] = [];
  const logger = { warn: (line: unknown) => lines.push(String(line)), info: () => undefined };
  const toConsole = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const host = createHost({ provider: failing, shared: { key: "kept", logger } });
  const first = await settle(host());
  clock.advanceSeconds(HOUR - 50);
  expect(await settle(host())).toEqual(first);
  clock.advanceSeconds(35);
  expect(await settle(host())).toEqual(first);
  expect(lines).toEqual([expect.stringContaining("credentials could not be renewed")]);
  expect(toConsole).not.toHaveBeenCalled();
  toConsole.mockRestore();
});

// Each differs from the first in something that a session belongs to.
const params = { RoleArn: roleArn("one") };
const owners: Record<string, () => CredentialsProvider> = {
  "the role": () => fromAssumeRole({ source: userKeys, params: { RoleArn: roleArn("two") } }),
  "the session name": () =>
    fromAssumeRole({ source: userKeys, params: { ...params, RoleSessionName: "other" } }),
  "the policy": () => fromAssumeRole({ source: userKeys, params: { ...params, Policy: "{}" } }),
  "the policy ARNs": () =>
    fromAssumeRole({
      source: userKeys,
      params: { ...params, PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }] },
    }),
  "the tags": () =>
    fromAssumeRole({ source: userKeys, params: { ...params, Tags: [{ Key: "a", Value: "b" }] } }),
  "the external id": () => fromAssumeRole({ source: userKeys, params: { ...params, ExternalId: "other" } }),
  "the source identity": () =>
    fromAssumeRole({ source: userKeys, params: { ...params, SourceIdentity: "someone" } }),
  "the duration": () => fromAssumeRole({ source: userKeys, params: { ...params, DurationSeconds: 900 } }),
  "the MFA device": () =>
    fromAssumeRole({
      source: userKeys,
      params: { ...params, SerialNumber: "arn:aws:iam::123456789012:mfa/demo" },
    }),
  "the user": () => fromAssumeRole({ source: { ...userKeys, accessKeyId: "AKIAI44QH8DHBEXAMPLE" }, params }),
  "the endpoint": () =>
    fromAssumeRole({ source: userKeys, params, clientConfig: { endpoint: "http://127.0.0.1:9" } }),
  "the role below": () =>
    fromAssumeRole({
      source: fromAssumeRole({ source: userKeys, params: { RoleArn: roleArn("two") } }),
      params,
    }),
  "the operation": () =>
    fromMfaSession({ source: userKeys, serialNumber: "arn:aws:iam::123456789012:mfa/demo" }),
};

/** The entry that a provider's session would have. */
async function entryOf(provider: CredentialsProvider, key?: string): Promise<string> {
  const names: string[] = [];
  const inner = memoryStore();
  const store: SessionStore = {
    ...inner,
    get: (name, signal) => {
      names.push(name);
      return inner.get(name, signal);
    },
  };
  const identity = { accessKeyId: "ASIA1", secretAccessKey: "s", sessionToken: "t" };
  const stopped: SessionStore = { ...store, lease: () => Promise.reject(new Error("stop")) };
  const stub = Object.assign(async (): Promise<AwsCredentialIdentity> => identity);
  // The same notes on a provider that asks nobody.
  Object.defineProperties(stub, Object.getOwnPropertyDescriptors(provider));
  await sharedSession(stub, { store: stopped, ...(key !== undefined && { key }) })();
  const [entry] = names;
  if (entry === undefined) throw new Error("the store was not asked for an entry");
  return entry;
}

test("providers with the same role, parameters and source share a session", async () => {
  const make = () => fromAssumeRole({ source: userKeys, params });
  expect(await entryOf(make())).toBe(await entryOf(make()));
  const reordered = fromAssumeRole({
    params: { ...params, Tags: [{ Value: "b", Key: "a" }] },
    source: async () => userKeys,
  });
  const tagged = fromAssumeRole({
    source: userKeys,
    params: { Tags: [{ Key: "a", Value: "b" }], ...params },
  });
  expect(await entryOf(reordered)).toBe(await entryOf(tagged));
});

test.each(Object.entries(owners))("a session belongs to %s", async (_, create) => {
  expect(await entryOf(create())).not.toBe(await entryOf(fromAssumeRole({ source: userKeys, params })));
});

const isWhose = ([name]: readonly [string, unknown]): boolean =>
  ["the user", "the role below"].includes(name);

test.each(Object.entries(owners).filter((owner) => !isWhose(owner)))(
  "a session belongs to %s also where a key is given",
  async (_, create) => {
    expect(await entryOf(create(), "key")).not.toBe(
      await entryOf(fromAssumeRole({ source: userKeys, params }), "key"),
    );
  },
);

test.each(Object.entries(owners).filter(isWhose))(
  "a key that is given says whose session it is, in place of %s",
  async (_, create) => {
    expect(await entryOf(create(), "key")).toBe(
      await entryOf(fromAssumeRole({ source: userKeys, params }), "key"),
    );
  },
);

test("providers over the same role below share a session", async () => {
  const over = (role: string, more: object = {}) =>
    fromAssumeRole({
      source: fromAssumeRole({ source: userKeys, params: { RoleArn: roleArn(role), ...more } }),
      params,
    });
  const entry = await entryOf(over("two"));
  expect(await entryOf(over("two"))).toBe(entry);
  expect(await entryOf(over("three"))).not.toBe(entry);
  expect(await entryOf(over("two", { ExternalId: "other" }))).not.toBe(entry);
});

const tokenOf = (claims: unknown): string =>
  ["header", Buffer.from(JSON.stringify(claims)).toString("base64url"), "signature"].join(".");
const claims = { iss: "https://issuer.example", sub: "müller/>?", aud: ["a"], azp: "app", exp: 1, jti: "1" };
const withToken = (token: string) => fromWebToken({ webIdentityToken: token, roleArn: roleArn("web") });

test("a session of an identity token belongs to whom the token is about, and not to the token", async () => {
  const entry = await entryOf(withToken(tokenOf(claims)));
  expect(await entryOf(withToken(tokenOf({ ...claims, exp: 2, jti: "2" })))).toBe(entry);
  const tags = (name: string) => ({ ...claims, [`https://aws.amazon.com/${name}`]: { a: ["b"] } });
  const others = [
    { ...claims, iss: "https://other.example" },
    { ...claims, sub: "müller/>!" },
    { ...claims, aud: ["b"] },
    { ...claims, azp: "other" },
    tags("tags"),
    tags("source_identity"),
  ];
  const entries = await Promise.all(others.map((other) => entryOf(withToken(tokenOf(other)))));
  expect(new Set([entry, ...entries]).size).toBe(others.length + 1);
});

test("a session of a SAML assertion belongs to its parameters and the key that is given", async () => {
  const PrincipalArn = "arn:aws:iam::123456789012:saml-provider/demo";
  const withAssertion = (samlAssertion: string, role = "saml") =>
    fromSaml({ samlAssertion, params: { RoleArn: roleArn(role), PrincipalArn } });
  const entry = await entryOf(withAssertion("one"), "alice");
  expect(await entryOf(withAssertion("two"), "alice")).toBe(entry);
  expect(await entryOf(withAssertion("one"), "bob")).not.toBe(entry);
  expect(await entryOf(withAssertion("one", "other"), "alice")).not.toBe(entry);
  const shared = sharedSession(withAssertion("one"), { store: memoryStore() });
  await expect(shared()).rejects.toMatchObject({ code: "ERR_OPTION_INVALID" });
});

test.each([
  ["that has no issuer", tokenOf({ ...claims, iss: undefined })],
  ["that has no subject", tokenOf({ ...claims, sub: undefined })],
  ["whose subject is a number", tokenOf({ ...claims, sub: 1 })],
  ["that is null", tokenOf(null)],
  ["without a payload", "header"],
  ["that is no Base64", "header.!.signature"],
  ["that is no JSON", `header.${Buffer.from("?").toString("base64url")}.signature`],
])("a session of a token %s belongs to nobody that is known, so that a key is needed", async (_, token) => {
  const shared = sharedSession(withToken(token), { store: memoryStore() });
  await expect(shared()).rejects.toMatchObject({ code: "ERR_OPTION_INVALID" });
});

test("callers with different keys have different sessions of the same provider", async () => {
  const { createHost, now } = await createFleet();
  const { provider } = foreign(now);
  const a = await createHost({ provider, shared: { key: "a" } })();
  const b = await createHost({ provider, shared: { key: "b" } })();
  const again = await createHost({ provider, shared: { key: "a" } })();
  expect(b.accessKeyId).not.toBe(a.accessKeyId);
  expect(again).toEqual(a);
});

test("the name of an entry tells nothing, and is the only thing in clear", async () => {
  const texts: string[] = [];
  const { createHost } = await createFleet({
    changeStore: (store) => ({
      ...store,
      put: (name, entry, signal) => {
        texts.push(name, entry.text);
        return store.put(name, entry, signal);
      },
    }),
  });
  const { sessionToken = "", secretAccessKey, accessKeyId } = await createHost()();
  expect(texts[0]).toMatch(/^[0-9a-f]{64}$/);
  for (const secret of [sessionToken, secretAccessKey, accessKeyId, "123456789012"]) {
    expect(texts.join()).not.toContain(secret);
  }
});

test("a provider of somebody else needs a key, and says so at once", () => {
  expect(() => sharedSession(async () => userKeys, { store: memoryStore() })).toThrow(/pass key/);
});

test("a role over a source with temporary credentials needs a key, and says so before it asks", async () => {
  const { createHost, calls } = await createFleet();
  const source = async () => ({ ...userKeys, sessionToken: "token" });
  const host = createHost({ role: { source } });
  await expect(host()).rejects.toMatchObject({ code: "ERR_OPTION_INVALID", message: /pass key/ });
  expect(calls()).toBe(0);
});

test("a shared session can be the source of another", async () => {
  const { createHost, calls, settle } = await createFleet();
  const make = () => createHost({ role: { source: createHost(), params: { RoleArn: roleArn("two") } } });
  const first = await settle(make()());
  expect(await settle(make()())).toEqual(first);
  expect(calls()).toBe(2);
});

test.each([
  [{ key: "" }, /key must be/],
  [{ key: " " }, /key must be/],
  [{ sealingKey: new Uint8Array(16) }, /one has 16 bytes/],
  [{ sealingKey: [] }, /the list is empty/],
  [{ leaseMs: 0 }, /leaseMs must be/],
  [{ leaseMs: 300_001 }, /leaseMs must be/],
  [{ storeTimeoutMs: Number.NaN }, /storeTimeoutMs must be/],
  [{ refreshWindowMs: -1 }, /refreshWindowMs must be/],
])("options %j are refused at once", (options, message) => {
  expect(() => sharedSession(async () => userKeys, { store: memoryStore(), key: "k", ...options })).toThrow(
    message,
  );
});

test("a store on this host needs no sealing key", () => {
  const provider = async () => userKeys;
  for (const store of [memoryStore(), fileStore({ directory: "anywhere" })])
    expect(sharedSession(provider, { store, key: "k" })).toBeTypeOf("function");
});

test("a store that others can read needs a sealing key, or the word that it has none", () => {
  const store: SessionStore = { ...memoryStore(), isPrivate: false };
  const options = { store, key: "k" };
  const provider = async () => userKeys;
  expect(() => sharedSession(provider, options)).toThrow(/pass sealingKey.*or unsealed: true/);
  sharedSession(provider, { ...options, unsealed: true });
  sharedSession(provider, { ...options, sealingKey });
});

test("events are counted, told to the callback, and published on the diagnostics channel", async () => {
  const published: SharedSessionEvent[] = [];
  const listen = (message: unknown): void => void published.push(message as SharedSessionEvent); // what is published there
  subscribe("@org/sts-client:shared-session", listen);
  try {
    const { createHost, events } = await createFleet();
    await createHost()();
    await createHost()();
    expect(events.map(({ kind }) => kind)).toEqual(["call", "hit"]);
    expect(published).toEqual(events);
    expect(events[1]).toMatchObject({ store: "memory", counters: { hit: 1, call: 0 } });
    expect(events[1]?.entry).toMatch(/^[0-9a-f]{64}$/);
  } finally {
    unsubscribe("@org/sts-client:shared-session", listen);
  }
});

test.each<[how: string, onEvent: () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["returns a promise that rejects", async () => Promise.reject(new Error("no"))],
])("a callback that %s disturbs nobody", async (_, onEvent) => {
  const unhandled = vi.fn<() => void>();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const { createHost } = await createFleet();
  const shared = { onEvent };
  await expect(createHost({ shared })()).resolves.toHaveProperty("accessKeyId");
  await new Promise((resolve) => setTimeout(resolve));
  expect(unhandled).not.toHaveBeenCalled();
});

test("a person is asked once by a fleet, and the lease is prolonged while they type", async () => {
  const { createHost, fake, settle, clock, clientConfig, now, count } = await createFleet();
  const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
  let questions = 0;
  const mfaCodeProvider = async () => {
    questions += 1;
    // The clock moves with those who wait, and the lease is prolonged in between.
    const end = clock.now() + 40_000;
    while (clock.now() < end) await new Promise((resolve) => setTimeout(resolve, 1));
    return fake.mfaCode(serialNumber);
  };
  const hosts = Array.from({ length: 16 }, () =>
    createHost({
      provider: fromMfaSession({ source: userKeys, serialNumber, mfaCodeProvider, clientConfig, now }),
    }),
  );
  const all = await settle(Promise.all(hosts.map((host) => host())));
  expect(questions).toBe(1);
  expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect([count("call"), count("wait"), count("fallback")]).toEqual([1, 15, 0]);
});
