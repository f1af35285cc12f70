import type { OperationSchema } from "@org/sts-protocol";

import { documentedResponse } from "./documented-responses.ts";
import { type Clock, createClock } from "../fake/clock.ts";
import { createIdentifiers, type Identifiers } from "../fake/identifiers.ts";
import { checkMembers } from "../check-members.ts";
import { operationOf, type OperationReference } from "../operation-reference.ts";
import { applyOverrides, type Overrides } from "./replies.ts";

/** Options of {@link buildResponse}. */
export interface BuildResponseOptions<Request extends object> {
  /** The request to respond to: role, session name and duration go into the response. */
  readonly input?: Request;
  /** Time from which the expiration is counted. Default: the system clock. */
  readonly clock?: Clock;
  /** Source of random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: (length: number) => Uint8Array;
}

/**
 * Builds a response for a test: the documented example with keys in the current format and a future expiration,
 * plus the members that the test overrides.
 *
 * @example
 * import { buildResponse } from "@org/sts-mock";
 * import { GetSessionToken } from "@org/sts-protocol";
 *
 * buildResponse(GetSessionToken, { Credentials: { AccessKeyId: "ASIAEXAMPLEEXAMPLE12" } });
 *
 * @throws TypeError when the mock does not know the operation or one of the members.
 */
export function buildResponse<Request extends object, Response extends object>(
  reference: OperationReference<Request, Response>,
  overrides?: Overrides<Response>,
  options: BuildResponseOptions<Request> = {},
): Response {
  const operation = operationOf(reference, "buildResponse");
  if (overrides !== undefined) checkMembers(operation.output, overrides, `buildResponse(${operation.name})`);
  if (options.input !== undefined)
    checkMembers(operation.input, options.input, `buildResponse(${operation.name})`);
  const response = realisticResponse(operation, options.input ?? {}, {
    clock: options.clock ?? createClock(),
    identifiers: createIdentifiers(options.randomBytes),
  });
  // The example has every promised member; overrides are typed against the response.
  return applyOverrides(response, overrides ?? {}) as Response;
}

/** The documented response with new keys, a future expiration, and the request's own names in it. */
export function realisticResponse(
  operation: OperationSchema,
  input: object,
  parts: { readonly clock: Clock; readonly identifiers: Identifiers },
): object {
  const response = documentedResponse(operation.name);
  const members = input as Readonly<Record<string, unknown>>; // looked up by name, and looked at before use
  const { DurationSeconds, RoleArn, RoleSessionName, Name } = members;
  const seconds =
    typeof DurationSeconds === "number" ? DurationSeconds : (DEFAULT_SECONDS[operation.name] ?? 3600);
  const Expiration = new Date(parts.clock.now() + seconds * 1000);
  const [, partition = "aws", account = ACCOUNT, roleName = "demo"] =
    /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(String(RoleArn)) ?? [];
  const session = typeof RoleSessionName === "string" ? RoleSessionName : "Bob";
  const overrides = {
    ...("Credentials" in response
      ? {
          Credentials: {
            AccessKeyId: parts.identifiers.accessKeyId("ASIA", account),
            SecretAccessKey: parts.identifiers.secretAccessKey(),
            SessionToken: parts.identifiers.sessionToken(),
            Expiration,
          },
        }
      : {}),
    ...("WebIdentityToken" in response ? { Expiration } : {}),
    ...("AssumedRoleUser" in response
      ? {
          AssumedRoleUser: {
            AssumedRoleId: `${parts.identifiers.uniqueId("AROA")}:${session}`,
            Arn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${session}`,
          },
        }
      : {}),
    ...(typeof Name === "string"
      ? {
          FederatedUser: {
            FederatedUserId: `${ACCOUNT}:${Name}`,
            Arn: `arn:aws:sts::${ACCOUNT}:federated-user/${Name}`,
          },
        }
      : {}),
    ...(operation.name === "GetCallerIdentity" ? { UserId: "AIDACKCEVSQ6C2EXAMPLE" } : {}),
  };
  return applyOverrides(response, overrides);
}

const ACCOUNT = "123456789012";
const DEFAULT_SECONDS: Readonly<Record<string, number>> = {
  AssumeRoot: 900,
  GetFederationToken: 43_200,
  GetSessionToken: 43_200,
  GetWebIdentityToken: 300,
};
