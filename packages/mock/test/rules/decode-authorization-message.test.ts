import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import { DecodeAuthorizationMessage } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";
import { allow, policy, USER } from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const fake = createFakeSts({ users: [demoUser], clock });
const decode = (EncodedMessage: string, target = fake) =>
  call(target, DecodeAuthorizationMessage, { EncodedMessage });

test("an encoded message may be as long as DecodeAuthorizationMessage accepts, and not longer", async () => {
  const base = (await fake.encodeAuthorizationMessage({ text: "" })).length;
  // Base64 writes 3 bytes in 4 characters.
  const fits = { text: "x".repeat(((10_240 - base) / 4) * 3) };
  const encoded = await fake.encodeAuthorizationMessage(fits);
  expect(encoded).toHaveLength(10_240);
  expect(JSON.parse((await decode(encoded)).DecodedMessage ?? "")).toEqual(fits);
  await expect(fake.encodeAuthorizationMessage({ text: `${fits.text}xxx` })).rejects.toThrow(
    "encodeAuthorizationMessage: the encoded message has 10244 characters, and DecodeAuthorizationMessage accepts 10240; leave something out",
  );
});

test("an encoded message that is none is refused in the service's words", async () => {
  for (const text of ["none", await fake.issueTradeInToken({ principalArn: USER })]) {
    await expect(decode(text)).rejects.toMatchObject({
      name: "InvalidAuthorizationMessageException",
      message: "Message is not valid",
    });
  }
});

test("an encoded message is refused to those who may not decode it, with the action that is missing", async () => {
  const users = [{ ...demoUser, policies: [policy(allow({ Action: "sts:AssumeRole" }))] }];
  const target = createFakeSts({ users, clock });
  const encoded = await target.encodeAuthorizationMessage({ allowed: false });
  await expect(decode(encoded, target)).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: ${USER} is not authorized to perform: sts:DecodeAuthorizationMessage`,
  });
});
