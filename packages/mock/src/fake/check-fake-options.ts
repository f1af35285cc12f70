import {
  boolean,
  callback,
  type Check,
  checkedElsewhere,
  type ChecksOf,
  either,
  listOf,
  number,
  objectWith,
  oneOf,
  options,
  recordOf,
  text,
} from "../check-options.ts";
import { mockChecks } from "../mock-options.ts";
import type { FakeStsOptions, FakeStsState, TradeInTokenOptions } from "./fake-options.ts";
import type { OidcProviderOptions, SamlProviderOptions } from "./identity-providers.ts";
import {
  type AccessKey,
  type AccountOptions,
  DEFAULT_ACCOUNT,
  type MfaDevice,
  type RoleOptions,
  type ServiceOptions,
  type UserOptions,
} from "./principals.ts";

/**
 * Checks the options of `createFakeSts`: no option is ignored silently.
 *
 * @throws TypeError with the path to what is wrong, and the nearest correct name for an unknown option.
 */
export function checkFakeOptions(given: FakeStsOptions): void {
  fakeOptions(given, "createFakeSts:");
  refuseDoubles(given);
}

/** Checks the options of `issueTradeInToken`. */
export function checkTradeInOptions(given: TradeInTokenOptions): void {
  options<TradeInTokenOptions>(
    {
      principalArn: text(),
      sessionName: text(/^[\w+=,.@-]{2,64}$/, "2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -"),
      durationSeconds: number({ min: 1 }),
      lifeSeconds: number({ min: 0 }),
    },
    ["principalArn"],
  )(given, "issueTradeInToken:");
}

const account = text(/^\d{12}$/, "an account number of 12 digits");
const name = text(/^[\w+=,.@-]{1,64}$/, "1 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -");
const path = text(/^\/(?:[\x21-\x7e]*\/)?$/, "a path that begins and ends with /");
const tags = recordOf(text());
// The policy reader reads policies and refuses invalid ones.
const policies = listOf(checkedElsewhere);

const accessKey = options<AccessKey>(
  {
    accessKeyId: text(/^\w{4,}$/, "an access key id of at least 4 letters and digits"),
    secretAccessKey: text(/^[^]+$/, "a secret access key that is not empty"),
    status: oneOf("Active", "Inactive"),
  },
  ["accessKeyId", "secretAccessKey"],
);
const accessKeys = listOf((value, path) => {
  // The AWS SDK writes `$source` into credentials that a client is given, and a test gives the same object to a fake.
  const isUsed = typeof value === "object" && value !== null && "$source" in value;
  accessKey(isUsed ? withoutSource(value) : value, path);
});

function withoutSource({ $source: _source, ...keys }: object & { $source?: unknown }): object {
  return keys;
}

const mfaDevices = listOf(
  options<MfaDevice>(
    {
      serialNumber: text(/^[\w+=/:,.@-]{9,256}$/, "a serial number or ARN of 9 to 256 characters"),
      secret: text(/^(?=(?:[\s=-]*[A-Z2-7]){2})[A-Z2-7\s=-]+$/i, "a base32 secret (A-Z and 2-7)"),
    },
    ["secret"],
  ),
);

const accountChecks: ChecksOf<AccountOptions> = {
  id: account,
  partition: oneOf(
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
  ),
  rootAccessKeys: accessKeys,
  rootMfaDevices: mfaDevices,
  disabledRegions: listOf(text(/^[a-z]{2,}(?:-[a-z]+)+-\d+$/, "the name of a region, such as eu-west-1")),
  managementAccount: account,
  organizationId: text(/^o-[a-z0-9]{10,32}$/, "the id of an organization, such as o-a1b2c3d4e5"),
  organizationPath: text(/^o-[^]*\/$/, "a path such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"),
  outboundWebIdentityFederation: boolean,
};

const userChecks: ChecksOf<UserOptions> = {
  name,
  account,
  path,
  userId: text(/^\w{16,128}$/, "a unique id of 16 to 128 letters and digits"),
  accessKeys,
  mfaDevices,
  tags,
  policies,
};

const roleChecks: ChecksOf<RoleOptions> = {
  name,
  account,
  path,
  roleId: text(/^\w{16,128}$/, "a unique id of 16 to 128 letters and digits"),
  trustPolicy: checkedElsewhere,
  maxSessionDuration: number({ min: 3600, max: 43_200 }),
  tags,
  policies,
};

const serviceChecks: ChecksOf<ServiceOptions> = {
  name: text(/^[\w.-]+$/, "a service principal, such as ec2.amazonaws.com"),
  accessKeys,
  sourceArn: text(/^arn:/, "an ARN"),
  sourceAccount: account,
};

