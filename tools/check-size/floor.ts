// What each promise of a signer and of a client weighs: programs made of the packages' own modules, each with one promise
// more than the one before. The last is the whole signer or client. The order is that of a call, so that a row stands on
// the rows above it.

/** A promise, and what keeps it. */
export interface FloorStep {
  readonly promise: string;
  /** What the program has more than the one before: module of a package, and the names it takes from there. */
  readonly uses: Readonly<Record<string, string>>;
}

/** The signer, on WebCrypto. */
export const FLOOR_OF_SIGNER: readonly FloorStep[] = [
  {
    promise: "hashes, derives a key, and writes paths, queries and headers as services read them",
    uses: {
      "signer/hash.webcrypto": "webcryptoHash",
      "signer/signing-key": "hmacScheme",
      "signer/canonical": "writeCanonicalRequest, canonicalPath, canonicalQuery",
    },
  },
  {
    promise:
      "takes a URL, a `Request` of any runtime or plain data, and returns the same; says what is wrong",
    uses: { "signer/request": "readRequest" },
  },
  {
    promise: "takes credentials as STS writes them too, and refuses what cannot be credentials",
    uses: { "signer/credentials": "checkCredentials" },
  },
  {
    promise: "reads every kind of body once, and sends what it signed",
    uses: { "signer/payload": "readBody, isStream, isText" },
  },
  {
    promise: "leaves out the headers that proxies change",
    uses: { "signer/signable-headers": "signableHeaders" },
  },
  {
    promise: "takes another SHA-256, as a function or a class",
    uses: { "signer/create-hash": "createHash" },
  },
  {
    promise: "refuses options that it does not know",
    uses: { "signer/options": "checkOptionNames" },
  },
  {
    promise:
      "has the rules of S3, IoT, VPC Lattice and others; signs again; refuses expired credentials and bad dates",
    uses: { "signer/services": "rulesOf", "signer/sign": "sign" },
  },
  {
    promise: "finds service and region of every AWS host",
    uses: { "signer/find-scope": "findScope" },
  },
];

/** What a client in a browser does in every call, up to the response. */
const FLOOR_OF_EXCHANGE: readonly FloorStep[] = [
  {
    promise: "signs a request",
    uses: { "client/signing/webcrypto-signer": "createRequestSigner" },
  },
  {
    promise: "writes the parameters of one operation",
    uses: { "protocol/query": "writeQuery", "protocol/operations/get-session-token": "GetSessionToken" },
  },
  {
    promise: "finds invalid input before it is sent, and says what is wrong with it",
    uses: { "protocol/encode-request": "encodeRequest" },
  },
  {
    promise: "reads XML strictly, without the browser's parser",
    uses: { "protocol/xml-reader": "readXml" },
  },
  {
    promise: "returns typed results and throws typed errors, from XML and JSON",
    uses: {
      "protocol/decode-response": "decodeResponseText",
      "protocol/service-exception": "STSServiceException",
    },
  },
  {
    promise: "sends with `fetch` or any handler; limits time and size; can be aborted at every point",
    uses: {
      "client/transport/create-handler": "createHandler",
      "client/transport/exchange": "exchange",
      "client/call/deadline": "Deadline, sleep",
    },
  },
];

/** A client in a browser. */
export const FLOOR: readonly FloorStep[] = [
  ...FLOOR_OF_EXCHANGE,
  {
    promise: "redacts secrets wherever a service or a network echoes them",
    uses: {
      "protocol/redact-text": "redactText",
      "client/errors/redact-error": "redactError",
      "client/errors/sent-secrets": "sentSecrets",
      "client/errors/without-secrets": "withoutSecrets",
      "client/errors/explain-credentials": "explainCredentials",
    },
  },
  {
    promise: "says which host could not be reached and why, and which proxy refused",
    uses: {
      "client/transport/explain-send-failure": "explainSendFailure",
      "client/transport/network-error": "networkError",
    },
  },
  {
    promise:
      "retries what may succeed, never sends an MFA code twice, corrects the clock, renews credentials",
    uses: {
      "client/retry/retry-loop": "sendWithRetries",
      "client/retry/standard-strategy": "createStandardRetryStrategy",
      "client/retry/judge-failure": "judgeFailure",
      "client/retry/renew-credentials": "renewCredentials",
      "client/retry/send-rate": "limitSendRate",
    },
  },
  {
    promise: "has the AWS SDK's commands, middleware stack and steps, for X-Ray and other middleware",
    uses: {
      "client/call/middleware-stack": "createMiddlewareStack",
      "client/call/pipeline": "addSteps",
      "client/commands/get-session-token": "GetSessionTokenCommand",
    },
  },
  {
    promise: "logs calls and attempts, and takes part in traces",
    uses: {
      "client/call/log-attempt": "logAttempt",
      "client/call/log-mode": "addLogMode",
      "client/call/trace-call": "traceCall",
    },
  },
  {
    promise: "says what probably caused an error of the service, and what to do",
    uses: { "client/errors/hints": "hintFor" },
  },
  {
    promise: "finds the endpoint of every partition, FIPS, dual-stack and global endpoints",
    uses: { "client/endpoint/locate-endpoint": "locateEndpoint" },
  },
  {
    promise: "takes the AWS SDK's options, for the client and for each call; says which are unknown or wrong",
    uses: {
      "client/config/resolve-config": "resolveConfig",
      "client/config/override-config": "overrideConfig",
      "client/config/unknown-options": "warnOfUnknownOptions",
    },
  },
  {
    promise: "keeps a provider's credentials and renews them before they expire",
    uses: { "client/credentials/cache/memoize": "memoize" },
  },
];

