import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { rm } from "node:fs/promises";

import { afterAll, describe, expect, test, vi } from "vitest";

import { type Failure, forms, leaksIn, writings } from "../support/marked-secrets.ts";
import { clientPaths, configurationPaths, inputPaths } from "../support/secrets/failing-calls.ts";
import { fakePaths, localPaths, requestPaths } from "../support/secrets/failing-providers.ts";
import { redeemPaths, signerPaths } from "../support/secrets/failing-signers.ts";
import { cachePaths, storePaths } from "../support/secrets/failing-stores.ts";
import { requests } from "../support/secrets/hostile-services.ts";
import {
  type Path,
  type Recorder,
  callerKeys,
  home,
  now,
  secrets,
  sleep,
  MODES,
} from "../support/secrets/secrets.ts";

afterAll(() => rm(home, { recursive: true, force: true }));

const channel = tracingChannel("@org/sts-client:send");
const SHARED = "@org/sts-client:shared-session";

/** Fails in a way, and keeps everything that anybody could see of it. */
async function failureOf({ fail }: Path): Promise<Failure> {
  const printed: unknown[] = [];
  const logged: unknown[] = [];
  const published: unknown[] = [];
  const written: string[] = [];
  const keep = (...lines: unknown[]): void => void logged.push(...lines);
  const publish = (message: unknown): void => void published.push(message);
  const logger = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  const recorder: Recorder = {
    print: (value) => (printed.push(value), value),
    publish,
    logger,
    config: {
      region: "eu-west-1",
      credentials: callerKeys,
      maxAttempts: 2,
      inputValidation: undefined,
      logMode: [...MODES],
      logger,
      sleep,
      now,
    },
  };
  const writers = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => Boolean(written.push(String(chunk)))),
  );
  const listen = (warning: Error): void => void written.push(String(warning.stack));
  process.on("warning", listen);
  const listeners = { start: publish, end: publish, asyncStart: publish, asyncEnd: publish, error: publish };
  channel.subscribe(listeners);
  subscribe(SHARED, publish);
  try {
    const error: unknown = await fail(recorder).catch((caught: unknown) => caught);
    // Warnings are told on the next tick.
    await new Promise((resolve) => setImmediate(resolve));
    return { error, printed, logged, published, written: written.join("\n") };
  } finally {
    for (const writer of writers) writer.mockRestore();
    process.off("warning", listen);
    channel.unsubscribe(listeners);
    unsubscribe(SHARED, publish);
  }
}

const everyWriting = writings(secrets);
const families: [name: string, paths: readonly Path[], succeeds?: boolean][] = [
  ["calls of a client", clientPaths],
  ["configuration", configurationPaths],
  ["inputs", inputPaths],
  ["providers that ask a service", requestPaths],
  ["providers that read what is here", localPaths],
  ["providers that the fake service refuses", fakePaths],
  ["shared sessions", storePaths, true],
  ["the disk cache", cachePaths, true],
  ["the signer", signerPaths],
  ["proofs", redeemPaths],
];

describe.each(families)("no secret is shown by %s:", (_family, paths, succeeds = false) => {
  describe.each(paths.map((path) => [path.name, path] as const))("%s", (_name, path) => {
    let failure: Promise<Failure> | undefined;

    test("the call on this path fails", async () => {
      const before = requests;
      const { error } = await (failure ??= failureOf(path));
      expect(requests > before || !path.asks).toBe(true);
      if (succeeds) return;
      expect(error instanceof Error || Object(error).ok === false).toBe(true);
    });

    test.for(forms)("no secret is shown in the form %s", async ([, show]) => {
      expect(leaksIn(show(await (failure ??= failureOf(path))), everyWriting)).toEqual([]);
    });
  });
});
