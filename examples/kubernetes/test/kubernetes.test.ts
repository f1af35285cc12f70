import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { createFakeSts, demoRole, demoUser } from "@org/sts-mock";
import { createSigner } from "@org/sts-signer";
import { createEksToken } from "@org/sts-signer/eks";
import { STSClient, AssumeRoleCommand } from "@org/sts-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { authenticate } from "../src/authenticate.ts";
import { missingKubectl } from "../src/find-kubectl.ts";
import { type FakeCluster, startFakeCluster } from "../src/start.ts";

interface Outcome {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, parameters: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(program, parameters, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { status, stdout, stderr };
}

const missing = missingKubectl();
const hasKubectl = missing === undefined;
if (!hasKubectl) console.warn(`${missing}; its tests are skipped`);

describe("the credential plugin", () => {
  let cluster: FakeCluster;
  beforeEach(async () => {
    cluster = await startFakeCluster();
  });
  afterEach(() => cluster.close());
  const kubectl = (line: string): Promise<Outcome> => run("kubectl", line.split(" "), cluster.env);

  test.skipIf(!hasKubectl)("logs kubectl in as the session of a role", async () => {
    const { stdout, stderr } = await kubectl("auth whoami -o json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      status: {
        userInfo: {
          username: "arn:aws:sts::123456789012:assumed-role/developer/kubectl",
          groups: ["readers"],
        },
      },
    });
  });

  test.skipIf(!hasKubectl)("lets kubectl do what the role's groups may do", async () => {
    expect((await kubectl("get pods")).stdout).toBe("NAME    STATUS\nweb-0   Running\nweb-1   Running\n");
    // One session for all commands of the role.
    expect((await kubectl("get pods")).status).toBe(0);
    expect(cluster.sts.calls().filter(({ operation }) => operation === "AssumeRole")).toHaveLength(1);
    expect((await kubectl("get pods --context guest")).stderr).toContain("pods is forbidden");
  });

  test.skipIf(!hasKubectl)("does not help a role that the cluster does not know", async () => {
    const { status, stderr } = await kubectl("auth whoami --context stranger");
    expect(stderr).toContain("must be logged in");
    expect(status).toBe(1);
    expect(cluster.server.refusals).toContain(
      "no access: arn:aws:sts::123456789012:assumed-role/stranger/kubectl",
    );
  });

  test("prints a token that is good for fourteen minutes, in the version that kubectl asked for", async () => {
    const info = { KUBERNETES_EXEC_INFO: '{"apiVersion":"client.authentication.k8s.io/v1"}' };
    const parameters = [cluster.plugin, "--cluster-name", "production", "--region", "eu-west-1"];
    const { stdout } = await run(process.execPath, parameters, { ...cluster.env, ...info });
    expect(JSON.parse(stdout)).toEqual({
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      spec: {},
      status: {
        token: expect.stringMatching(/^k8s-aws-v1\.[\w-]+$/),
        expirationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
  });

  test("says what is missing, and prints nothing else", async () => {
    const { status, stdout, stderr } = await run(process.execPath, [cluster.plugin], cluster.env);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: "--cluster-name and --region are missing\n",
    });
  });
});

describe("the API server", () => {
  const fake = createFakeSts();
  const roles = { "arn:aws:iam::123456789012:role/demo": ["readers"] };
  const fetch: typeof globalThis.fetch = (input, init) => fake.fetch(input, init);
  const server = { clusterName: "production", roles, fetch };
  const region = "eu-west-1";
  const [userKey] = demoUser.accessKeys;
  const user = createSigner({ credentials: userKey ?? { accessKeyId: "", secretAccessKey: "" } });

  async function roleSigner() {
    const client = new STSClient({ region, credentials: userKey, fetch });
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::123456789012:role/${demoRole.name}`,
        RoleSessionName: "test",
      }),
    );
    return createSigner({ credentials: Credentials });
  }

  test("knows the owner of a token, as often as it comes", async () => {
    const { token } = await createEksToken(await roleSigner(), { clusterName: "production", region });
    const expected = { username: "arn:aws:sts::123456789012:assumed-role/demo/test", groups: ["readers"] };
    expect(await authenticate(token, server)).toEqual(expected);
    expect(await authenticate(token, server)).toEqual(expected);
  });

  test("refuses a token that is old or goes elsewhere, and anything but a token, before STS is asked", async () => {
    const date = new Date(Date.now() - 16 * 60_000);
    const { token: old } = await createEksToken(user, { clusterName: "production", region, date });
    const elsewhere = `k8s-aws-v1.${Buffer.from("https://example.com/?Action=GetCallerIdentity").toString("base64url")}`;
    const before = fake.calls().length;
    expect(await authenticate(old, server)).toEqual({ refused: "expired" });
    expect(await authenticate(elsewhere, server)).toEqual({ refused: "wrong-host" });
    expect(await authenticate("token", server)).toEqual({ refused: "malformed" });
    expect(await authenticate(undefined, server)).toEqual({ refused: "malformed" });
    expect(fake.calls()).toHaveLength(before);
  });

  test("refuses a token of a user, one for another cluster, and one that was signed with a wrong secret", async () => {
    const { token } = await createEksToken(user, { clusterName: "production", region });
    expect(await authenticate(token, server)).toEqual({
      refused: "no role: arn:aws:iam::123456789012:user/demo",
    });
    // Its signature covers the other cluster's name.
    const { token: other } = await createEksToken(user, { clusterName: "staging", region });
    expect(await authenticate(other, server)).toEqual({ refused: "SignatureDoesNotMatch" });
    const wrong = createSigner({
      credentials: { accessKeyId: userKey?.accessKeyId ?? "", secretAccessKey: "wrong" },
    });
    const { token: forged } = await createEksToken(wrong, { clusterName: "production", region });
    expect(await authenticate(forged, server)).toEqual({ refused: "SignatureDoesNotMatch" });
  });
});
