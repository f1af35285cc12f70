import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { expect, test } from "vitest";

const RESULT = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/demo</Arn>
<UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

const START = Date.UTC(2030, 0, 1);

/** The offset that a client learns from a response that took some time and whose date is off from the middle of that time. */
async function learnedOffset(tookMs: number, dateOffMs: number, headers: Record<string, string> = {}) {
  let now = START;
  const client = new STSClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
    now: () => now,
    requestTimeout: 0,
    totalTimeout: 0,
    fetch: async () => {
      now += tookMs;
      const date = new Date(START + tookMs / 2 + dateOffMs).toUTCString();
      return new Response(RESULT, { headers: { "content-type": "text/xml", date, ...headers } });
    },
  });
  await client.send(new GetCallerIdentityCommand());
  return client.config.systemClockOffset;
}

// A date counts whole seconds, so the middle of its second is taken: 500 ms are added.
test.each([
  { took: "no time", tookMs: 0, dateOffMs: 1000, learned: 0 },
  { took: "no time", tookMs: 0, dateOffMs: 2000, learned: 2500 },
  { took: "no time", tookMs: 0, dateOffMs: -2000, learned: 0 },
  { took: "no time", tookMs: 0, dateOffMs: -3000, learned: -2500 },
  { took: "10 s", tookMs: 10_000, dateOffMs: 6000, learned: 0 },
  { took: "10 s", tookMs: 10_000, dateOffMs: 7000, learned: 7500 },
  { took: "15 minutes", tookMs: 900_000, dateOffMs: 451_000, learned: 0 },
  { took: "15 minutes", tookMs: 900_000, dateOffMs: 452_000, learned: 452_500 },
  { took: "more than 15 minutes", tookMs: 902_000, dateOffMs: 3_600_000, learned: 0 },
])(
  "a response that took $took and whose date is $dateOffMs ms off teaches an offset of $learned ms",
  async ({ tookMs, dateOffMs, learned }) => {
    expect(await learnedOffset(tookMs, dateOffMs)).toBe(learned);
  },
);

test("a response from a cache teaches no offset", async () => {
  expect(await learnedOffset(0, 3_600_000)).toBe(3_600_500);
  expect(await learnedOffset(0, 3_600_000, { age: "3600" })).toBe(0);
});
