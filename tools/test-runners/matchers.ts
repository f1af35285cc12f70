// What is compiled behind each declaration of the guide, by tools/check-matchers.ts.
// eslint-disable vitest/no-standalone-expect
import { AssumeRole } from "@org/sts-protocol";
import { createStsMock } from "@org/sts-mock";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";

const sts = createStsMock();

expect(sts).toHaveReceivedOperation(AssumeRole);
expect(sts).toHaveReceivedOperation(AssumeRoleCommand, { RoleSessionName: "ci" });
expect(sts).toHaveReceivedOperation(AssumeRole, { RoleSessionName: expect.stringMatching(/^ci-/) });
expect(sts).toHaveReceivedOperationTimes(AssumeRole, 1);
expect(sts).toHaveReceivedNthOperation(1, AssumeRole, { RoleSessionName: "ci" });
expect(sts).not.toHaveReceivedOperation(AssumeRole);

/** The result of a matcher, which linters look at: only what may be a promise has to be awaited. */
const result: void = expect(sts).toHaveReceivedOperationTimes(AssumeRole, 1);

// @ts-expect-error -- an operation is no name
expect(sts).toHaveReceivedOperation("AssumeRole");
// @ts-expect-error -- a number of times is a number
expect(sts).toHaveReceivedOperationTimes(AssumeRole, "1");
// @ts-expect-error -- a number comes first
expect(sts).toHaveReceivedNthOperation(AssumeRole, 1);
// @ts-expect-error -- a matcher that there is not
expect(sts).toHaveReceivedOperations(AssumeRole);

export default result;
