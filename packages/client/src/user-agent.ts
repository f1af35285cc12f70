import { readVariable } from "./environment.ts";
import { VERSION } from "./version.ts";

/** A name and a version in the user agent. */
export type UserAgentPair = readonly [name: string, version?: string];

/** What goes into the user agent beside the runtime. */
export interface UserAgentParts {
  /** The application's own pairs. */
  readonly custom?: readonly UserAgentPair[] | undefined;
  /** The application's id. */
  readonly appId?: string | undefined;
  /** Ids of the features in use. */
  readonly features: readonly string[];
}

/**
 * Formats the user agent in the AWS SDKs' form 2.1.
 *
 * @returns The agent for `user-agent`, and the short one for `x-amz-user-agent`.
 */
export function formatUserAgent({ custom = [], appId, features }: UserAgentParts): {
  full: string;
  short: string;
} {
  const { process, navigator } = globalThis as Partial<Pick<typeof globalThis, "process" | "navigator">>;
  const [, runtime = "browser", version] = /^(Node\.js|Deno|Bun|Cloudflare-Workers)\/?(\S*)/.exec(
    navigator?.userAgent ?? "",
  ) ?? ["", process?.versions?.node && "Node.js", process?.versions?.node];
  const execution = readVariable("AWS_EXECUTION_ENV");
  const product = pair("org-sts-client", VERSION);
  const own = custom.map(([name, value]) => pair(name, value));
  const parts = [
    product,
    "ua/2.1",
    `os/${pair(process?.platform ?? "other")}`,
    "lang/js",
    `md/${runtime === "Node.js" ? "nodejs" : runtime.toLowerCase()}#${version || "unknown"}`,
    `api/sts#${VERSION}`,
    ...(execution ? [`exec-env/${pair(execution)}`] : []),
    ...(features.length > 0 ? [`m/${features.join(",")}`] : []),
    ...own,
    ...(appId ? [`app/${pair(appId)}`] : []),
  ];
  return { full: parts.join(" "), short: [product, ...own].join(" ") };
}

function pair(name: string, version?: string): string {
  const [first, ...rest] = [...name.split("/"), ...(version ? [version] : [])].map((part) =>
    part.replace(/[^!$%&'*+\-.^_`|~\w#]/g, "-"),
  );
  return rest.length === 0 ? `${first}` : `${first}/${rest.join("#")}`;
}