/** What every successful call of a client in a browser loads, for the promises that it runs. */
export const FLOOR_OF_CALL: readonly FloorStep[] = [
  ...FLOOR_OF_EXCHANGE,
  {
    promise: "makes attempts as a strategy says, and notes what each took",
    uses: {
      "client/retry/retry-loop": "sendWithRetries",
      "client/retry/standard-strategy": "createStandardRetryStrategy",
    },
  },
  {
    promise: "has the AWS SDK's commands, middleware stack and steps, and takes part in traces",
    uses: {
      "client/call/middleware-stack": "createMiddlewareStack",
      "client/call/pipeline": "addSteps",
      "client/commands/get-session-token": "GetSessionTokenCommand",
      "client/call/trace-call": "traceCall",
    },
  },
  {
    promise: "takes the AWS SDK's options, and says which are unknown or wrong",
    uses: {
      "client/config/resolve-config": "resolveConfig",
      "client/config/unknown-options": "warnOfUnknownOptions",
    },
  },
];

/** What a client on Node.js promises besides; each program has all of {@link FLOOR}, on the platform's own hash. */
export const FLOOR_ON_NODE: readonly FloorStep[] = [
  {
    promise: "keeps the promises above",
    uses: { "client/signing/node-signer": "createRequestSigner as createNodeSigner" },
  },
  {
    promise: "sends through `node:https`, agents and proxies, and keeps connections open",
    uses: {
      "client/transport/node-handler": "createNodeHandler",
      "client/transport/agent-handler": "createAgentHandler",
    },
  },
  {
    promise: "reads every setting from variables and profiles",
    uses: {
      "client/config/environment": "createEnvironment",
      "client/config/load-profile": "loadProfile",
      "client/credentials/files/read-shared-config": "readSharedConfig",
      "client/credentials/files/find-profile": "findProfile",
    },
  },
  {
    promise: "takes commands of `@aws-sdk/client-sts`, so it knows every operation",
    uses: { "client/commands/adopt-command": "adoptCommand" },
  },
  {
    promise: "gets credentials from variables, containers, instances and processes",
    uses: {
      "client/credentials/sources/from-env": "fromEnv",
      "client/credentials/sources/from-container-metadata": "fromContainerMetadata",
      "client/credentials/sources/from-instance-metadata": "fromInstanceMetadata",
      "client/credentials/sources/from-process": "fromProcess",
    },
  },
  {
    promise:
      "from roles, web identity tokens and MFA sessions, and keeps sessions in files that the AWS CLI shares",
    uses: {
      "client/credentials/sessions/from-assume-role": "fromAssumeRole",
      "client/credentials/sources/from-token-file": "fromTokenFile",
      "client/credentials/sessions/from-mfa-session": "fromMfaSession",
      "client/credentials/sessions/terminal-prompt": "terminalPrompt",
    },
  },
  {
    promise: "from IAM Identity Center and `aws login`, with renewal",
    uses: {
      "client/credentials/sources/from-sso": "fromSSO",
      "client/credentials/sources/from-login-credentials": "fromLoginCredentials",
    },
  },
  {
    promise: "finds the right one of these for a profile, and says why each of the others has none",
    uses: {
      "client/credentials/sources/from-ini": "fromIni",
      "client/credentials/default-credentials": "defaultCredentials",
    },
  },
];
