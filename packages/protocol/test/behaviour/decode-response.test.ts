import { inspect } from "node:util";

import {
  AssumeRole,
  decodeFault,
  decodeFaultText,
  decodeResponse,
  decodeResponseText,
  encodeFault,
  ExpiredTokenException,
  GetCallerIdentity,
  GetSessionToken,
  IDPCommunicationErrorException,
  AssumeRoleWithWebIdentity,
  type Operation,
  type OperationSchema,
  ProtocolError,
  RegionDisabledException,
  STSServiceException,
} from "@org/sts-protocol";
import { parseXml } from "@org/sts-protocol/xml";
import { describe, expect, test } from "vitest";

function responseOf(statusCode: number, contentType: string | undefined, body: string, headers = {}) {
  return {
    statusCode,
    headers: { ...(contentType === undefined ? {} : { "Content-Type": contentType }), ...headers },
    body,
  };
}

async function failureOf(
  operation: OperationSchema,
  response: Response | ReturnType<typeof responseOf>,
  host = "sts.eu-west-1.amazonaws.com",
): Promise<Error> {
  try {
    await decodeResponse(operation, response, { host });
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("did not fail");
}

const portal = "<html><head><title>Sign in to WiFi</title></head><body>Welcome</body></html>";
const wrapped = (result: string): string =>
  `<GetSessionTokenResponse><GetSessionTokenResult>${result}</GetSessionTokenResult></GetSessionTokenResponse>`;
const complete =
  "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s3cr3t</SecretAccessKey><SessionToken>s3cr3t</SessionToken>";

describe("decodeResponse refuses a success that is not an STS response", () => {
  test.for([
    [
      "well-formed HTML",
      responseOf(200, "text/html", portal),
      "ERR_RESPONSE_NOT_STS",
      'GetSessionToken: the response has no GetSessionTokenResult: sts.eu-west-1.amazonaws.com responded 200 (text/html) "<html><head><title>Sign in to WiFi</title></head><body>Welco"',
    ],
    [
      "HTML that is not well-formed",
      responseOf(200, "text/html; charset=utf-8", "<!DOCTYPE html><html><p>Sign in"),
      "ERR_RESPONSE_NOT_STS",
      'GetSessionToken: the response is not an STS response: sts.eu-west-1.amazonaws.com responded 200 (text/html; charset=utf-8) "<!DOCTYPE html><html><p>Sign in"',
    ],
    [
      "an empty body",
      responseOf(200, "text/xml", ""),
      "ERR_RESPONSE_EMPTY",
      "GetSessionToken: the response has no body: sts.eu-west-1.amazonaws.com responded 200 (text/xml) without a body",
    ],
    [
      "white space",
      responseOf(204, undefined, " \r\n"),
      "ERR_RESPONSE_EMPTY",
      "GetSessionToken: the response has no body: sts.eu-west-1.amazonaws.com responded 204 (no content type) without a body",
    ],
    [
      "JSON of something else",
      responseOf(200, "application/json", '{"status":"ok"}'),
      "ERR_RESPONSE_NOT_STS",
      String.raw`GetSessionToken: the response has no GetSessionTokenResult: sts.eu-west-1.amazonaws.com responded 200 (application/json) "{\"status\":\"ok\"}"`,
    ],
    [
      "broken JSON",
      responseOf(200, "application/json", '{"status":'),
      "ERR_RESPONSE_NOT_STS",
      String.raw`GetSessionToken: the response is not an STS response: sts.eu-west-1.amazonaws.com responded 200 (application/json) "{\"status\":"`,
    ],
    [
      "text",
      responseOf(200, "text/plain", "OK"),
      "ERR_RESPONSE_NOT_STS",
      'GetSessionToken: the response is not an STS response: sts.eu-west-1.amazonaws.com responded 200 (text/plain) "OK"',
    ],
    [
      "another operation's response",
      responseOf(200, "text/xml", "<GetCallerIdentityResponse/>"),
      "ERR_RESPONSE_NOT_STS",
      'GetSessionToken: the response has no GetSessionTokenResult: sts.eu-west-1.amazonaws.com responded 200 (text/xml) "<GetCallerIdentityResponse/>"',
    ],
    [
      "a response that is cut off",
      responseOf(
        200,
        "text/xml",
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><SecretAccessKey>s3cr",
      ),
      "ERR_RESPONSE_NOT_STS",
      'GetSessionToken: the response is not an STS response: sts.eu-west-1.amazonaws.com responded 200 (text/xml) "<GetSessionTokenResponse><GetSessionTokenResult><Credentials"',
    ],
    [
      "a response without credentials",
      responseOf(200, "text/xml", wrapped("")),
      "ERR_RESPONSE_MEMBER",
      "GetSessionToken: Credentials is missing in the response of sts.eu-west-1.amazonaws.com",
    ],
    [
      "a response without an expiration",
      responseOf(200, "text/xml", wrapped(`<Credentials>${complete}</Credentials>`)),
      "ERR_RESPONSE_MEMBER",
      "GetSessionToken: Credentials.Expiration is missing in the response of sts.eu-west-1.amazonaws.com",
    ],
    [
      "an expiration that is not a date",
      responseOf(
        200,
        "text/xml",
        wrapped(`<Credentials>${complete}<Expiration>tomorrow</Expiration></Credentials>`),
      ),
      "ERR_RESPONSE_MEMBER",
      "GetSessionToken: Credentials.Expiration is not a timestamp in the response of sts.eu-west-1.amazonaws.com",
    ],
    [
      "a size that is not a number",
      responseOf(
        200,
        "text/xml",
        wrapped(
          `<Credentials>${complete}<Expiration>2011-07-11T19:55:29Z</Expiration></Credentials><SessionTokenSize>big</SessionTokenSize>`,
        ),
      ),
      "ERR_RESPONSE_MEMBER",
      "GetSessionToken: SessionTokenSize is not an integer in the response of sts.eu-west-1.amazonaws.com",
    ],
  ] as const)("decodeResponse refuses a success with %s", async ([, response, code, message]) => {
    const failure = await failureOf(GetSessionToken, response);
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, message, $metadata: { httpStatusCode: response.statusCode } });
  });

  test.for([
    ["application/json", '{"status":', "ERR_JSON_MALFORMED", "The text is not valid JSON"],
    ["text/plain", "OK", "ERR_XML_MALFORMED", "XML must begin with an element"],
    ["text/plain", "x<a/>", "ERR_XML_MALFORMED", "XML must begin with an element"],
    ["text/xml", "<a", "ERR_XML_MALFORMED", "XML holds a malformed tag (position 0)"],
  ] as const)(
    "decodeResponse gives the cause when a success of type %s is %j",
    async ([type, body, code, message]) => {
      const { cause } = await failureOf(GetSessionToken, responseOf(200, type, body));
      expect(cause).toBeInstanceOf(ProtocolError);
      expect(cause).toMatchObject({ name: "ProtocolError", code, message });
      // Shown in JSON too.
      expect(JSON.parse(JSON.stringify(cause))).toMatchObject({ code, message });
      expect(cause).not.toHaveProperty("cause");
    },
  );

  test("decodeResponse shows the body's beginning on one line, up to a secret's name, and says when the host is not known", async () => {
    const body = ' <p>No\r\n\t one  is "here": SessionToken=s3cr3t</p>';
    const failure: unknown = await decodeResponse(GetSessionToken, responseOf(200, undefined, body)).catch(
      (error: unknown) => error,
    );
    expect(failure).toHaveProperty(
      "message",
      String.raw`GetSessionToken: the response has no GetSessionTokenResult: the host responded 200 (no content type) "<p>No one is \"here\": SessionToken=***"`,
    );
  });

  test("decodeResponse names the host of the response's URL in its errors", async () => {
    const response = new Response(portal, { headers: { "content-type": "text/html" } });
    Object.defineProperty(response, "url", { value: "https://portal.example:8443/login" });
    await expect(decodeResponse(GetSessionToken, response)).rejects.toThrow(
      "portal.example:8443 responded 200",
    );
  });
});

