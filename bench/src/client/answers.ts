// What the stand-in for STS answers, with example credentials of the size that STS hands out.
const TOKEN = "EXAMPLETOKEN/".repeat(28);

export const GET_SESSION_TOKEN_XML: string = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
      <SessionToken>${TOKEN}</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata>
    <RequestId>00000000-0000-4000-8000-000000000000</RequestId>
  </ResponseMetadata>
</GetSessionTokenResponse>
`;

// STS writes timestamps in JSON as seconds since 1970.
export const GET_SESSION_TOKEN_JSON: string = JSON.stringify({
  GetSessionTokenResponse: {
    GetSessionTokenResult: {
      Credentials: {
        AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
        SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        SessionToken: TOKEN,
        Expiration: 1_893_456_000,
      },
    },
    ResponseMetadata: { RequestId: "00000000-0000-4000-8000-000000000000" },
  },
});
