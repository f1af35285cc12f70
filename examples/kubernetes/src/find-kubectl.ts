import { spawnSync } from "node:child_process";

/** Why kubectl cannot be used here; undefined when it can. */
export function missingKubectl(): string | undefined {
  const { stdout } = spawnSync("kubectl", ["version", "--client", "--output", "json"], { encoding: "utf8" });
  const [, version, minor] = /"gitVersion": "v(1\.(\d+)[^"]*)"/.exec(stdout ?? "") ?? [];
  if (version === undefined) return "kubectl is not installed: https://kubernetes.io/docs/tasks/tools/";
  // Since then it has `auth whoami` in its final form.
  return Number(minor) >= 28 ? undefined : `kubectl ${version} is too old: 1.28 or later is needed`;
}
