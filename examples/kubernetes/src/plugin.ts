#!/usr/bin/env node
// A credential plugin of kubectl: prints a token for an EKS cluster, as `aws eks get-token` does.
import { parseArgs } from "node:util";

import { type CredentialsProvider, defaultCredentials, fromAssumeRole } from "@org/sts-client/credentials";
import { diskCache, fromIni, terminalPrompt } from "@org/sts-client/credentials/node";
import { createEksToken, toExecCredential } from "@org/sts-signer/eks";
import { createSigner } from "@org/sts-signer/node";

const HELP = `Usage: plugin.ts --cluster-name NAME --region REGION [--profile PROFILE] [--role-arn ARN]

Prints a token for an EKS cluster, for kubectl. Credentials are those of the profile, else those that AWS's tools find; a role is assumed with them.
`;

try {
  const { values } = parseArgs({
    options: {
      "cluster-name": { type: "string" },
      region: { type: "string" },
      profile: { type: "string" },
      "role-arn": { type: "string" },
      help: { type: "boolean" },
    },
  });
  const { "cluster-name": clusterName, region, profile, "role-arn": roleArn } = values;
  if (values.help) console.log(HELP);
  else if (clusterName === undefined || region === undefined)
    throw new Error("--cluster-name and --region are missing");
  else {
    const signer = createSigner({ credentials: findCredentials(profile, roleArn), region, service: "sts" });
    const token = await createEksToken(signer, { clusterName, region });
    console.log(JSON.stringify(toExecCredential(token, process.env["KUBERNETES_EXEC_INFO"])));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : "failed");
  process.exitCode = 1;
}

// kubectl starts the plugin for each command, so sessions are kept on disk.
function findCredentials(profile: string | undefined, RoleArn: string | undefined): CredentialsProvider {
  const cache = diskCache();
  const source =
    profile === undefined
      ? defaultCredentials()
      : fromIni({ profile, cache, mfaCodeProvider: terminalPrompt() });
  if (RoleArn === undefined) return source;
  return fromAssumeRole({ source, cache, params: { RoleArn, RoleSessionName: "kubectl" } });
}
