import { createFakeSts, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

/** A fake STS that runs on this machine, and what a user of it needs to know. */
export interface FakeAws {
  /** Where it listens. */
  readonly endpoint: string;
  /** Keys of its IAM user, from AWS's documentation. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The user's MFA device. */
  readonly serialNumber: string;
  /** The code that the device shows now. */
  readonly code: () => Promise<string>;
  /** How the fake handled each request it received, one line each. */
  readonly received: () => string[];
  /** Stops it. */
  readonly close: () => Promise<void>;
}

/** Starts the fake STS on a free port of 127.0.0.1. */
export async function startFakeAws(): Promise<FakeAws> {
  const fake = createFakeSts();
  const server = await startStsServer({ sts: fake });
  const [credentials] = demoUser.accessKeys;
  const serialNumber = demoUser.mfaDevices?.[0]?.serialNumber;
  if (credentials === undefined || serialNumber === undefined)
    throw new Error("The demo user lacks a key or a device");
  return {
    endpoint: server.url,
    credentials,
    serialNumber,
    code: () => fake.mfaCode(serialNumber),
    received: () =>
      fake.calls().map(({ operation, accessKeyId, outcome }) => {
        const verdict = outcome === "ok" ? "signature and code accepted" : `refused: ${String(outcome)}`;
        return `${operation} signed with ${String(accessKeyId)}: ${verdict}`;
      }),
    close: () => server.close(),
  };
}
