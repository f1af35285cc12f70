import { createStsMock, type StsMatchers, stsMatchers } from "@org/sts-mock";
import { GetCallerIdentity } from "@org/sts-protocol";
import { expect as jestExpect } from "expect";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";

declare module "expect" {
  interface Matchers<R> extends StsMatchers<R> {}
}

test("the matchers serve jest's expect", async () => {
  jestExpect.extend(stsMatchers);
  const mock = createStsMock();
  await call(mock, GetCallerIdentity, {});
  jestExpect(mock).toHaveReceivedOperation(GetCallerIdentity);
  jestExpect(mock).toHaveReceivedOperationTimes(GetCallerIdentity, 1);
  expect(() => {
    jestExpect(mock).not.toHaveReceivedNthOperation(1, GetCallerIdentity);
  }).toThrow(/expected the STS mock not to have received as call 1 GetCallerIdentity/);
});
