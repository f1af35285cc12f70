import {
  AssumeRole,
  AssumeRoleWithSAML,
  decodeResponse,
  decodeResponseText,
  encodeResponse,
  GetCallerIdentity,
  GetSessionToken,
  type Operation,
  type OperationSchema,
  STSServiceException,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

const off = { outputValidation: "off" } as const;
const arn = "arn:aws:iam::123456789012:user/Alice";

test.for([
  [
    "an Arn alone",
    GetCallerIdentity,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    { Arn: arn },
  ],
  [
    "a root element of another name",
    GetCallerIdentity,
    `<Response><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></Response>`,
    { Arn: arn },
  ],
  ["no result element", GetCallerIdentity, `<Response><Arn>${arn}</Arn></Response>`, { Arn: arn }],
  [
    "the result element as its root",
    GetCallerIdentity,
    `<GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult>`,
    { Arn: arn },
  ],
  [
    "no Expiration",
    GetSessionToken,
    "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId></Credentials></GetSessionTokenResult></GetSessionTokenResponse>",
    { Credentials: { AccessKeyId: "ASIAIOSFODNN7EXAMPLE" } },
  ],
  [
    "an Expiration that is not a date and a size that is not a number",
    AssumeRole,
    "<R><A><Credentials><AccessKeyId>A</AccessKeyId><Expiration>soon</Expiration></Credentials><PackedPolicySize>big</PackedPolicySize></A></R>",
    { Credentials: { AccessKeyId: "A" } },
  ],
  ["nothing that the operation knows", AssumeRoleWithSAML, "<html><p>Hello</p></html>", {}],
  ["no body", GetCallerIdentity, "", {}],
  ["JSON without names around it", GetCallerIdentity, `{"Arn":"${arn}","Account":null}`, { Arn: arn }],
] satisfies [string, OperationSchema, string, object][])(
  'outputValidation "off" reads a response with %s as far as it goes',
  async ([, table, body, expected]) => {
    // The entries of the table have different outputs; the comparison looks at all members.
    const operation = table as Operation<object, object>;
    const response = { statusCode: 200, headers: {}, body };
    const { $metadata, ...output } = await decodeResponse(operation, response, off);
    expect(output).toStrictEqual(expected);
    expect($metadata.httpStatusCode).toBe(200);
    const { $metadata: _metadata, ...atOnce } = decodeResponseText(operation, response, off);
    expect(atOnce).toStrictEqual(expected);
    await expect(decodeResponse(operation, response)).rejects.toThrow(`${operation.name}: `);
    await expect(decodeResponse(operation, response, { outputValidation: "full" })).rejects.toThrow(
      `${operation.name}: `,
    );
  },
);

test('outputValidation "off" reads a complete response as "full" does, request id included', async () => {
  const Credentials = {
    AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    SessionToken: "AQoDYXdzEJr",
    Expiration: new Date("2026-07-11T19:55:29Z"),
  };
  for (const format of ["xml", "json"] as const) {
    const { headers, body } = encodeResponse(GetSessionToken, { Credentials }, { requestId: "r-1", format });
    const response = { statusCode: 200, headers: { "content-type": headers["content-type"] ?? "" }, body };
    const full = await decodeResponse(GetSessionToken, response);
    expect(await decodeResponse(GetSessionToken, response, off)).toStrictEqual(full);
    expect(full.$metadata.requestId).toBe("r-1");
  }
});

test('outputValidation "off" still refuses a body that is neither XML nor JSON, and throws failures', async () => {
  const broken = decodeResponse(GetCallerIdentity, { statusCode: 200, headers: {}, body: "<p>Sign in" }, off);
  await expect(broken).rejects.toThrow(
    expect.objectContaining({
      code: "ERR_RESPONSE_NOT_STS",
      message: expect.stringContaining("GetCallerIdentity: the response is neither XML nor JSON"),
    }),
  );
  const failed = decodeResponse(GetCallerIdentity, { statusCode: 403, headers: {}, body: "" }, off);
  await expect(failed).rejects.toThrow(STSServiceException);
});
