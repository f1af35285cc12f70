import type { HttpRequest } from "@org/sts-protocol";
import type { ProofClaim } from "@org/sts-signer/caller-identity";

import { createVerifier } from "#verify-signature";

import { authenticate, type Caller, identityOf } from "./authenticate.ts";
import { checkFakeOptions, checkTradeInOptions } from "./check-fake-options.ts";
import { checkProof, type ProofVerdict } from "./check-proof.ts";
import { createClock, type ControlledClock } from "./clock.ts";
import type { Service } from "../handle.ts";
import { parseStsHost } from "./hosts.ts";
import { parseIpNetwork } from "./ip-network.ts";
import { assembleMock, mockParts, type StsMock } from "../mock.ts";
import type { MockOptions } from "../mock-options.ts";
import type { Identity, Principal, RoleOptions, UserOptions } from "./principals.ts";
import { createProviders } from "./identity-providers.ts";
import { encodeAuthorizationMessage } from "../rules/decode-authorization-message.ts";
import { issueTradeInToken } from "../rules/get-delegated-access-token.ts";
import { applyRule, type AnyRuleContext } from "../rules/apply-rule.ts";
import type { FakeStsOptions, FakeStsState, TradeInTokenOptions } from "./fake-options.ts";
import { createSessions } from "./sessions.ts";
import { findValidationError } from "./validation-error.ts";
import { createWebIdentityIssuer, type KeySet } from "./web-identity-issuer.ts";
import { createWorld } from "./world.ts";

/** A strict mock: a service with accounts, users and roles that checks what STS checks. */
export interface FakeSts extends StsMock {
  /** The time that everything follows. It can be moved if no other clock was given. */
  readonly clock: ControlledClock;
  /**
   * Returns a code of a registered MFA device that works now: the current one, or the next one that was not used, so that a
   * second test within 30 seconds need not wait. A used code is refused as always, and so is any code from another source
   * that is more than one step off.
   *
   * @throws TypeError when no such device is registered.
   */
  mfaCode(serialNumber: string): Promise<string>;
  /** Keys that verify the tokens of GetWebIdentityToken. Also served at `/.well-known/jwks.json` of the issuer. */
  webIdentityKeys(): Promise<KeySet>;
  /** Creates a token for GetDelegatedAccessToken that can be used once. */
  issueTradeInToken(options: TradeInTokenOptions): Promise<string>;
  /**
   * Returns who made a proof that a checker of `@org/sts-signer` accepted, such as a token for RDS, ElastiCache or MSK: verifies its
   * signature with the keys of the users and sessions. For proofs that STS itself redeems, use the fake as STS.
   */
  check(proof: Pick<ProofClaim, "request" | "expires">): Promise<ProofVerdict>;
  /** Encodes a denial reason for DecodeAuthorizationMessage. */
  encodeAuthorizationMessage(message: object): Promise<string>;
  /** What to pass to the next fake as {@link FakeStsOptions.state}. Contains a key: keep it with the fake's other files. */
  exportState(): FakeStsState;
}

/** The user that a fake has if its options name nobody: keys from AWS's documentation, and an MFA device with a known secret. */
export const demoUser: UserOptions = {
  name: "demo",
  userId: "AIDACKCEVSQ6C2EXAMPLE",
  accessKeys: [
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  ],
  mfaDevices: [{ serialNumber: "arn:aws:iam::123456789012:mfa/demo", secret: "JBSWY3DPEHPK3PXP" }],
};

/** The role that a fake has if its options name nobody. Every principal of the account may assume it. */
export const demoRole: RoleOptions = {
  name: "demo",
  roleId: "AROACLKWSDQRAOEXAMPLE",
  trustPolicy: "account",
};

/**
 * Creates a fake STS: it verifies signatures, follows the rules of the service, and issues credentials that work in
 * later calls. A reply of {@link StsMock.on} is used only for a request that has passed these checks.
 *
 * @throws TypeError or SyntaxError for an unknown or invalid option, with its path and the nearest correct
 * name.
 *
 * @example
 * import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
 *
 * const fake = createFakeSts({ users: [demoUser], clock: createClock({ at: new Date("2026-01-01T00:00:00Z") }) });
 * const TokenCode = await fake.mfaCode("arn:aws:iam::123456789012:mfa/demo");
 */
