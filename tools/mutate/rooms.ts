/** Files that are guarded by the same tests, which run for each of their mutants. Tests mirror the rooms of the sources. */
export interface Room {
  /** Such as `signer-verify`. */
  readonly name: string;
  /** The package's folder. */
  readonly package: string;
  /** Patterns of the tests, below the package. */
  readonly tests: readonly string[];
}

interface RoomRow extends Room {
  readonly files: RegExp;
}

const row = (name: string, files: RegExp, ...tests: readonly string[]): RoomRow => ({
  name,
  package: name.split("-")[0] ?? name,
  files,
  tests: tests.map((pattern) => `test/${pattern}`),
});

// The first that fits. A mutant that only another room's tests notice survives: its guard stands too far away.
const ROOMS: readonly RoomRow[] = [
  row("signer-proofs", /^packages\/signer\/src\/proofs\//, "proofs/*.test.ts"),
  row(
    "signer-verify",
    /^packages\/signer\/src\/(?:verif|parse-signed|signature-fields|signature-difference|check-payload|explain|signed-chunks)/,
    "verify/*.test.ts",
  ),
  row("signer", /^packages\/signer\/src\//, "**/*.test.ts"),
  row(
    "mock-policies",
    /^packages\/mock\/src\/fake\/(?:authorize|polic|parse-policy|condition|wildcard|ip-network|denial-reason|session-policies)/,
    "fake/polic*.test.ts",
    "fake/condition*.test.ts",
    "fake/session-policies.test.ts",
    "fake/denial-reason.test.ts",
    "fake/trust-policies.test.ts",
  ),
  row(
    "mock-signatures",
    /^packages\/mock\/src\/fake\/(?:authenticate|guess-signature|sessions)/,
    "fake/authenticate.test.ts",
    "fake/refused-signatures.test.ts",
    "fake/session-*.test.ts",
  ),
  row(
    "mock-providers",
    /^packages\/mock\/src\/(?:fake\/(?:identity-provider|saml|test-i|verify-saml|web-identity)|rules\/assume-role-with-)/,
    "fake/saml.test.ts",
    "fake/test-*.test.ts",
    "fake/web-identity*.test.ts",
    "rules/*web-identity*.test.ts",
    "rules/*saml.test.ts",
    "rules/federated-roles.test.ts",
  ),
  row(
    "mock-fake",
    /^packages\/mock\/src\/fake\//,
    "fake/*.test.ts",
    "rules/*.test.ts",
    "misconfiguration.test.ts",
  ),
  row(
    "mock-rules",
    /^packages\/mock\/src\/rules\//,
    "rules/!(assume-role-with-*|web-identity-*).test.ts",
    "fake/request-context.test.ts",
    "fake/session-policies.test.ts",
  ),
  row(
    "mock-adapters",
    /^packages\/mock\/src\/adapters\//,
    // Not the test of another version of msw, which wants modules of its own.
    "adapters/{concurrent-tests,msw,own-msw-server,server,wire}.test.ts",
    "mock.test.ts",
    "misconfiguration.test.ts",
  ),
  row(
    "mock",
    /^packages\/mock\/src\//,
    // Not `secrets-everywhere`, which starts programs.
    "{faults,handle,hostile-input,misconfiguration,mock}.test.ts",
    "adapters/{concurrent-tests,wire}.test.ts",
    "fake/{conditions,every-option,hosts}.test.ts",
    "rules/operations.test.ts",
  ),
  row(
    "client-sign-in",
    /^packages\/client\/src\/credentials\/(?:cache\/sign-in-|sources\/sign-in)/,
    "credentials/sources/sign-in-*.test.ts",
    "credentials/sources/from-login-credentials.test.ts",
    "credentials/sources/from-sso.test.ts",
  ),
  row(
    "client-hosts",
    /^packages\/client\/src\/credentials\/sources\/(?:from-http|from-container|get-text)/,
    "credentials/sources/metadata*.test.ts",
  ),
  row(
    "client-mfa",
    /^packages\/client\/src\/credentials\/sessions\/(?:mfa-code|totp)/,
    "credentials/sessions/codes-still-good.test.ts",
    "credentials/sessions/mfa-*.test.ts",
    "credentials/sessions/one-time-codes.test.ts",
  ),
  row(
    "client-redaction",
    /^packages\/client\/src\/errors\/(?:redact-error|sent-secrets|without-secrets)/,
    // Not `secrets-everywhere`, which calls everything: it takes too long for each mutant.
    "errors/echoed-secrets.test.ts",
    "errors/foreign-secrets.test.ts",
    "errors/printing.test.ts",
    "errors/redacted-words.test.ts",
    "errors/secrets.test.ts",
    "call/log-mode.test.ts",
  ),
  row("client-redeem", /^packages\/client\/src\/redeem\//, "redeem/*.test.ts"),
  row(
    "client-locks",
    /^packages\/client\/src\/credentials\/cache\/file-lock/,
    "credentials/cache/file-lock*.test.ts",
  ),
  row(
    "client-disk-cache",
    /^packages\/client\/src\/credentials\/cache\/[^/]+$/,
    "credentials/cache/*.test.ts",
  ),
  row(
    "client-cache",
    /^packages\/client\/src\/credentials\/cache\//,
    "credentials/cache/shared/*.test.ts",
    "credentials/cache/{shared,web-identity}-sessions.test.ts",
  ),
  row(
    "client-sessions",
    /^packages\/client\/src\/credentials\/sessions\//,
    "credentials/sessions/*.test.ts",
    "credentials/cache/{shared,web-identity}-sessions.test.ts",
    "credentials/cache/shared/shared-session.test.ts",
  ),
  row(
    "client-sources",
    /^packages\/client\/src\/credentials\/sources\//,
    "credentials/sources/*.test.ts",
    "credentials/{default-credentials,sessions/roles}.test.ts",
  ),
  row(
    "client-files",
    /^packages\/client\/src\/credentials\/files\//,
    "credentials/files/*.test.ts",
    "credentials/sources/{from-ini,profile-*}.test.ts",
  ),
  row("client-errors", /^packages\/client\/src\/errors\//, "errors/!(secrets-everywhere).test.ts"),
  row(
    "client-retry",
    /^packages\/client\/src\/retry\//,
    "retry/*.test.ts",
    "call/{ended-early,logging,send,time-limits,wrong-use}.test.ts",
    "credentials/sessions/codes-still-good.test.ts",
    "errors/late-code.test.ts",
  ),
  row(
    "client-deadline",
    /^packages\/client\/src\/call\/(?:deadline|on-abort)/,
    "call/{ended-early,send,time-limits}.test.ts",
    "credentials/cache/shared/failing-store.test.ts",
    "credentials/sources/sign-in-hosts.test.ts",
    "retry/{adaptive-strategy,retries-and-time-limits}.test.ts",
  ),
  row(
    "client-call",
    /^packages\/client\/src\/call\//,
    "call/*.test.ts",
    "retry/retries-and-time-limits.test.ts",
  ),
  row(
    "client-transport",
    /^packages\/client\/src\/transport\//,
    "transport/*.test.ts",
    "credentials/sources/metadata.test.ts",
    "errors/{error-details,foreign-secrets,late-code}.test.ts",
  ),
  row(
    "client-config",
    /^packages\/client\/src\/(?:config|endpoint|signing)\//,
    "config/*.test.ts",
    "endpoint/*.test.ts",
    "signing/*.test.ts",
    "call/{send,wrong-use}.test.ts",
    "commands/!(inventory).test.ts",
    "credentials/sources/profile-settings.test.ts",
  ),
  row(
    "client",
    /^packages\/client\/src\//,
    "call/{pipeline,send,wrong-use}.test.ts",
    "commands/*.test.ts",
    "config/*.test.ts",
    "credentials/*.test.ts",
    "credentials/sources/profile-settings.test.ts",
    "errors/printing.test.ts",
    "retry/*.test.ts",
  ),
  row("protocol", /^packages\/protocol\/src\//, "**/*.test.ts"),
];

/** The room of a source file. */
export function roomOf(file: string): Room {
  const room = ROOMS.find(({ files }) => files.test(file));
  if (room === undefined) throw new Error(`${file} is not a source file of a package`);
  return room;
}

/** Sources that run only in processes which tests start: no mutant can be switched on there, so each would count as missed. */
const NOT_MUTATED: readonly { readonly files: RegExp; readonly reason: string }[] = [
  {
    files: /^packages\/mock\/src\/adapters\/(?:cli|json-file)\.ts$/,
    reason: "a program, and what only it uses: its tests start the built one",
  },
  {
    files: /\.(?:browser|worker)\.ts$|\/worker-credentials\.ts$/,
    reason: "loaded under conditions of their own: by bundles, and by Node.js processes with `--conditions`",
  },
  {
    files: /^packages\/client\/src\/credentials\/sessions\/terminal-prompt\.ts$/,
    reason: "needs a terminal: its tests run it in one of its own",
  },
];

/** Why no run and no sample may contain a source file; undefined if it may. */
export function whyNotMutated(file: string): string | undefined {
  return NOT_MUTATED.find(({ files }) => files.test(file))?.reason;
}
