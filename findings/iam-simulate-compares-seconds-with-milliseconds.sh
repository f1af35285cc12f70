#!/usr/bin/env bash
# @cloud-copilot/iam-simulate 0.1.173, Node.js 20 and later.
# IAM's date operators accept a time as ISO 8601 or as seconds since 1970, in the policy and in the request, and the two may meet: a permission that
# ends in 2030 may say 1893456000, while aws:CurrentTime is written out. This simulator reads ISO 8601 in milliseconds and a number as it stands, so
# that a number always seems to be in January 1970 and the permission to be over. Two numbers, or two dates, are compared rightly.
# Seen: the result for a permission until 2030 in ISO 8601 and in seconds, simulated in 2026.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @cloud-copilot/iam-simulate@0.1.173
cat > simulate.mjs <<'JS'
import { runSimulation } from "@cloud-copilot/iam-simulate";

async function simulate(end) {
  const Statement = [
    { Effect: "Allow", Action: "sts:AssumeRoot", Resource: "*", Condition: { DateLessThan: { "aws:CurrentTime": end } } },
  ];
  const response = await runSimulation(
    {
      request: {
        principal: "arn:aws:iam::123456789012:user/Alice",
        action: "sts:AssumeRoot",
        resource: { resource: "arn:aws:iam::123456789012:root", accountId: "123456789012" },
        contextVariables: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
      },
      identityPolicies: [{ name: "temporary", policy: { Version: "2012-10-17", Statement } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return response.overallResult ?? response.result.analysis.result;
}
console.log(await simulate("2030-01-01T00:00:00Z"), await simulate("1893456000"));
JS
seen=$(node simulate.mjs)
echo "$seen"
[ "$seen" = "Allowed ImplicitlyDenied" ]