describe("decodeResponse keeps secrets out of its errors", () => {
  test.each([decodeResponse, decodeFault])(
    "a text in place of a response is refused without being shown: %o",
    async (decode) => {
      for (const body of ["<SecretAccessKey>MARKED-SECRET</SecretAccessKey>", null, undefined]) {
        const error: unknown = await decode(GetSessionToken, body as never).catch((error: unknown) => error);
        expect(error).toEqual(new TypeError("response: expected a Response or an HttpResponse"));
        expect(String((error as Error).stack)).not.toContain("MARKED");
      }
    },
  );

  test.for([
    ["JSON that is cut off", "application/json", '{"Credentials":{"SecretAccessKey":"s3cr3t'],
    ["JSON of a bare string", "application/json", '"SessionToken=s3cr3t" '],
    ["XML that is cut off", "text/xml", "<Credentials><SecretAccessKey>s3cr3t"],
    ["XML with a CDATA section", "text/xml", "<C><SessionToken><![CDATA[s3cr3t]]></SessionToken></C>"],
    ["XML with line breaks", "text/xml", "<C><SessionToken>\n\n s3cr3t s3cr3t</SessionToken></C>"],
    ["an echoed request", "text/plain", "Action=GetSessionToken&TokenCode=s3cr3t"],
    ["an echoed assertion", "text/plain", "SAMLAssertion=s3cr3t"],
    ["an echoed external id", "text/plain", "ExternalId=s3cr3t"],
    ["a percent-encoded echo", "text/plain", "body=Action%3DX%26TokenCode%3Ds3cr3t"],
    ["an echo that is percent-encoded twice", "text/plain", "TokenCode%253Ds3cr3t"],
    ["an echo in JSON inside of JSON", "text/plain", String.raw`{"body":"{\"SessionToken\":\"s3cr3t\"}"}`],
    [
      "an echo in XML inside of XML",
      "text/plain",
      "<p>&lt;SecretAccessKey&gt;s3cr3t&lt;/SecretAccessKey&gt;",
    ],
    ["an echoed signature", "text/plain", "SignedHeaders=host, Signature=s3cr3t"],
    ["an echoed header", "text/plain", "x-amz-security-token: s3cr3t"],
    ["text of a type that echoes a token", "text/html; SessionToken=s3cr3t", "<p>No</p>"],
  ] as const)("no secret reaches the error when the response is %s", async ([, contentType, body]) => {
    for (const statusCode of [200, 403, 502]) {
      const failure = await failureOf(GetSessionToken, responseOf(statusCode, contentType, body));
      expect(`${inspect(failure, { depth: 9, showHidden: true })} ${JSON.stringify(failure)}`).not.toContain(
        "s3cr3t",
      );
    }
  });
});

