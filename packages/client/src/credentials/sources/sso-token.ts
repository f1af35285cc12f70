import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import {
  createSignInFile,
  formatSignInDate,
  isLifetime,
  parseSignInDate,
  textMember,
} from "../cache/sign-in-cache.ts";
import type { SignIn } from "../cache/sign-in-cache.ts";
import { sendSignInRequest } from "./sign-in-request.ts";
import type { SignInTransport } from "./sign-in-request.ts";
import type { SsoSettings } from "./sso-settings.ts";

/** What {@link createSsoTokens} needs to know. */
export interface SsoTokenOptions {
  /** The file of the sign-in. */
  readonly path: string;
  /** Whose sign-in it is. */
  readonly settings: SsoSettings;
  /** Where the token service is reached. */
  readonly tokenEndpoint: URL;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a renewed sign-in could not be stored. */
  readonly onWriteError?: ((error: Error) => void) | undefined;
}

/** Gets the tokens of a sign-in. */
export interface SsoTokens {
  /**
   * Returns a token that has not expired, and renews it when it is about to.
   *
   * @throws `CredentialsProviderError` `ERR_SIGN_IN_REQUIRED`, `ERR_SIGN_IN_UNAVAILABLE`, `ERR_CONFIG_UNREADABLE`,
   * `ERR_LOCK_TIMEOUT`.
   */
  readonly current: (transport: SignInTransport) => Promise<string>;
  /** Returns another token than the one that was refused; throws like `current`. */
  readonly afterRefusal: (refused: string, transport: SignInTransport) => Promise<string>;
}

const REFRESH_WINDOW_MS = 300_000;
const RETRY_DELAY_MS = 30_000;

/** Creates an object that gets the tokens of one sign-in. */
export function createSsoTokens(options: SsoTokenOptions): SsoTokens {
  const { path, settings, tokenEndpoint, now, onWriteError } = options;
  const { origin, command } = settings;
  // Nothing is lost if a renewed token cannot be stored: the next program renews it too.
  const file = createSignInFile({ path, whenReadOnly: "keep in memory", onWriteError });
  let pausedUntil = 0;

  const required = (what: string): CredentialsProviderError =>
    new CredentialsProviderError("ERR_SIGN_IN_REQUIRED", `${what}: run ${command}`, {
      file: path,
      ...(settings.profile !== undefined && { profile: settings.profile }),
    });

  const parse = (signIn: SignIn | undefined): Token => {
    if (signIn === undefined) throw required(`there is no sign-in of ${origin} in ${path}`);
    const accessToken = textMember(signIn, "accessToken");
    const expiresAt = parseSignInDate(signIn["expiresAt"]);
    if (accessToken === undefined || Number.isNaN(expiresAt))
      throw required(`${path} has no accessToken or no expiresAt that is a date`);
    return { accessToken, expiresAt };
  };

  const renew = async (isFresh: (token: Token) => boolean, transport: SignInTransport): Promise<Token> =>
    parse(
      await file.renew(
        (signIn) => isFresh(parse(signIn)),
        (signIn) => refresh(signIn, transport),
      ),
    );

  const refresh = async (signIn: SignIn, transport: SignInTransport): Promise<SignIn> => {
    const [clientId, clientSecret, refreshToken] = ["clientId", "clientSecret", "refreshToken"].map((name) =>
      textMember(signIn, name),
    );
    if (clientId === undefined || clientSecret === undefined || refreshToken === undefined)
      throw required(`the sign-in of ${origin} has ended and cannot be renewed`);
    // Not every sign-in says when.
    if (parseSignInDate(signIn["registrationExpiresAt"]) <= now())
      throw required(`the registration behind the sign-in of ${origin} has expired`);
    const {
      status,
      json = {},
      code,
      reason,
    } = await sendSignInRequest(
      {
        endpoint: tokenEndpoint,
        method: "POST",
        path: "/token",
        body: { clientId, clientSecret, grantType: "refresh_token", refreshToken },
        headers: async () => ({}),
      },
      transport,
    );
    const said = [status, code ?? reason].filter(Boolean).join(" ");
    const isTemporary = status === 429 || status >= 500 || code === "SlowDown";
    if (status >= 400 && !isTemporary)
      throw required(`the sign-in of ${origin} has ended (${tokenEndpoint.host} responded ${said})`);
    const accessToken = textMember(json, "accessToken");
    const seconds = json["expiresIn"];
    if (status !== 200 || accessToken === undefined || !isLifetime(seconds)) {
      throw new CredentialsProviderError(
        "ERR_SIGN_IN_UNAVAILABLE",
        `${tokenEndpoint.host} responded ${status === 200 ? "without accessToken or expiresIn" : said} when asked to renew the sign-in of ${origin}`,
        { file: path },
      );
    }
    return {
      ...signIn,
      accessToken,
      expiresAt: formatSignInDate(now() + seconds * 1000),
      refreshToken: textMember(json, "refreshToken") ?? refreshToken,
    };
  };

  return {
    current: async (transport) => {
      const token = parse(await file.read());
      const isExpired = token.expiresAt <= now();
      if (token.expiresAt - now() > REFRESH_WINDOW_MS) return token.accessToken;
      if (settings.session === undefined && isExpired) {
        const end = new Date(token.expiresAt).toISOString();
        throw required(`the sign-in of ${origin} expired at ${end}`);
      }
      if (settings.session === undefined || (!isExpired && now() < pausedUntil)) return token.accessToken;
      try {
        const isFresh = ({ expiresAt }: Token): boolean => expiresAt - now() > REFRESH_WINDOW_MS;
        return (await renew(isFresh, transport)).accessToken;
      } catch (error) {
        if (isExpired) throw error;
        pausedUntil = now() + RETRY_DELAY_MS;
        return token.accessToken;
      }
    },
    afterRefusal: async (refused, transport) => {
      const token = parse(await file.read());
      if (token.accessToken !== refused) return token.accessToken;
      if (settings.session === undefined)
        throw required(`the portal no longer accepts the sign-in of ${origin}`);
      const { accessToken } = await renew((found) => found.accessToken !== refused, transport);
      return accessToken;
    },
  };
}

interface Token {
  readonly accessToken: string;
  readonly expiresAt: number;
}
