import { createHeaderSigner } from "@org/sts-signer";

import { resolvePartition } from "../../../endpoint/partitions.ts";
import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import { isEcho, withoutSecrets } from "../../../errors/without-secrets.ts";
import { learnClockOffset } from "../../../retry/clock-skew.ts";
import type { AwsCredentialIdentity, CredentialsProvider } from "../../provider.ts";
import { resolveIdentity } from "../../sessions/sts-session.ts";
import { parseObject } from "../../sources/credential-json.ts";
import { fenceOf, leasedFor, LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of {@link dynamoDbStore}. */
export interface DynamoDbStoreOptions {
  /** Name or ARN of the table. */
  readonly table: string;
  /** Region of the table. */
  readonly region: string;
  /**
   * Credentials that read and write the table and are not shared themselves: keys, or a provider such as `defaultCredentials()`.
   * They need `dynamodb:GetItem` and `dynamodb:UpdateItem` on the table.
   */
  readonly credentials: AwsCredentialIdentity | CredentialsProvider;
  /** Name of the table's partition key, a string. Default `pk`. */
  readonly partitionKey?: string | undefined;
  /** Attribute for the table's time to live, in seconds. Default `ttl`. */
  readonly ttlAttribute?: string | undefined;
  /** Prefix of the partition keys. Default `sts-session:`. */
  readonly prefix?: string | undefined;
  /** Address of DynamoDB. Default the region's. */
  readonly endpoint?: string | undefined;
  /** Sends requests. Default the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`, corrected by DynamoDB's `Date` header. */
  readonly now?: (() => number) | undefined;
}

/**
 * A store in a DynamoDB table, over plain `fetch`: no AWS SDK.
 *
 * A session is one item. A lease is a conditional write, and every read is consistent. Time to live only cleans up, since
 * DynamoDB deletes days late: expiry is checked here, against DynamoDB's time.
 *
 * @example
 * import { defaultCredentials } from "@org/sts-client/credentials";
 * import { dynamoDbStore } from "@org/sts-client/credentials/dynamodb";
 *
 * const store = dynamoDbStore({
 *   table: "sessions",
 *   region: "eu-west-1",
 *   credentials: defaultCredentials(),
 * });
 *
 * @throws `CredentialsProviderError` `ERR_OPTION_INVALID` when table, region, credentials or endpoint are missing or
 * invalid.
 * @see {@link https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html Working with items}
 */
export function dynamoDbStore(options: DynamoDbStoreOptions): SessionStore {
  const {
    table,
    region,
    credentials,
    partitionKey = "pk",
    ttlAttribute = "ttl",
    prefix = "sts-session:",
    endpoint = `https://dynamodb.${region}.${resolvePartition(region).dnsSuffix}`,
    fetch: send = globalThis.fetch,
    now = Date.now,
  } = options;
  for (const [name, value] of Object.entries({ table, region, credentials })) {
    if (!value) throw invalid(`${name} is missing`);
  }
  if (!URL.canParse(endpoint)) throw invalid("endpoint must be a URL");
  const signer = createHeaderSigner({ region, service: "dynamodb" });
  let offsetMs = 0;
  // A new lease's number must be greater than any before, and another host's clock may be a second ahead.
  const seenFences = new Map<string, number>();
  const time = (): number => now() + offsetMs;

  const call = async (operation: string, input: object, signal: AbortSignal): Promise<Received> => {
    const identity = await resolveIdentity(credentials);
    const usedMs = offsetMs;
    const [url, init] = await signer.sign(
      endpoint,
      {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `DynamoDB_20120810.${operation}`,
        },
        body: JSON.stringify(input),
      },
      { credentials: identity, date: new Date(time()) },
    );
    const { authorization = "", "x-amz-security-token": token = "" } = Object.fromEntries(
      new Headers(init.headers),
    );
    const secrets = [token, identity.secretAccessKey, authorization.replace(/^.*Signature=/, "")];
    const sentAt = now();
    const received = await receive(send(url, { ...init, signal })).catch((error: unknown) => {
      throw withoutSecrets(error, secrets);
    });
    offsetMs = learnClockOffset(offsetMs, received.headers, sentAt, now());
    // A signature is refused when its time is off by five minutes: the response has told us the time.
    if (received.status === 400 && Math.abs(offsetMs - usedMs) >= 60_000)
      return call(operation, input, signal);
    return isEcho(received.type, secrets) ? { ...received, type: "" } : received;
  };

  const request = async (operation: string, input: object, signal: AbortSignal): Promise<Reply> => {
    const { ok, status, body, type } = await call(operation, input, signal);
    if (ok && body) return body;
    if (type === CONDITION_FAILED) return undefined;
    throw new Error(`DynamoDB: ${operation} was refused with ${status} ${type}`.trimEnd());
  };

  // Changes the item under a condition, and returns whether the condition held.
  const update = async (
    entry: string,
    change: { readonly set: string; readonly condition: string; readonly values: Values },
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { set, condition, values } = change;
    const expressions = `${set} ${condition}`;
    const names = { ...NAMES, "#ttl": ttlAttribute };
    const result = await request(
      "UpdateItem",
      {
        TableName: table,
        Key: { [partitionKey]: { S: prefix + entry } },
        UpdateExpression: `SET ${set}`,
        ConditionExpression: condition,
        // DynamoDB refuses names that are not used.
        ExpressionAttributeNames: Object.fromEntries(
          Object.entries(names).filter(([name]) => expressions.includes(name)),
        ),
        ExpressionAttributeValues: values,
      },
      signal,
    );
    return result !== undefined;
  };

  return {
    name: "dynamodb",
    get: async (entry, signal) => {
      const reply = await request(
        "GetItem",
        { TableName: table, Key: { [partitionKey]: { S: prefix + entry } }, ConsistentRead: true },
        signal,
      );
      const item = membersOf(reply?.["Item"]);
      const at = time();
      const text = membersOf(item[NAMES["#text"]])["S"];
      const end = Number(membersOf(item[NAMES["#end"]])["N"]);
      const fence = fenceOf(membersOf(item[NAMES["#fence"]])["N"]);
      seenFences.set(entry, fence);
      return {
        ...(typeof text === "string" && end > at && { text }),
        fence,
        leasedForMs: leasedFor(membersOf(item[NAMES["#until"]])["N"], at),
        now: at,
      };
    },
    put: async (entry, { text, lifeMs, fence }, signal) => {
      const end = Math.floor(time() + lifeMs);
      return update(
        entry,
        {
          set: "#text = :text, #end = :end, #until = :none, #ttl = :ttl",
          condition: "#fence = :fence",
          values: {
            ":text": { S: text },
            ":end": number(end),
            ":none": number(0),
            ":ttl": number(Math.ceil((end + KEPT_MS) / 1000)),
            ":fence": number(fence),
          },
        },
        signal,
      );
    },
    lease: async (entry, { lifeMs, fence }, signal) => {
      const at = Math.floor(time());
      const until = number(lifeMs > 0 ? at + lifeMs : 0);
      if (fence !== undefined) {
        const change = {
          set: "#until = :until",
          condition: "#fence = :fence",
          values: { ":until": until, ":fence": number(fence) },
        };
        return (await update(entry, change, signal)) ? fence : undefined;
      }
      const granted = Math.max(at, (seenFences.get(entry) ?? 0) + 1);
      const change = {
        set: "#until = :until, #fence = :new, #ttl = :ttl",
        // Anything but a valid number counts as zero.
        condition:
          "(NOT attribute_type(#until, :type) OR #until <= :now OR #until > :far)" +
          " AND (NOT attribute_type(#fence, :type) OR #fence < :new OR #fence > :most)",
        values: {
          ":until": until,
          ":now": number(at),
          ":new": number(granted),
          ":ttl": number(Math.ceil((at + LONGEST_SESSION_MS + KEPT_MS) / 1000)),
          ":type": { S: "N" },
          ":far": number(at + LONGEST_LEASE_MS),
          ":most": number(Number.MAX_SAFE_INTEGER),
        },
      };
      return (await update(entry, change, signal)) ? granted : undefined;
    },
  };
}

type Reply = Readonly<Record<string, unknown>> | undefined;

interface Received {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Reply;
  /** DynamoDB's name for the error; empty if it gives none. */
  readonly type: string;
}

async function receive(sent: Promise<Response>): Promise<Received> {
  const response = await sent;
  const body = parseObject(await response.text());
  const { ok, status, headers } = response;
  const [, type = ""] = /^(?:.*#)?([\w.]{1,64})$/.exec(String(body?.["__type"] ?? "")) ?? [];
  return { ok, status, headers: Object.fromEntries(headers), body, type };
}
type Values = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>;

// The item's attributes, under the names that expressions use: several are reserved words.
const NAMES = { "#text": "text", "#end": "end", "#fence": "fence", "#until": "until" } as const;
const CONDITION_FAILED = "ConditionalCheckFailedException";
/** GetSessionToken's, the longest of all. */
const LONGEST_SESSION_MS = 129_600_000;
const KEPT_MS = 3_600_000;

function number(value: number): { readonly N: string } {
  return { N: String(value) };
}

// Anyone may have written what is in the table.
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // read member by member
}

function invalid(message: string): CredentialsProviderError {
  return new CredentialsProviderError("ERR_OPTION_INVALID", `dynamoDbStore: ${message}`);
}
