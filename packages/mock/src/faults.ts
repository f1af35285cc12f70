import { RegionDisabledException, STSServiceException } from "@org/sts-protocol";

import {
  boolean,
  type Check,
  checkedElsewhere,
  type ChecksOf,
  moment,
  number,
  options,
  text,
} from "./check-options.ts";
import { didYouMean } from "./nearest-name.ts";
import { type AnyOperation, checkOperationName, operationOf } from "./operation-reference.ts";
import { serviceError } from "./fake/service-errors.ts";

/** A hint when to retry, sent with a refusal. */
export interface RetryHint {
  /** Sent as `retry-after` in seconds. */
  readonly retryAfterSeconds?: number;
  /** Sent as `retry-after` in the form of an HTTP date. */
  readonly retryAfterDate?: Date;
  /** Sent as `x-amz-retry-after` in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * A planned fault.
 *
 * | kind | what the client sees |
 * | --- | --- |
 * | `throttling` | `Throttling`, "Rate exceeded"; status 400 as STS does it, or another |
 * | `status` | an error with that status: 408, 429 or 500–504 with the usual code |
 * | `region-disabled` | `RegionDisabledException`, 403 |
 * | `key-fetch` | `InvalidIdentityToken` because the identity provider's keys could not be fetched |
 * | `error` | the given exception |
 * | `network-error` | the connection breaks; with `afterHandling` only after the request has taken effect |
 * | `stall` | no response until the client gives up |
 * | `slow-body` | the response in small pieces with pauses |
 * | `truncated-xml` | the first half of the response |
 * | `html` | status 200 and an HTML page, as from a captive portal |
 * | `empty` | no body; status 200 unless given |
 * | `skewed-date` | the response with a wrong `Date` header |
 * | `content-type` | the response with a wrong content type |
 */
export type Fault =
  | {
      /** What goes wrong. */
      readonly kind: "region-disabled" | "key-fetch" | "truncated-xml" | "html" | "stall";
    }
  | (RetryHint & {
      /** The service asks the caller to slow down. */
      readonly kind: "throttling";
      /** HTTP status. Default: 400, as STS sends it. */
      readonly statusCode?: number;
    })
  | (RetryHint & {
      /** The response is an error with a status and the code that goes with it. */
      readonly kind: "status";
      /** HTTP status: 408, 429 or 500–504. */
      readonly statusCode: number;
    })
  | {
      /** The response is an exception. */
      readonly kind: "error";
      /** The exception. */
      readonly error: STSServiceException;
    }
  | {
      /** The connection breaks. */
      readonly kind: "network-error";
      /** The request takes effect first, so that the client cannot know whether it did. Default: `false`. */
      readonly afterHandling?: boolean;
    }
  | {
      /** The response comes in pieces. */
      readonly kind: "slow-body";
      /** Bytes of a piece. Default: 64. */
      readonly chunkBytes?: number;
      /** Milliseconds between pieces. Default: 100. */
      readonly delayMs?: number;
    }
  | {
      /** The response has no body. */
      readonly kind: "empty";
      /** HTTP status. Default: 200. */
      readonly statusCode?: number;
    }
  | {
      /** The `Date` header of the response is wrong. */
      readonly kind: "skewed-date";
      /** How many seconds the `Date` header is ahead; negative for behind. */
      readonly offsetSeconds: number;
    }
  | {
      /** The response has a wrong content type. */
      readonly kind: "content-type";
      /** The content type. */
      readonly contentType: string;
    };

/** When a {@link Fault} happens. */
export interface FaultSchedule {
  /** How often. Default: once; with a probability, indefinitely. */
  readonly times?: number;
  /** Chance from 0 to 1 for each request, drawn from the mock's seed. Default: 1. */
  readonly probability?: number;
  /** The only operation affected, or its name. Default: all. */
  readonly operation?: AnyOperation | string;
}

/** The faults still to happen. */
export interface FaultPlan {
  /** Adds a fault after those already planned. */
  add(fault: Fault, schedule: FaultSchedule): void;
  /** Takes the next fault for a request. */
  take(operation: string): Fault | undefined;
  /** Removes all faults. */
  clear(): void;
}

/**
 * Creates an empty plan.
 *
 * @param seed - the same seed and the same requests give the same faults
 */
export function createFaultPlan(seed: number): FaultPlan {
  let rules: { fault: Fault; left: number; probability: number; operation: string | undefined }[] = [];
  let random = createRandom(seed);
  return {
    add: (fault, schedule) => {
      checkFault(fault);
      checkSchedule(schedule, "fault: schedule");
      const { operation, probability = 1, times = probability < 1 ? Infinity : 1 } = schedule;
      const name =
        operation === undefined || typeof operation === "string"
          ? operation && checkOperationName(operation, "fault")
          : operationOf(operation, "fault").name;
      rules.push({ fault, left: times, probability, operation: name });
    },
    take: (operation) => {
      for (const rule of rules) {
        if (rule.operation !== undefined && rule.operation !== operation) continue;
        if (rule.probability < 1 && random() >= rule.probability) continue;
        rule.left--;
        rules = rules.filter(({ left }) => left > 0);
        return rule.fault;
      }
      return undefined;
    },
    clear: () => {
      rules = [];
      random = createRandom(seed);
    },
  };
}

/** Refuses a fault that would do nothing, or not what its author meant. */
function checkFault(fault: Fault): void {
  const kind: unknown = typeof fault === "object" && fault !== null ? fault.kind : undefined; // JavaScript passes anything
  const kinds = Object.keys(FAULTS);
  if (typeof kind !== "string" || !Object.hasOwn(FAULTS, kind)) {
    const found =
      typeof kind === "string" ? `the kind "${kind.slice(0, 64)}" is not known` : "it has no kind";
    throw new TypeError(`fault: ${found}; ${didYouMean(String(kind), kinds)}`);
  }
  FAULTS[fault.kind](fault, `fault(${kind}):`);
}

const checkSchedule = options<FaultSchedule>({
  times: number({ min: 1 }),
  probability: number({ min: 0, max: 1, isInteger: false }),
  operation: checkedElsewhere,
});

type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { readonly kind: Kind }>;

const kind = text();
const checkKindOnly = options<{ readonly kind: string }>({ kind });
const retryHints: ChecksOf<RetryHint> = {
  retryAfterSeconds: number({ min: 0 }),
  retryAfterDate: moment,
  retryAfterMs: number({ min: 0 }),
};

/** A check for each kind; the compiler names a kind or a member that has none. */
const FAULTS: { readonly [Kind in Fault["kind"]]: Check } = {
  throttling: options<FaultOf<"throttling">>({
    kind,
    statusCode: number({ min: 400, max: 599 }),
    ...retryHints,
  }),
  status: options<FaultOf<"status">>({ kind, statusCode: checkStatus, ...retryHints }, ["statusCode"]),
  error: options<FaultOf<"error">>(
    {
      kind,
      error: (value, path) => {
        if (value instanceof STSServiceException) return;
        throw new TypeError(
          `${path}: expected an exception of STS, such as serviceError("AccessDenied", 403, "no"); for a broken connection there is the kind "network-error"`,
        );
      },
    },
    ["error"],
  ),
  "network-error": options<FaultOf<"network-error">>({ kind, afterHandling: boolean }),
  "slow-body": options<FaultOf<"slow-body">>({
    kind,
    chunkBytes: number({ min: 1 }),
    delayMs: number({ min: 0, isInteger: false }),
  }),
  empty: options<FaultOf<"empty">>({ kind, statusCode: number({ min: 200, max: 599 }) }),
  "skewed-date": options<FaultOf<"skewed-date">>({ kind, offsetSeconds: number({ isInteger: false }) }, [
    "offsetSeconds",
  ]),
  "content-type": options<FaultOf<"content-type">>({ kind, contentType: text() }, ["contentType"]),
  "region-disabled": checkKindOnly,
  "key-fetch": checkKindOnly,
  "truncated-xml": checkKindOnly,
  html: checkKindOnly,
  stall: checkKindOnly,
};

function checkStatus(value: unknown, path: string): void {
  if (typeof value === "number" && STATUS_CODES[value] !== undefined) return;
  throw new TypeError(`${path}: expected ${Object.keys(STATUS_CODES).join(", ")}`);
}

/** The exception that a fault responds with; `undefined` for a fault of connection or bytes. */
export function faultException(fault: Fault): STSServiceException | undefined {
  switch (fault.kind) {
    case "throttling":
      return serviceError("Throttling", fault.statusCode ?? 400, "Rate exceeded");
    case "status":
      return serviceError(
        STATUS_CODES[fault.statusCode] ?? "InternalFailure",
        fault.statusCode,
        "The request was not served",
      );
    case "region-disabled":
      return new RegionDisabledException({
        message:
          "STS is not activated in this region. Your account administrator can activate STS in this region using the IAM Console.",
      });
    case "key-fetch":
      return serviceError("InvalidIdentityToken", 400, KEY_FETCH_MESSAGE);
    case "error":
      return fault.error;
    default:
      return undefined;
  }
}

/** The service's message when it cannot reach the identity provider. */
export const KEY_FETCH_MESSAGE =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

/** Headers of a {@link RetryHint}. */
export function retryHeaders(hint: RetryHint): Record<string, string> {
  return {
    ...(hint.retryAfterSeconds === undefined ? {} : { "retry-after": String(hint.retryAfterSeconds) }),
    ...(hint.retryAfterDate === undefined ? {} : { "retry-after": hint.retryAfterDate.toUTCString() }),
    ...(hint.retryAfterMs === undefined ? {} : { "x-amz-retry-after": String(hint.retryAfterMs) }),
  };
}

const STATUS_CODES: Readonly<Record<number, string>> = {
  408: "RequestTimeout",
  429: "TooManyRequestsException",
  500: "InternalFailure",
  501: "NotImplemented",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
};

/** Mulberry32: 32 bits of state are enough to choose which request fails. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
