import { STS } from "@aws-sdk/client-sts";
import { createFakeSts } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { setupStsMock } from "@org/sts-mock/node";
import { GetCallerIdentity } from "@org/sts-protocol";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

// The oldest supported msw in the place of the newest.
vi.mock("msw", () => import("msw2"));
vi.mock("msw/node", () => import("msw2/node"));

const fake = setupStsMock({ mock: createFakeSts(), hooks: { beforeAll, afterEach, afterAll } });

test("the mock works with msw 2.15 too", async () => {
  const sts = new STS({
    region: "us-east-1",
    credentials: {
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    },
  });
  expect((await sts.getCallerIdentity({})).Arn).toBe("arn:aws:iam::123456789012:user/demo");
  expect(fake.calls(GetCallerIdentity)).toHaveLength(1);
  const old = await import("msw2");
  expect(stsHandlers(fake)[0]).toBeInstanceOf(old.HttpHandler);
});

test("the mock passes other hosts on with msw 2.15 too", async () => {
  await expect(fetch("http://127.0.0.1:1/")).rejects.toThrow(TypeError);
  expect(fake.calls()).toEqual([]);
});
