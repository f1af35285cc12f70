import { inspect } from "node:util";

import type { CredentialsProvider, SealingKeySource, SessionStore } from "@org/sts-client/credentials";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";
import { describe, expect, test } from "vitest";

import { createFleet, sealingKey } from "../../../support/fleet/fleet.ts";

const otherKey = new Uint8Array(32).fill(9);

/** A store whose texts a test can look at and change. */
function openStore(now: () => number) {
  const texts = new Map<string, string>();
  const inner = memoryStore({ now });
  const store: SessionStore = {
    ...inner,
    get: async (name, signal) => ({ ...(await inner.get(name, signal)), text: texts.get(name) }),
    put: async (name, entry, signal) => {
      const stored = await inner.put(name, entry, signal);
      if (stored) texts.set(name, entry.text);
      return stored;
    },
  };
  return { texts, store };
}

async function createSealedFleet() {
  const fleet = await createFleet();
  const { texts, store } = openStore(() => fleet.clock.now());
  const host = (keys: SealingKeySource | undefined = sealingKey, key = "team"): CredentialsProvider =>
    fleet.createHost({ shared: { store, sealingKey: keys, key, unsealed: keys === undefined } });
  return { ...fleet, texts, host };
}

const flip = (text: string, index: number): string =>
  text.slice(0, index) + (text[index] === "A" ? "B" : "A") + text.slice(index + 1);

// What somebody who can write to the store may do to an entry.
const tampering: Record<string, (text: string) => string> = {
  "with a changed first character": (text) => flip(text, 0),
  "with a changed nonce": (text) => flip(text, 10),
  "with a changed text": (text) => flip(text, 60),
  "with a changed tag": (text) => flip(text, text.length - 8),
  "cut short": (text) => text.slice(0, -9),
  "cut to nothing but its nonce": (text) => text.slice(0, 25),
  "that is no Base64": (text) => `${text}!`,
  "that is empty": () => "",
  "that is rubbish": () => "rubbish",
  "in clear": () =>
    `1.clear.${JSON.stringify({ accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t", expiration: 9e15, lifeMs: 9e9 })}`,
};

test.each(Object.entries(tampering))("an entry %s is passed over and replaced", async (_, change) => {
  const { host, texts, calls } = await createSealedFleet();
  const first = await host()();
  for (const [name, text] of texts) texts.set(name, change(text));
  const second = await host()();
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect(await host()()).toEqual(second);
  expect(calls()).toBe(2);
});

test("an entry that was moved to another name is passed over and replaced", async () => {
  const { host, texts, calls, count } = await createSealedFleet();
  const mine = await host(sealingKey, "mine")();
  const yours = await host(sealingKey, "yours")();
  const names = [...texts.keys()];
  const moved = [...texts.values()].reverse();
  for (const [index, name] of names.entries()) texts.set(name, moved[index] ?? "");
  const again = await host(sealingKey, "mine")();
  expect([mine.accessKeyId, yours.accessKeyId]).not.toContain(again.accessKeyId);
  expect(await host(sealingKey, "mine")()).toEqual(again);
  expect(calls()).toBe(3);
  expect(count("discard")).toBeGreaterThan(0);
});

test("an old entry that was put back is passed over when it has ended", async () => {
  const { host, texts, clock, calls } = await createSealedFleet();
  await host()();
  const old = new Map(texts);
  clock.advanceSeconds(3700);
  await host()();
  for (const [name, text] of old) texts.set(name, text);
  const { expiration } = await host()();
  expect(Number(expiration)).toBeGreaterThan(clock.now());
  expect(calls()).toBe(3);
});

test("an entry sealed with a key that is not known here is passed over and replaced", async () => {
  const { host, calls } = await createSealedFleet();
  await host(sealingKey)();
  const other = await host(otherKey)();
  expect(await host(otherKey)()).toEqual(other);
  expect(calls()).toBe(2);
});

test("a key is changed in three steps without a call to STS", async () => {
  const { host, calls } = await createSealedFleet();
  const steps = [[sealingKey], [sealingKey, otherKey], [otherKey, sealingKey]];
  const all = [];
  for (const keys of steps) all.push(await host(keys)());
  // What is made from then on is sealed with the new key.
  expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  await host([otherKey, sealingKey])({ forceRefresh: true });
  expect(calls()).toBe(2);
  await host([otherKey])();
  expect(calls()).toBe(2);
});

test("keys in every form open the same entries", async () => {
  const { host, calls } = await createSealedFleet();
  const cryptoKey = await crypto.subtle.importKey("raw", sealingKey, "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const forms: SealingKeySource[] = [
    sealingKey,
    Buffer.from(sealingKey),
    [sealingKey],
    cryptoKey,
    [otherKey, cryptoKey],
    () => sealingKey,
    async () => [otherKey, cryptoKey],
  ];
  for (const form of forms) await host(form)();
  expect(calls()).toBe(1);
});

test("the same session is sealed differently each time", async () => {
  const { host, texts } = await createSealedFleet();
  await host(sealingKey, "a")();
  await host(sealingKey, "a")({ forceRefresh: true });
  const [text = ""] = texts.values();
  expect(text).toMatch(/^1\.sealed\.[\w+/]+=*$/);
  await host(sealingKey, "b")();
  const nonces = [...texts.values()].map((entry) => entry.slice(9, 25));
  expect(new Set(nonces).size).toBe(2);
});

