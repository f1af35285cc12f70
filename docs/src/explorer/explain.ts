// What the explorer shows of a request: what is signed, whether the signature is the right one, and if not, why.
import {
  type Difference,
  explainSignature,
  presignRequest,
  type SignedTexts,
  signRequest,
  SignatureV4,
  verify,
  type VerifyFailure,
  type VerifyOptions,
  type VerifyResult,
} from "@org/sts-signer";

import { findCauses } from "./find-causes.ts";
import type { PlainRequest } from "./plain-request.ts";

/** What the reader has typed beside the request. Empty fields are undefined. */
export interface Keys {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
}

/** For a request that has no signature yet. */
export interface SigningChoice {
  readonly region?: string | undefined;
  readonly service?: string | undefined;
  readonly date?: Date | undefined;
  readonly signedIn: "header" | "query";
}

/** A signature, taken apart. */
export interface SignatureFields {
  readonly signedIn: "header" | "query";
  readonly accessKeyId: string;
  readonly date: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Seconds, of a presigned URL that says so. */
  readonly expiresIn: string | undefined;
}

/** Everything that the page shows. */
export interface Explanation {
  /** One sentence, for the top. */
  readonly verdict: string;
  readonly state: "good" | "bad" | "open";
  /** Further sentences: what else is wrong, and what would make the signature match. */
  readonly findings: readonly string[];
  readonly fields?: SignatureFields | undefined;
  readonly texts?: Required<SignedTexts> | undefined;
  /** The signature that belongs to these texts and this key. */
  readonly expected?: string | undefined;
  /** Where the other side's texts differ. */
  readonly difference?: Difference | undefined;
  /** Lines of the canonical request that are off, such as `header host`. */
  readonly suspects?: readonly string[] | undefined;
  /** The signed request, when there was no signature. */
  readonly signed?: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
}

/** Takes a request apart. `now` is the reader's clock. */
export async function explain(
  request: PlainRequest,
  options: { keys: Keys; choice: SigningChoice; other?: SignedTexts; now: Date },
): Promise<Explanation> {
  const fields = readFields(request);
  return fields ? explainSigned(request, fields, options) : explainUnsigned(request, options);
}

async function explainSigned(
  given: PlainRequest,
  fields: SignatureFields,
  { keys, other, now }: { keys: Keys; other?: SignedTexts; now: Date },
): Promise<Explanation> {
  const findings: string[] = [];
  const suspects: string[] = [];
  const request = fillIn(given, fields, findings);
  const { secretAccessKey } = keys;
  if (keys.accessKeyId !== undefined && keys.accessKeyId !== fields.accessKeyId)
    findings.push(
      `The request is signed with ${fields.accessKeyId}, and the keys are those of ${keys.accessKeyId}.`,
    );
  const signedAt = readDate(fields.date);
  const options: VerifyOptions = {
    findKey: (_, claim) => ({
      secretAccessKey: secretAccessKey ?? PLACEHOLDER,
      sessionToken: keys.sessionToken ?? claim.sessionToken,
    }),
    // By its own clock, so that an old request can be looked at; the reader's clock is asked below.
    ...(signedAt && { now: signedAt }),
    ...(other && { client: other }),
  };
  const result = await verify(request, options);
  const failure = result.ok ? await verify(request, { ...options, findKey: withoutKey }) : result;
  const texts = textsOf(failure);
  const late = await findTimeProblem(request, options, now);
  if (late) findings.push(late);
  if (other && Object.keys(other).length === 0)
    findings.push(
      "Nothing was recognized in the other side's text: it has no canonical request and no string to sign.",
    );
  const expected =
    texts && secretAccessKey ? await signText(texts.stringToSign, fields, secretAccessKey) : undefined;
  const shared = {
    fields,
    texts,
    expected,
    difference: "difference" in result ? result.difference : undefined,
    suspects,
  };
  if (result.ok) return { ...shared, state: "good", verdict: "The signature is good.", findings };
  if (secretAccessKey === undefined && result.reason === "wrong-signature")
    return {
      ...shared,
      state: "open",
      verdict: "This is what is signed. Give the secret key to check the signature.",
      findings,
    };
  if (/^(?:wrong-signature|payload-mismatch)$/.test(result.reason) && secretAccessKey !== undefined) {
    const causes = await findCauses(request, { ...options, client: undefined }, secretAccessKey);
    findings.unshift(...causes.map(({ text }) => `The signature would match ${text}.`));
    suspects.push(...causes.flatMap(({ part }) => part ?? []));
    if (causes.length === 0 && !shared.difference) findings.unshift(NO_CAUSE);
  }
  return { ...shared, state: "bad", verdict: `${sentence(result)} (${result.reason})`, findings };
}

const PLACEHOLDER = "none";

