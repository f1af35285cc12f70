import { VERSION } from "../version.ts";

/** A name and a version in the user agent. */
export type UserAgentPair = readonly [name: string, version?: string];

/** What goes into the user agent besides the runtime. */
export interface UserAgentParts {
  /** The application's own pairs. */
  readonly custom: readonly UserAgentPair[];
  /** The application's id. */
  readonly appId: string | undefined;
  /** The name of the execution environment. */
  readonly execution: string | undefined;
  /** Ids of the features in use, separated by commas. */
  readonly features: string;
}

/**
 * Formats the user agent in the AWS SDKs' form 2.1.
 *
 * @returns The agent for `user-agent`, and the short one for `x-amz-user-agent`.
 */
export function formatUserAgent({ custom, appId, execution, features }: UserAgentParts): {
  full: string;
  short: string;
} {
  const own = custom.map(([name, value]) => ` ${pair(name, value)}`).join("");
  const runsIn = execution ? ` exec-env/${pair(execution)}` : "";
  const app = appId ? ` app/${pair(appId)}` : "";
  return { full: `${CLIENT}${runsIn} m/${features}${own}${app}`, short: PRODUCT + own };
}

/** The user agent pairs that state which client runs where, for plugins that write their own. */
export function describeClient(): UserAgentPair[] {
  return CLIENT.split(" ").map((text) => {
    const [name = "", version] = text.split(/#|\/(?=[\d.]+$)/);
    return version === undefined ? [name] : [name, version];
  });
}

/**
 * Whether the client runs in a browser. There, setting `user-agent` would need permission in a preflight, which
 * servers made for the AWS SDK refuse. Like the AWS SDK, we put everything in `x-amz-user-agent`.
 */
export const IS_BROWSER: boolean = /* @__PURE__ */ isBrowser();

function isBrowser(): boolean {
  const { navigator } = globalThis as Partial<Pick<typeof globalThis, "navigator">>; // not every runtime has it
  return navigator?.userAgent?.startsWith("Mozilla/") === true;
}

const PRODUCT: string = `org-sts-client/${VERSION}`;
/** Which client runs where. */
const CLIENT: string = /* @__PURE__ */ describeRuntime();

function describeRuntime(): string {
  const { process, navigator } = globalThis as Partial<Pick<typeof globalThis, "process" | "navigator">>;
  // Deno and Bun also report a Node.js version, and Node's own user agent has only its first part.
  const agent = /^(?:Deno|Bun|Cloudflare-Workers).*/.exec(navigator?.userAgent ?? "")?.[0];
  const node = process?.versions?.node;
  const [runtime, version = "unknown"] = (agent ?? (node ? `nodejs/${node}` : "browser")).split("/");
  const platform = process?.platform ?? "other";
  return `${PRODUCT} ua/2.1 os/${platform} lang/js md/${runtime?.toLowerCase()}#${version} api/sts#${VERSION}`;
}

function pair(name: string, version?: string): string {
  const [first, ...rest] = [...name.split("/"), ...(version ? [version] : [])].map((part) =>
    part.replace(/[^!$%&'*+\-.^_`|~\w#]/g, "-"),
  );
  return rest.length === 0 ? `${first}` : `${first}/${rest.join("#")}`;
}