test("a CryptoKey of another algorithm or without a usage is refused", async () => {
  const { host } = await createSealedFleet();
  const small = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const oneWay = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  expect(() => host(small)).toThrow(/AES-GCM of 256 bits/);
  expect(() => host(oneWay)).toThrow(/lacks the usage/);
});

test.each([
  ["throws", () => Promise.reject(new Error("the key service is down"))],
  ["gives a key of the wrong length", () => new Uint8Array(31)],
])("a function for the key that %s makes each host ask by itself, and is logged", async (_, key) => {
  const { createHost, calls, count } = await createFleet();
  const lines: string[] = [];
  const logger = { warn: (line: unknown) => lines.push(String(line)), info: () => undefined };
  const make = () => createHost({ shared: { sealingKey: key, logger } });
  // The first finds nothing to open, and cannot seal what it got.
  for (let hosts = 0; hosts < 3; hosts += 1) await make()();
  expect(calls()).toBe(3);
  expect(count("fallback") + lines.length).toBeGreaterThan(0);
  expect(lines[0]).toMatch(/the key service is down|one has 31 bytes/);
});

test("nothing secret is in an event, a log line, an error or the provider itself", async () => {
  const secrets = [Buffer.from(sealingKey).toString("base64"), "0707070707"];
  const seen: unknown[] = [];
  const { createHost, events } = await createFleet({
    changeStore: (store) => ({ ...store, put: () => Promise.reject(new Error("full")) }),
  });
  const logger = {
    warn: (...all: unknown[]) => seen.push(...all),
    info: (...all: unknown[]) => seen.push(...all),
  };
  const host = createHost({ shared: { logger } });
  const { sessionToken, secretAccessKey } = await host();
  seen.push(...events, host);
  const text = inspect(seen, { depth: 10, showHidden: true }) + JSON.stringify(seen);
  for (const secret of [...secrets, sessionToken ?? "", secretAccessKey]) expect(text).not.toContain(secret);
});

describe("an entry in clear", () => {
  /** Puts an entry into the store in the place of the one that is there, and says what the next host gets. */
  async function found(entry: unknown) {
    const fleet = await createFleet();
    const { texts, store } = openStore(() => fleet.clock.now());
    const host = () =>
      fleet.createHost({
        shared: { store: { ...store, isPrivate: false }, key: "team", unsealed: true, sealingKey: undefined },
      });
    await host()();
    const other = {
      accessKeyId: "ASIAOTHER",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: fleet.clock.now() + 3_600_000,
      lifeMs: 3_600_000,
      ...Object(entry),
    };
    for (const name of texts.keys()) {
      expect(texts.get(name)).toMatch(/^1\.clear\.\{"/);
      texts.set(name, typeof entry === "string" ? entry : `1.clear.${JSON.stringify(other)}`);
    }
    return { identity: await host()(), calls: fleet.calls(), discarded: fleet.count("discard") };
  }

  test("is taken as it is, with what it says about the session", async () => {
    const more = { credentialScope: "eu-west-1", accountId: "123456789012", $source: { FEATURE: "x" } };
    const { identity, calls } = await found(more);
    expect(identity).toMatchObject({ accessKeyId: "ASIAOTHER", ...more });
    expect(identity.expiration).toBeInstanceOf(Date);
    expect(calls).toBe(1);
  });

  test.each([
    { credentialScope: 1 },
    { credentialScope: "" },
    { accountId: 123 },
    { accountId: "" },
    { $source: "x" },
    { $source: null },
  ])("is taken without a member of the wrong kind: %j", async (more) => {
    const { identity, calls } = await found(more);
    expect(identity).toMatchObject({ accessKeyId: "ASIAOTHER" });
    const [name = ""] = Object.keys(more);
    // Our own features are added to the source.
    expect(Object(identity)[name]).not.toBe(Object(more)[name]);
    expect(calls).toBe(1);
  });

  test.each([
    { accessKeyId: undefined },
    { accessKeyId: "" },
    { accessKeyId: 1 },
    { secretAccessKey: undefined },
    { secretAccessKey: "" },
    { sessionToken: undefined },
    { sessionToken: "" },
    { expiration: undefined },
    { expiration: "2030-01-01T00:00:00Z" },
    { expiration: 9e15 },
    { lifeMs: undefined },
    { lifeMs: "3600000" },
    { lifeMs: 0 },
    { lifeMs: -1 },
    "1.clear.",
    "1.clear.[]",
    "1.clear.null",
    "1.clear.{",
    "2.clear.{}",
  ])("is passed over and replaced when it is none: %j", async (entry) => {
    const { identity, calls, discarded } = await found(entry);
    expect(identity.accessKeyId).toMatch(/^ASIA/);
    expect(identity.accessKeyId).not.toBe("ASIAOTHER");
    expect(identity.secretAccessKey).not.toBe("secret");
    expect(calls).toBe(2);
    expect(discarded).toBeGreaterThan(0);
  });
});