const standard = (
  code: string,
  message: string,
): string => `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId> c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>
</ErrorResponse>
`;

describe("decodeResponse throws the failures of the service", () => {
  test("a failure is found by its wire code among the operation's own errors", async () => {
    const failure = await failureOf(
      AssumeRoleWithWebIdentity,
      responseOf(400, "text/xml", standard("IDPCommunicationError", "Try again")),
    );
    expect(failure).toBeInstanceOf(IDPCommunicationErrorException);
    expect(failure).toBeInstanceOf(STSServiceException);
    expect(failure).toMatchObject({
      name: "IDPCommunicationErrorException",
      Code: "IDPCommunicationError",
      message: "Try again",
      $fault: "client",
      $retryable: {},
      $metadata: { httpStatusCode: 400, requestId: "c6104cbe-af31-11e0-8154-cbc7ccf896c7" },
    });
  });

  test("a failure of another operation's list is named by its code", async () => {
    const failure = await failureOf(
      GetSessionToken,
      responseOf(400, "text/xml", standard("ExpiredTokenException", "expired")),
    );
    // It has the class's name, and what an error is decides what `instanceof` says.
    expect(failure.name).toBe("ExpiredTokenException");
    expect(failure).toBeInstanceOf(ExpiredTokenException);
    expect(Object.getPrototypeOf(failure)).toBe(STSServiceException.prototype);
  });

  test.for([
    ["403 ExpiredToken", 403, "ExpiredToken", "client"],
    ["400 Throttling", 400, "Throttling", "client"],
    ["503 ServiceUnavailable", 503, "ServiceUnavailable", "server"],
  ] as const)(
    "a failure with an unmodelled code keeps the code as its name: %s",
    async ([, status, code, fault]) => {
      expect(await failureOf(AssumeRole, responseOf(status, "text/xml", standard(code, "m")))).toMatchObject({
        name: code,
        Code: code,
        $fault: fault,
      });
    },
  );

  test.for([
    [
      "of another gateway",
      "<Response><Errors><Error><Code>AccessDenied</Code><Message>No</Message></Error></Errors><RequestID>r-1</RequestID></Response>",
      "text/xml",
    ],
    [
      "of moto",
      "<ErrorResponse><Errors><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No</Message></Error></Errors><RequestId>r-1</RequestId></ErrorResponse>",
      "text/xml",
    ],
    [
      "in a root element of any name",
      "<Failure><Error><Code>AccessDenied</Code><Message>No</Message></Error><RequestId>r-1</RequestId></Failure>",
      "text/xml",
    ],
    [
      "in a list in a root element of any name",
      "<Failure><Errors><Error><Code>AccessDenied</Code><Message>No</Message></Error></Errors><RequestId>r-1</RequestId></Failure>",
      "text/xml",
    ],
    [
      "that is the root element",
      "<Error><Code>AccessDenied</Code><Message>No</Message><RequestId>r-1</RequestId></Error>",
      "application/xml",
    ],
    [
      "with parts that only fast-xml-parser reads",
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>No</Message><Détail/></Error><RequestId>r-1</RequestId></ErrorResponse>",
      "text/xml",
    ],
    [
      "without a namespace",
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>No</Message></Error><RequestId>r-1</RequestId></ErrorResponse>",
      "application/xml",
    ],
    [
      "in JSON",
      '{"Error":{"Code":"AccessDenied","Message":"No","Type":"Sender"},"RequestId":"r-1"}',
      "application/json",
    ],
    [
      "in wrapped JSON",
      '{"ErrorResponse":{"Error":{"Code":"AccessDenied","Message":"No"},"RequestId":"r-1"}}',
      "application/x-amz-json-1.1",
    ],
    [
      "without a content type",
      '{"Error":{"Code":"AccessDenied","Message":"No"},"RequestId":"r-1"}',
      undefined,
    ],
  ] as const)("a failure %s is understood", async ([, body, contentType]) => {
    expect(await failureOf(GetSessionToken, responseOf(403, contentType, body))).toMatchObject({
      name: "AccessDenied",
      message: "No",
      $metadata: { httpStatusCode: 403, requestId: "r-1" },
    });
  });

  test("a failure takes its request id from the header rather than the body", async () => {
    const response = responseOf(403, "text/xml", standard("AccessDenied", "No"), {
      "x-amzn-RequestId": "h-1",
      "x-amz-id-2": "h-2",
      "X-Amz-Cf-Id": "h-3",
    });
    expect(await failureOf(GetSessionToken, response)).toMatchObject({
      $metadata: { requestId: "h-1", extendedRequestId: "h-2", cfId: "h-3" },
    });
  });

  test.for([
    ["empty", 502, "", "Unknown", "without a body", "server"],
    ["empty", 403, "", "Unknown", "without a body", "client"],
    ["HTML", 503, portal, "Unknown", '"<html><head>', "server"],
    ["HTML that is not well-formed", 407, "<p>Proxy <br>", "Unknown", '"<p>Proxy <br>"', "client"],
    ["for the wrong host", 404, "Not Found", "NotFound", '"Not Found"', "client"],
    ["a redirection", 302, "", "Unknown", "without a body", "client"],
  ] as const)(
    "a failure without a code describes the response: %s %s",
    async ([, status, body, name, excerpt, fault]) => {
      const failure = await failureOf(GetSessionToken, responseOf(status, "text/html", body));
      expect(failure).toBeInstanceOf(STSServiceException);
      expect(failure).toMatchObject({ name, $fault: fault, $metadata: { httpStatusCode: status } });
      expect(failure.message).toContain(`sts.eu-west-1.amazonaws.com responded ${status} (text/html)`);
      expect(failure.message).toContain(excerpt);
    },
  );

  test("a failure without a message uses its code as the message", async () => {
    const body = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
    expect(await failureOf(GetSessionToken, responseOf(403, "text/xml", body))).toHaveProperty(
      "message",
      "AccessDenied",
    );
  });

  test("a failure keeps its message in JSON and when it is spread, and has the service's Error", async () => {
    for (const code of ["RegionDisabledException", "AccessDenied"]) {
      const failure = await failureOf(GetSessionToken, responseOf(403, "text/xml", standard(code, "No")));
      const expected = {
        name: code,
        message: "No",
        Code: code,
        Type: "Sender",
        Error: { Type: "Sender", Code: code, Message: "No" },
      };
      expect(Object.assign({}, failure)).toMatchObject(expected);
      expect(JSON.parse(JSON.stringify(failure))).toMatchObject(expected);
      // Once in the stack, and once in the service's own words.
      expect(inspect(failure).match(/\bNo\b/g)).toHaveLength(2);
    }
    expect(Object.keys(new RegionDisabledException({ message: "m" }))).toContain("message");
  });

  test.for([
    [
      "with white space in its parts",
      500,
      "<E><Error><Type> Receiver </Type><Code>\n Busy </Code><Message> Later </Message></Error><RequestId>\tr-1 </RequestId></E>",
      "text/xml",
      { name: "Busy", message: " Later ", Type: "Receiver", $fault: "server", requestId: "r-1" },
      { Type: "Receiver", Code: "Busy", Message: " Later " },
    ],
    [
      "with a message in small letters",
      499,
      '{"Error":{"Code":"Busy","message":"Later"}}',
      "application/json",
      { name: "Busy", message: "Later", $fault: "client" },
      { Code: "Busy", Message: "Later" },
    ],
    [
      "whose request id is no text",
      400,
      "<E><Error><Code>Busy</Code></Error><RequestId><a/></RequestId></E>",
      "text/xml",
      { name: "Busy", message: "Busy", $fault: "client" },
      { Code: "Busy", Message: "Busy" },
    ],
  ] as const)("a failure %s is read", async ([, status, body, contentType, expected, details]) => {
    const failure = await failureOf(GetSessionToken, responseOf(status, contentType, body));
    const { name, message, Type, $fault, $metadata, Error: error } = failure as STSServiceException;
    const found = { name, message, Type, $fault, requestId: $metadata.requestId };
    expect(found).toEqual({ Type: undefined, requestId: undefined, ...expected });
    expect(error).toStrictEqual(details);
    expect(failure).not.toHaveProperty("$retryable");
  });

  test("an exception that a program makes has only what it was given", () => {
    const exception = new STSServiceException({});
    expect(exception).toMatchObject({
      name: "STSServiceException",
      message: "",
      $fault: "client",
      $metadata: {},
    });
    for (const member of ["Code", "Type", "Error", "$retryable"])
      expect(exception).not.toHaveProperty(member);
    expect(STSServiceException.isInstance(exception)).toBe(true);
    expect(STSServiceException.isInstance(new Error("No"))).toBe(false);
  });

  test("encodeFault writes what the service would send", () => {
    const error = new STSServiceException({ name: "A<B", $fault: "server", message: 'No & "no"' });
    const headers = { "x-amzn-requestid": "r-1", "content-type": "text/xml" };
    expect(encodeFault(error, { requestId: "r-1" })).toEqual({
      statusCode: 500,
      headers,
      body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Receiver</Type>
    <Code>A&lt;B</Code>
    <Message>No &amp; &quot;no&quot;</Message>
  </Error>
  <RequestId>r-1</RequestId>
</ErrorResponse>
`,
    });
    expect(
      encodeFault(new RegionDisabledException({ message: "No" }), { requestId: "r-1", format: "json" }),
    ).toEqual({
      statusCode: 403,
      headers: { ...headers, "content-type": "application/json" },
      body: '{"Error":{"Code":"RegionDisabledException","Message":"No","Type":"Sender"},"RequestId":"r-1"}',
    });
    expect(encodeFault(new STSServiceException({ name: "A" }), { requestId: "r-1" }).statusCode).toBe(400);
  });

  test("decodeFault returns the failure instead of throwing it", async () => {
    const response = responseOf(403, "text/xml", standard("RegionDisabledException", "No"));
    expect(await decodeFault(GetSessionToken, response)).toBeInstanceOf(RegionDisabledException);
    const declined = responseOf(403, "text/xml", `<?p?>${standard("RegionDisabledException", "No")}`);
    expect(await decodeFault(GetSessionToken, declined)).toBeInstanceOf(RegionDisabledException);
    expect(decodeFaultText(GetSessionToken, declined)).toMatchObject({ name: "Unknown" });
    const web = new Response(declined.body, { status: 403, headers: { "content-type": "text/xml" } });
    expect(await decodeFault(GetSessionToken, web)).toBeInstanceOf(RegionDisabledException);
  });
});

describe("instanceof STSServiceException", () => {
  const foreign = Object.assign(new Error("No"), {
    name: "RegionDisabledException",
    $fault: "client",
    $metadata: {},
  });

  test("instanceof recognises the exceptions of another copy, and of the AWS SDK", () => {
    expect(foreign).toBeInstanceOf(RegionDisabledException);
    expect(foreign).toBeInstanceOf(STSServiceException);
    expect(foreign).not.toBeInstanceOf(ExpiredTokenException);
  });

  test("instanceof STSServiceException is false for other values", () => {
    for (const value of [
      undefined,
      null,
      "x",
      {},
      new Error("x"),
      { $fault: "client" },
      { name: "x", $metadata: {} },
    ]) {
      expect(value instanceof STSServiceException).toBe(false);
    }
  });

  test("instanceof a derived exception class is true for its own instances only", () => {
    class MyException extends STSServiceException {}
    expect(foreign).not.toBeInstanceOf(MyException);
    expect(new MyException({ message: "m" })).toBeInstanceOf(MyException);
    class MyRegionException extends RegionDisabledException {}
    expect(foreign).not.toBeInstanceOf(MyRegionException);
    expect(new MyRegionException({})).toBeInstanceOf(RegionDisabledException);
  });
});

describe("decodeResponseText and decodeFaultText", () => {
  const result = wrapped(
    `<Credentials>${complete}<Expiration>2011-07-11T19:55:29Z</Expiration></Credentials>`,
  );
  const declined = `<?p?>${result}`;

  test("decodeResponseText gives at once what decodeResponse promises", async () => {
    const response = responseOf(200, "text/xml", result, { "x-amzn-RequestId": "h-1" });
    const output = decodeResponseText(GetSessionToken, response);
    expect(output).toStrictEqual(await decodeResponse(GetSessionToken, response));
    expect(output.$metadata.requestId).toBe("h-1");
    const body = new TextEncoder().encode(`\uFEFF${result}`);
    expect(decodeResponseText(GetSessionToken, { ...response, body })).toStrictEqual(output);
  });

  test("decodeResponseText throws the failures of the service, and decodeFaultText returns them", () => {
    const response = responseOf(403, "text/xml", standard("RegionDisabledException", "No"));
    expect(() => decodeResponseText(GetSessionToken, response)).toThrow(RegionDisabledException);
    expect(decodeFaultText(GetSessionToken, response)).toBeInstanceOf(RegionDisabledException);
  });

  test("decodeResponseText has no fast-xml-parser: what the built-in reader declines names parseXml", async () => {
    const response = responseOf(200, "text/xml", declined);
    expect(() => decodeResponseText(GetSessionToken, response, { host: "sts.example" })).toThrow(
      expect.objectContaining({
        code: "ERR_RESPONSE_NOT_STS",
        cause: expect.objectContaining({
          code: "ERR_XML_MALFORMED",
          message: expect.stringContaining("parseXml"),
        }),
      }),
    );
    const read = decodeResponseText(GetSessionToken, response, { parseXml });
    expect(read).toStrictEqual(await decodeResponse(GetSessionToken, response));
  });

  test("parseXml replaces the built-in reader in both ways of decoding", async () => {
    const response = responseOf(200, "text/xml", result);
    const read: string[] = [];
    const options = {
      parseXml: (xml: string) => {
        read.push(xml);
        return parseXml(xml);
      },
    };
    decodeResponseText(GetSessionToken, response, options);
    await decodeResponse(GetSessionToken, response, options);
    expect(read).toEqual([result, result]);
  });
});

describe("decodeResponse reads JSON", () => {
  const identity = {
    UserId: "AIDACKCEVSQ6C2EXAMPLE",
    Account: "012345678901",
    Arn: "arn:aws:iam::012345678901:user/Alice",
  };
  const body = JSON.stringify({
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: identity,
      ResponseMetadata: { RequestId: "r-1" },
    },
  });
  const neverParse = (): never => {
    throw new Error("the XML parser was used");
  };

  test("a JSON response is read without the XML parser", async () => {
    const output = await decodeResponse(GetCallerIdentity, responseOf(200, "application/json", body), {
      parseXml: neverParse,
    });
    expect(output).toMatchObject({ ...identity, $metadata: { requestId: "r-1" } });
  });

  test("a JSON response holds timestamps as epoch seconds with a fraction", async () => {
    const Credentials = {
      AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
      SecretAccessKey: "x",
      SessionToken: "y",
      Expiration: 1_310_414_129.611,
    };
    const text = JSON.stringify({ GetSessionTokenResponse: { GetSessionTokenResult: { Credentials } } });
    const output = await decodeResponse(GetSessionToken, responseOf(200, "application/json", text));
    expect(output.Credentials.Expiration).toEqual(new Date("2011-07-11T19:55:29.611Z"));
  });

  test.for([
    [
      { Names: "a", Counts: 1 },
      { Names: [], Counts: {} },
    ],
    [
      { Names: { 0: "a" }, Counts: ["b"] },
      { Names: [], Counts: { 0: "b" } },
    ],
    [
      { Names: ["a", 1, true], Counts: { a: "b" } },
      { Names: ["a", "1", "true"], Counts: { a: "b" } },
    ],
  ])("lists and maps in a JSON response are read from %j", async ([Result, expected]) => {
    const text = { kind: "string" } as const;
    const listing: Operation<object, object> = {
      name: "Listing",
      auth: "sigv4",
      input: {},
      output: { Names: { kind: "list", member: text }, Counts: { kind: "map", value: text } },
      errors: [],
    };
    const json = JSON.stringify({ ListingResponse: { ListingResult: Result } });
    const { $metadata: _, ...output } = await decodeResponse(listing, responseOf(200, "text/json", json));
    expect(output).toStrictEqual(expected);
  });

  test.for([
    ["text", '"OK"'],
    ["a number", "5"],
    ["null", "null"],
    ["a list", "[]"],
  ] as const)("JSON that is %s is no response, and no failure with a code", async ([, json]) => {
    await expect(decodeResponse(GetSessionToken, responseOf(200, "application/json", json))).rejects.toThrow(
      "the response has no GetSessionTokenResult",
    );
    const failure = await failureOf(GetSessionToken, responseOf(403, "application/json", json));
    expect(failure.name).toBe("Unknown");
  });

  test("null in a JSON response counts as absent", async () => {
    const text = body.replace(JSON.stringify(identity.Arn), "null");
    await expect(
      decodeResponse(GetCallerIdentity, responseOf(200, "application/json", text)),
    ).rejects.toThrow("GetCallerIdentity: Arn is missing");
  });
});

describe("decodeResponse reads other STS servers", () => {
  test("members inside an optional structure may be missing, as MinIO sends no AssumedRoleId", async () => {
    const body = `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn></Arn><AssumeRoleId></AssumeRoleId></AssumedRoleUser>
      <Credentials>${complete}<Expiration>2011-07-11T19:55:29Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    const { AssumedRoleUser } = await decodeResponse(AssumeRole, responseOf(200, "application/xml", body));
    expect(AssumedRoleUser).toEqual({ Arn: "" });
  });
});