const withoutKey = (_: string, claim: { sessionToken: string | undefined }) => ({
  secretAccessKey: `${PLACEHOLDER}-`,
  sessionToken: claim.sessionToken,
});

const NO_CAUSE =
  "None of the usual mistakes explains it. Paste the service's message under “The other side”: its canonical request shows the line that differs. Without one, suspect the secret key.";

async function explainUnsigned(
  request: PlainRequest,
  { keys, choice, now }: { keys: Keys; choice: SigningChoice; now: Date },
): Promise<Explanation> {
  const { accessKeyId = EXAMPLE.accessKeyId, secretAccessKey = EXAMPLE.secretAccessKey, sessionToken } = keys;
  const options = {
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region: choice.region,
    service: choice.service,
    date: choice.date ?? now,
  };
  try {
    const texts = await explainSignature(request, { ...options, signedIn: choice.signedIn });
    const sign = choice.signedIn === "query" ? presignRequest : signRequest;
    const signed = await sign(request, options);
    const isExample = keys.secretAccessKey === undefined;
    return {
      state: "open",
      verdict: `The request is not signed. This is how it would be${isExample ? ", with the example keys of AWS’s documentation" : ""}.`,
      findings: [],
      texts,
      fields: readFields(signed),
      signed: { url: addressOf(signed), headers: signed.headers },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      state: "bad",
      verdict: "The request is not signed, and cannot be yet.",
      findings: [`${message}.`],
    };
  }
}

/** The keys of AWS's documentation. */
export const EXAMPLE = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** Finds a signature, without judging it. */
export function readFields(request: PlainRequest): SignatureFields | undefined {
  const { headers, query } = request;
  const find = (name: string): string | undefined => {
    const entry = Object.entries(query).find(([key]) => key.toLowerCase() === name.toLowerCase());
    return entry && [entry[1]].flat()[0];
  };
  const header = (name: string): string | undefined =>
    Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const authorization = header("authorization") ?? "";
  const inHeader = authorization.startsWith("AWS4-");
  if (!inHeader && find("X-Amz-Signature") === undefined) return undefined;
  const part = (name: string): string =>
    (inHeader ? new RegExp(`${name}=([^,\\s]*)`).exec(authorization)?.[1] : find(`X-Amz-${name}`)) ?? "";
  // An access key id may hold slashes, the rest of the scope does not.
  const scope = part("Credential").split("/");
  const [day = "", region = "", service = ""] = scope.slice(-4);
  return {
    signedIn: inHeader ? "header" : "query",
    accessKeyId: scope.slice(0, -4).join("/"),
    date: (inHeader ? (header("x-amz-date") ?? header("date")) : find("X-Amz-Date")) ?? "",
    day,
    region,
    service,
    signedHeaders: part("SignedHeaders").split(";"),
    signature: part("Signature"),
    sessionToken: header("x-amz-security-token") ?? find("X-Amz-Security-Token"),
    expiresIn: inHeader ? undefined : find("X-Amz-Expires"),
  };
}

/** Adds what a client adds while it sends, which is signed and yet rarely shown. */
function fillIn(request: PlainRequest, fields: SignatureFields, findings: string[]): PlainRequest {
  if (!fields.signedHeaders.includes("content-length") || "content-length" in request.headers) return request;
  const length = String(new TextEncoder().encode(request.body).length);
  findings.push(
    `content-length is signed but was not in the input; ${length} was taken, the length of the body.`,
  );
  return { ...request, headers: { ...request.headers, "content-length": length } };
}

function readDate(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const date = new Date(year === undefined ? text : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(+date) ? undefined : date;
}

async function findTimeProblem(
  request: PlainRequest,
  options: VerifyOptions,
  now: Date,
): Promise<string | undefined> {
  const result = await verify(request, { ...options, client: undefined, now });
  return !result.ok && /^(?:expired|not-yet-valid)$/.test(result.reason)
    ? `By this machine's clock it is still refused: ${result.message} (${result.reason}).`
    : undefined;
}

function textsOf(result: VerifyResult): Required<SignedTexts> | undefined {
  if (result.ok) return undefined;
  const { canonicalRequest, stringToSign } = result;
  return canonicalRequest === undefined || stringToSign === undefined
    ? undefined
    : { canonicalRequest, stringToSign };
}

function signText(
  text: string,
  { region, service, date }: SignatureFields,
  secretAccessKey: string,
): Promise<string> {
  const credentials = { accessKeyId: EXAMPLE.accessKeyId, secretAccessKey };
  return new SignatureV4({ credentials, region, service }).sign(text, { signingDate: readDate(date) });
}

function addressOf({ protocol, hostname, port, path, query }: PlainRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return `${protocol}//${host}${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

function sentence({ message }: VerifyFailure): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
