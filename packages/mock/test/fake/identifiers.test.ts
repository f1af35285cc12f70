import { createFakeSts } from "@org/sts-mock";
import { GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";

test.each([0, 1, 127, 128, 255])(
  "what a fake issues has the form that AWS gives it when every random byte is %i",
  async (byte) => {
    const fake = createFakeSts({ randomBytes: (length) => new Uint8Array(length).fill(byte) });
    const { Credentials } = await call(fake, GetSessionToken, {});
    expect(Credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    const { headers } = await fake.fetch("https://sts.amazonaws.com/");
    expect(headers.get("x-amzn-requestid")).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  },
);
