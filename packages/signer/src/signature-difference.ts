/** Where two sides disagree about what was signed. */
export interface Difference {
  /** Which of the two texts differs. `"signature"` when both are equal: the secret keys differ. */
  readonly in: "canonicalRequest" | "stringToSign" | "signature";
  /** What the line contains, such as `method`, `query`, `header host`, `payload hash`, `scope`. */
  readonly part: string;
  /** The line's number, starting at 1; 0 for `"signature"`. */
  readonly line: number;
  /** The verifier's line; absent when the client's text is longer. */
  readonly verifier?: string;
  /** The client's line; absent when the client's text is shorter. */
  readonly client?: string;
}

/** What both sides hash. */
export interface SignedTexts {
  /** See `createCanonicalRequest`. */
  readonly canonicalRequest?: string;
  /** See `createStringToSign`. */
  readonly stringToSign?: string;
}

/** Finds the first line in which the client's texts differ from the verifier's; `undefined` if the client gave none. */
export function findDifference(
  verifier: Record<keyof SignedTexts, string>,
  client: SignedTexts,
): Difference | undefined {
  const { canonicalRequest, stringToSign } = client;
  if (canonicalRequest === undefined && stringToSign === undefined) return undefined;
  return (
    compare("canonicalRequest", verifier.canonicalRequest, canonicalRequest) ??
    compare("stringToSign", verifier.stringToSign, stringToSign) ?? {
      in: "signature",
      part: "signature",
      line: 0,
    }
  );
}

/** Redacts session tokens, keys and one-time secrets in a text that will be shown. */
export function redactTokens(text: string): string {
  return text.replace(SECRETS, "$1***SensitiveInformation***");
}

/** The headers and parameters that contain a secret, and what is between the name and the secret. */
const SECRETS =
  /((?:x-amz-security-token|x-amz-s3session-token|x-amz-(?:copy-source-)?server-side-encryption-customer-key|(?:proxy-)?authorization|cookie|x-api-key|tokencode|webidentitytoken|samlassertion|tradeintoken)[ \t]*[:=])[^&\n]*/gi;

function compare(
  where: "canonicalRequest" | "stringToSign",
  ours: string,
  theirs: string | undefined,
): Difference | undefined {
  if (theirs === undefined || ours === theirs) return undefined;
  const verifierLines = ours.split("\n");
  const clientLines = theirs.split("\n");
  const index = verifierLines.findIndex((line, index) => line !== clientLines[index]);
  // None of our lines differs, so the client has more of them.
  const line = index === -1 ? verifierLines.length : index;
  const verifier = verifierLines[line];
  const client = clientLines[line];
  return {
    in: where,
    part: where === "stringToSign" ? (STRING_PARTS[line] ?? "end") : partOf(line, verifierLines),
    line: line + 1,
    ...(verifier !== undefined && { verifier: redactTokens(verifier) }),
    ...(client !== undefined && { client: redactTokens(client) }),
  };
}

const STRING_PARTS = ["algorithm", "date", "scope", "hash of the canonical request"];

function partOf(line: number, lines: readonly string[]): string {
  const first = ["method", "path", "query"][line];
  if (first !== undefined) return first;
  const fromEnd = ["payload hash", "signed headers", "end of headers"][lines.length - 1 - line];
  return fromEnd ?? `header ${lines[line]?.split(":", 1)[0] ?? ""}`.trim();
}
