import { LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

/** One test of {@link sessionStoreTests}. */
export interface SessionStoreTest {
  /** What a store must do, as a sentence. */
  readonly name: string;
  /** Runs the test; rejects with an `Error` that says what the store did instead. Takes at most a few seconds. */
  readonly run: () => Promise<void>;
}

/** Options of {@link sessionStoreTests}. */
export interface SessionStoreTestOptions {
  /**
   * Opens the store as another process would: a separate connection to the same records. Called several times in a test.
   */
  readonly open: () => SessionStore | Promise<SessionStore>;
  /** Milliseconds that are enough for one step of the store, yet short enough to wait for. Default 300. */
  readonly stepMs?: number | undefined;
}

/**
 * What every {@link SessionStore} must do, as tests for any runner.
 *
 * Each test uses its own records with random names, so the store may be in use.
 *
 * @example
 * import { test } from "node:test";
 * import { memoryStore, sessionStoreTests } from "@org/sts-client/credentials/store-conformance";
 *
 * const store = memoryStore();
 * for (const { name, run } of sessionStoreTests({ open: () => store })) test(name, run);
 */
export function sessionStoreTests({
  open,
  stepMs = 300,
}: SessionStoreTestOptions): readonly SessionStoreTest[] {
  const define = (
    name: string,
    body: (record: OpenRecord, other: OpenRecord) => Promise<void>,
  ): SessionStoreTest => ({
    name,
    run: async () => {
      const entry = `test-${crypto.randomUUID()}`;
      await body(recordOf(await open(), entry), recordOf(await open(), entry));
    },
  });
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const long = stepMs * 100;

  return [
    define("A record that was never written has no text and no lease.", async (record) => {
      const { text, fence, leasedForMs } = await record.get();
      expect([text, fence, leasedForMs], [undefined, 0, 0]);
    }),
    define("A stored text is read by every process, with every character.", async (record, other) => {
      const text = `ä€𝄞\n"\\ ${"x".repeat(6000)}`;
      const fence = await record.lease(long);
      expect(await record.put(text, long, fence), true);
      expect((await other.get()).text, text);
    }),
    define("A lease has a whole number above zero, and shows until it ends.", async (record, other) => {
      const fence = await record.lease(long);
      expect(Number.isSafeInteger(fence) && fence > 0, true);
      const seen = await other.get();
      expect(seen.fence, fence);
      expect(seen.leasedForMs > 0 && seen.leasedForMs <= long + stepMs, true);
    }),
    define("One process at a time has the lease.", async (record, other) => {
      await record.lease(long);
      expect(await other.tryLease(long), undefined);
      expect(await record.tryLease(long), undefined);
    }),
    define("Of many that ask at once exactly one gets the lease.", async (record, other) => {
      const granted = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 ? record : other).tryLease(long)),
      );
      expect(granted.filter((fence) => fence !== undefined).length, 1);
    }),
    define("A lease that has ended is granted to another, with a greater number.", async (record, other) => {
      const first = await record.lease(stepMs);
      await wait(stepMs * 2);
      expect((await other.get()).leasedForMs, 0);
      expect((await other.lease(long)) > first, true);
    }),
    define(
      "A lease that was given back is granted at once, with a greater number.",
      async (record, other) => {
        const first = await record.lease(long);
        expect(await record.tryLease(0, first), first);
        expect((await other.get()).leasedForMs, 0);
        expect((await other.lease(long)) > first, true);
      },
    ),
    define("A prolonged lease outlasts its first end.", async (record, other) => {
      const fence = await record.lease(stepMs);
      expect(await record.tryLease(long, fence), fence);
      await wait(stepMs * 2);
      expect(await other.tryLease(long), undefined);
      expect((await other.get()).fence, fence);
    }),
    define("A lease that went to another cannot be prolonged or given back.", async (record, other) => {
      const old = await record.lease(stepMs);
      await wait(stepMs * 2);
      const newer = await other.lease(long);
      expect(await record.tryLease(long, old), undefined);
      expect(await record.tryLease(0, old), undefined);
      const seen = await other.get();
      expect([seen.fence, seen.leasedForMs > 0], [newer, true]);
    }),
    define("A late holder cannot overwrite what was stored since.", async (record, other) => {
      const old = await record.lease(stepMs);
      await wait(stepMs * 2);
      const newer = await other.lease(long);
      expect(await record.put("late", long, old), false);
      expect(await other.put("newer", long, newer), true);
      expect(await record.put("late", long, old), false);
      expect((await record.get()).text, "newer");
    }),
    define("A holder whose lease has ended may store while no other has it.", async (record) => {
      const fence = await record.lease(stepMs);
      await wait(stepMs * 2);
      expect(await record.put("in time", long, fence), true);
      expect((await record.get()).text, "in time");
    }),
    define("Storing ends the lease.", async (record, other) => {
      await record.put("text", long, await record.lease(long));
      expect((await other.get()).leasedForMs, 0);
      expect(typeof (await other.tryLease(long)), "number");
    }),
    define("A text stays readable while a new lease is held.", async (record, other) => {
      await record.put("old", long, await record.lease(long));
      await other.lease(long);
      expect((await record.get()).text, "old");
    }),
    define(
      "A text whose life has ended is not read, and no text comes back by a lease.",
      async (record, other) => {
        await record.put("short", stepMs, await record.lease(long));
        await wait(stepMs * 2);
        expect((await other.get()).text, undefined);
        await other.lease(long);
        expect((await record.get()).text, undefined);
      },
    ),
    define("Nothing is stored without a lease.", async (record) => {
      expect(await record.put("text", long, 12_345), false);
      expect((await record.get()).text, undefined);
    }),
    define("Records do not touch each other.", async (record) => {
      const other = recordOf(await open(), `test-${crypto.randomUUID()}`);
      await record.put("one", long, await record.lease(long));
      await other.put("two", long, await other.lease(long));
      expect([(await record.get()).text, (await other.get()).text], ["one", "two"]);
    }),
    define("The store's clock, where it tells one, goes on.", async (record) => {
      const { now: first } = await record.get();
      await wait(stepMs);
      const { now: second } = await record.get();
      const passed = first === undefined || second === undefined ? stepMs : second - first;
      expect(passed > 0 && passed < stepMs * 20, true);
    }),
    define("The longest lease is granted.", async (record, other) => {
      await record.lease(LONGEST_LEASE_MS);
      expect(await other.tryLease(long), undefined);
    }),
  ];
}

interface OpenRecord {
  readonly get: () => Promise<StoredSession>;
  readonly put: (text: string, lifeMs: number, fence: number) => Promise<boolean>;
  readonly tryLease: (lifeMs: number, fence?: number) => Promise<number | undefined>;
  readonly lease: (lifeMs: number) => Promise<number>;
}

function recordOf(store: SessionStore, name: string): OpenRecord {
  const signal = (): AbortSignal => AbortSignal.timeout(10_000);
  const tryLease = (lifeMs: number, fence?: number): Promise<number | undefined> =>
    store.lease(name, { lifeMs, fence }, signal());
  return {
    get: () => store.get(name, signal()),
    put: (text, lifeMs, fence) => store.put(name, { text, lifeMs, fence }, signal()),
    tryLease,
    lease: async (lifeMs) => {
      const fence = await tryLease(lifeMs);
      if (fence === undefined) throw new Error("the store granted no lease although nobody held one");
      return fence;
    },
  };
}

function expect(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`expected ${b ?? "undefined"}, found ${a ?? "undefined"}`);
}
