import { expect, test } from "vitest";

import { packageMissing } from "../../src/errors/package-missing.ts";

test("an optional package that is missing is named with the command that installs it", async () => {
  const cause = new Error("Cannot find package");
  const failure = Promise.reject(cause).catch(packageMissing("otpauth", "totp()"));
  await expect(failure).rejects.toMatchObject({ code: "ERR_PACKAGE_MISSING", cause });
  await expect(failure).rejects.toThrow("npm install otpauth");
});
