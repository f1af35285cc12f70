import type { StsMock } from "@org/sts-mock";
import { decodeResponse, encodeRequest, type HttpRequest, type Operation } from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";

/** Credentials in the form of the signer. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const DEMO_KEYS: Keys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
export const DEMO_SERIAL = "arn:aws:iam::123456789012:mfa/demo";
export const DEMO_ROLE = "arn:aws:iam::123456789012:role/demo";

/** How {@link call} sends. */
export interface CallOptions {
  readonly keys?: Keys | undefined;
  readonly hostname?: string;
  readonly region?: string;
  /** Service in the scope of the signature. Default: `sts`. */
  readonly service?: string;
  readonly date?: Date;
  readonly responseFormat?: "xml" | "json";
  /** Changes the request after it was signed. */
  readonly tamper?: (request: HttpRequest) => HttpRequest;
}

/** Calls an operation without a client: encode, sign, answer, decode. Nothing is validated before it is sent. */
export async function call<Request extends object, Response extends object>(
  mock: StsMock & { readonly clock?: { now(): number } },
  operation: Operation<Request, Response>,
  input: Request,
  options: CallOptions = {},
): Promise<Response> {
  const { keys = DEMO_KEYS, hostname = "sts.us-east-1.amazonaws.com", region = "us-east-1" } = options;
  const {
    service = "sts",
    date = new Date(mock.clock?.now() ?? Date.now()),
    responseFormat = "xml",
  } = options;
  const request = encodeRequest(operation, input, { hostname }, { inputValidation: "off", responseFormat });
  const signed =
    operation.auth === "none"
      ? request
      : await createSigner().sign(request, { credentials: keys, region, service, date });
  const answer = await mock.respond(options.tamper?.(signed) ?? signed);
  return await decodeResponse(operation, answer);
}

/** Issued credentials in the form of the signer. */
export function keysOf(credentials: {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}): Keys {
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
  };
}