const keySet = objectOr(callback, "a key set, such as { keys: [...] }, or a function that gets one");

const oidcChecks: ChecksOf<OidcProviderOptions> = {
  url: text(/^https?:\/\/[^\s/]/, "an issuer URL, such as https://oidc.example.com"),
  account,
  clientIds: listOf(text(/^[^]+$/, "an audience that is not empty")),
  keys: keySet,
  authorizedParty: oneOf("registered", "ignored"),
  keysWithoutId: oneOf("refused", "accepted"),
  clockToleranceSeconds: number({ min: 0, isInteger: false }),
};

const samlChecks: ChecksOf<SamlProviderOptions> = {
  name: text(/^[\w.-]{1,128}$/, "1 to 128 of the characters A-Z a-z 0-9 _ . -"),
  account,
  issuer: text(/^[^]+$/, "the entity id of the identity provider"),
  publicKey: text(/-----BEGIN [^]+-----END /, "a public key or certificate in PEM"),
  acsId: text(/^[\w-]+$/, "the id at the end of the provider's sign-in address"),
};

const stateChecks: ChecksOf<FakeStsState> = {
  // fake.ts refuses other text with a message that says where a key comes from.
  sessionKey: text(),
  usedMfaSteps: recordOf(number()),
  usedTradeIns: recordOf(number({ isInteger: false })),
};

const fakeOptions = options<FakeStsOptions>({
  ...mockChecks,
  clock: objectWith("now"),
  accounts: listOf(options<AccountOptions>(accountChecks, ["id"])),
  users: listOf(options<UserOptions>(userChecks, ["name", "accessKeys"])),
  roles: listOf(options<RoleOptions>(roleChecks, ["name"])),
  services: listOf(options<ServiceOptions>(serviceChecks, ["name", "accessKeys"])),
  // fake.ts refuses invalid addresses with its own message.
  sourceIp: either(callback, text()),
  oidcProviders: listOf(options<OidcProviderOptions>(oidcChecks, ["url", "clientIds", "keys"])),
  samlProviders: listOf(options<SamlProviderOptions>(samlChecks, ["name", "issuer", "publicKey"])),
  webIdentityIssuer: text(/^https?:\/\/[^\s/]/, "an issuer URL, such as https://oidc.example.com"),
  managedPolicies: (value, path) => {
    // The contents are read, and refused, by the policy reader.
    recordOf(checkedElsewhere)(value, path);
    for (const arn of Object.keys(value as object)) {
      if (!/^arn:[\w-]+:iam::(?:aws|\d{12}):policy\/./.test(arn)) {
        throw new TypeError(
          `${path}: expected ARNs such as arn:aws:iam::aws:policy/ReadOnlyAccess; found "${arn.slice(0, 64)}"`,
        );
      }
    }
  },
  maxSkewSeconds: number({ min: 0, isInteger: false }),
  state: options<FakeStsState>(stateChecks, ["sessionKey", "usedMfaSteps"]),
});

function objectOr(check: Check, form: string): Check {
  return either(check, (value, path) => {
    const keys: unknown =
      typeof value === "object" && value !== null ? Reflect.get(value, "keys") : undefined;
    if (!Array.isArray(keys)) throw new TypeError(`${path}: expected ${form}`);
  });
}

/** A duplicate would replace the first one. */
function refuseDoubles({
  accounts = [],
  users = [],
  services = [],
  oidcProviders = [],
  samlProviders = [],
}: FakeStsOptions): void {
  const keys = [
    ...accounts.flatMap(({ rootAccessKeys = [] }) => rootAccessKeys),
    ...users.flatMap(({ accessKeys }) => accessKeys),
    ...services.flatMap(({ accessKeys }) => accessKeys),
  ];
  refuseDouble(
    "the account",
    accounts.map(({ id }) => id),
  );
  refuseDouble(
    "the access key",
    keys.map(({ accessKeyId }) => accessKeyId),
  );
  refuseDouble(
    "the OIDC provider",
    oidcProviders.map(({ account: id = DEFAULT_ACCOUNT, url }) => `${url} of account ${id}`),
  );
  refuseDouble(
    "the SAML provider",
    samlProviders.map(({ account: id = DEFAULT_ACCOUNT, name: own }) => `${own} of account ${id}`),
  );
}

function refuseDouble(what: string, names: readonly string[]): void {
  const double = names.find((candidate, index) => names.indexOf(candidate) < index);
  if (double !== undefined) throw new TypeError(`createFakeSts: ${what} ${double} is given twice`);
}
