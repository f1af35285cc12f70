import { createClock, createFakeSts, demoUser, type FakeStsOptions, totpCode } from "@org/sts-mock";
import { GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_SERIAL } from "../support/call.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const STEP = Number(NOW) / 30_000;
const SECRET = demoUser.mfaDevices?.[0]?.secret ?? "";
const codeOf = (steps: number): Promise<string> => totpCode(SECRET, Number(NOW) + steps * 30_000);

function world(options: FakeStsOptions = {}) {
  const clock = createClock({ at: NOW });
  const fake = createFakeSts({ users: [demoUser], clock, ...options });
  const use = (TokenCode: string): Promise<string> =>
    call(fake, GetSessionToken, { SerialNumber: DEMO_SERIAL, TokenCode }).then(
      () => "accepted",
      (error: unknown) => (error instanceof Error ? error.name : "?"),
    );
  return { clock, fake, use, show: () => fake.mfaCode(DEMO_SERIAL) };
}

test("A device shows a new code after each that was used, in one moment, and each is accepted once.", async () => {
  const { show, use } = world();
  const seen: string[] = [];
  for (let steps = 0; steps < 5; steps += 1) {
    const code = await show();
    expect(code).toBe(await codeOf(steps));
    expect([await use(code), await use(code)]).toEqual(["accepted", "AccessDenied"]);
    seen.push(code);
  }
  for (const code of seen) expect(await use(code)).toBe("AccessDenied");
});

test("A device shows the same code until it is used.", async () => {
  const { show, use } = world();
  expect([await show(), await show()]).toEqual([await codeOf(0), await codeOf(0)]);
  await use(await codeOf(0));
  await use(await codeOf(1));
  expect([await show(), await show()]).toEqual([await codeOf(2), await codeOf(2)]);
  expect(await use(await codeOf(2))).toBe("accepted");
});

test("A code that is ahead is accepted only if it was shown.", async () => {
  const { show, use } = world();
  await use(await codeOf(1));
  expect(await use(await codeOf(2))).toBe("AccessDenied");
  const shown = await show();
  expect([await use(await codeOf(3)), await use(shown)]).toEqual(["AccessDenied", "accepted"]);
});

test("A code that was used ahead of its time is refused when its time comes, and the next is shown.", async () => {
  const { clock, show, use } = world();
  for (let steps = 0; steps < 3; steps += 1) await use(await show());
  clock.advanceSeconds(60);
  expect(await use(await codeOf(2))).toBe("AccessDenied");
  expect(await show()).toBe(await codeOf(3));
  expect(await use(await codeOf(3))).toBe("accepted");
});

test("The state of a fake has the newest code that was used, ahead of its time too.", async () => {
  const { fake, show, use } = world();
  expect(fake.exportState().usedMfaSteps).toEqual({ [DEMO_SERIAL]: -1 });
  await use(await show());
  expect(fake.exportState().usedMfaSteps).toEqual({ [DEMO_SERIAL]: STEP });
  for (let steps = 1; steps < 4; steps += 1) await use(await show());
  const state = fake.exportState();
  expect(state.usedMfaSteps).toEqual({ [DEMO_SERIAL]: STEP + 3 });

  const next = world({ state });
  for (let steps = -1; steps < 4; steps += 1)
    expect(await next.use(await codeOf(steps))).toBe("AccessDenied");
  expect(await next.show()).toBe(await codeOf(4));
  expect(await next.use(await codeOf(4))).toBe("accepted");
});

test("A code of the first minute of 1970 is accepted.", async () => {
  const { fake, use } = world({ clock: createClock({ at: new Date(40_000) }) });
  expect(await use(await totpCode(SECRET, fake.clock.now()))).toBe("accepted");
});

test.each(["1JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP1", "!JBSWY3DP", "J"])(
  "A secret with a character that base32 does not have is refused, wherever that stands: %s",
  async (secret) => {
    await expect(totpCode(secret, NOW)).rejects.toThrow("expected a base32 secret");
  },
);