export function createFakeSts(options: FakeStsOptions = {}): FakeSts {
  checkFakeOptions(options);
  const isDemo = [options.accounts, options.users, options.roles, options.services].every(
    (given) => given === undefined,
  );
  const clock = controlled(options.clock);
  const { identifiers, randomBytes } = mockParts(options);
  const sessionKey = options.state === undefined ? randomBytes(32) : fromHex(options.state.sessionKey);
  const sessions = createSessions(sessionKey, identifiers, randomBytes);
  const world = createWorld(
    isDemo ? { ...options, users: [demoUser], roles: [demoRole] } : options,
    identifiers,
    options.state?.usedMfaSteps,
  );
  const { maxSkewSeconds = 300 } = options;
  const issuer = createWebIdentityIssuer(identifiers, options.webIdentityIssuer);
  const providers = createProviders(options.oidcProviders ?? [], options.samlProviders ?? [], (account) =>
    world.partition(account),
  );
  const usedTradeIns = new Map(Object.entries(options.state?.usedTradeIns ?? {}));
  // Whose key it is follows from the request, so each brings its own way to find it.
  const verifier = createVerifier({ findKey: () => undefined, service: "sts", maxSkewSeconds });
  const noted = new Set<string>();
  const sourceIpOf = addressFinder(options.sourceIp);

  const service: Service<Caller | undefined> = {
    route: (request) => issuer.route(request),
    authenticate: ({ operation, request, note }) =>
      operation.auth === "none"
        ? undefined
        : authenticate(request, { verifier, world, sessions, now: clock.now(), maxSkewSeconds, note }),
    validate: ({ operation, input }) => {
      const invalid = findValidationError(operation, input);
      if (invalid !== undefined) throw invalid;
    },
    respond: ({ operation, request, input, note, explain }, caller) => {
      const host = parseStsHost(request.hostname);
      const region =
        host === undefined || host.region === "aws-global" ? (caller?.region ?? "us-east-1") : host.region;
      const context: AnyRuleContext = {
        operation,
        request,
        world,
        providers,
        sessions,
        issuer,
        usedTradeIns,
        now: clock.now(),
        region,
        sourceIp: sourceIpOf(request),
        caller,
        host,
        note,
        explain,
        noteOnce: (text) => {
          if (noted.has(text)) return;
          noted.add(text);
          note(text);
        },
      };
      return applyRule(operation, input, context);
    },
  };

  const mock = assembleMock(options, { clock, identifiers }, service);
  return Object.assign(mock, {
    clock,
    mfaCode: async (serialNumber: string) => {
      const device = world.mfaDevices.get(serialNumber);
      if (device === undefined) {
        throw new TypeError(
          `mfaCode: no MFA device ${serialNumber} is registered; give it to a user in mfaDevices`,
        );
      }
      return await device.verifier.showUnusedCode(clock.now());
    },
    webIdentityKeys: () => issuer.keySet(),
    issueTradeInToken: async (wanted: TradeInTokenOptions) => {
      checkTradeInOptions(wanted);
      const principal = world.findPrincipal(wanted.principalArn);
      if (principal === undefined) {
        throw new TypeError(
          `issueTradeInToken: no principal ${wanted.principalArn} is registered; give it in users or roles`,
        );
      }
      const { durationSeconds = 3600, lifeSeconds = 300, sessionName = "delegated" } = wanted;
      return await issueTradeInToken(sessions, {
        identity: sessionIdentity(principal, world.partition(principal.account), sessionName),
        durationSeconds,
        expiration: clock.now() + lifeSeconds * 1000,
        id: identifiers.requestId(),
      });
    },
    check: (proof: Pick<ProofClaim, "request" | "expires">) =>
      checkProof(proof, { world, sessions, now: clock.now() }),
    encodeAuthorizationMessage: (message: object) => encodeAuthorizationMessage(sessions, message),
    exportState: () => ({
      sessionKey: Array.from(sessionKey, (byte) => byte.toString(16).padStart(2, "0")).join(""),
      usedMfaSteps: Object.fromEntries(
        [...world.mfaDevices].map(([serialNumber, { verifier }]) => [serialNumber, verifier.usedStep()]),
      ),
      usedTradeIns: Object.fromEntries(usedTradeIns),
    }),
  });
}

function addressFinder(sourceIp: FakeStsOptions["sourceIp"] = "127.0.0.1"): (request: HttpRequest) => string {
  if (typeof sourceIp === "function") return sourceIp;
  if (sourceIp.includes("/") || parseIpNetwork(sourceIp) === undefined) {
    throw new TypeError("createFakeSts: sourceIp must be an IPv4 or IPv6 address, such as 203.0.113.7");
  }
  return () => sourceIp;
}

function sessionIdentity(principal: Principal, partition: string, sessionName: string): Identity {
  if (principal.kind !== "role") return identityOf(principal);
  const { account, name, id, arn } = principal;
  return {
    kind: "role",
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`,
    userId: `${id}:${sessionName}`,
    principalArn: arn,
  };
}

function controlled(clock: MockOptions["clock"]): ControlledClock {
  if (clock === undefined) return createClock();
  if ("advanceSeconds" in clock && "set" in clock) return clock as ControlledClock; // it has both of its own members
  const refuse = (): never => {
    throw new TypeError("the clock given to createFakeSts cannot be moved; pass one from createClock()");
  };
  return { now: () => clock.now(), set: refuse, advanceSeconds: refuse };
}

function fromHex(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new TypeError(
      "createFakeSts: state.sessionKey has 64 hexadecimal digits; take it from exportState()",
    );
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
