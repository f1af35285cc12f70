import type { OperationName } from "../rules/all.ts";

/**
 * The example response that AWS documents for an operation, verbatim: ids and dates are those of the documentation,
 * so the credentials have long expired. GetDelegatedAccessToken has no documented example; its response is in the same style.
 *
 * @param operation - operation name
 * @throws TypeError for an operation that the mock does not serve.
 */
export function documentedResponse(operation: string): object {
  if (!isServed(operation)) throw new TypeError(`the mock has no response for the operation ${operation}`);
  return RESPONSES[operation]();
}

function isServed(operation: string): operation is OperationName {
  return Object.hasOwn(RESPONSES, operation);
}

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY";
const SESSION_TOKEN =
  "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4OlgkBN9bkUDNCJiBeb/AXlzBBko7b15fjrBs2+cTQtpZ3CYWFXG8C5zqx37wnOE49mRl/+OtkIKGO7fAE";
const ROLE_TOKEN =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
const SAML_TOKEN =
  "IQoJb3JpZ2luX2VjEOz////////////////////wEXAMPLEtMSJHMEUCIDoKK3JH9uGQE1z0sINr5M4jk+Na8KHDcCYRVjJCZEvOAiEA3OvJGtw1EcViOleS2vhs8VdCKFJQWPQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
const ROOT_TOKEN =
  "AQoXdzELDDY//////////wEaoAK1wvxJY12r2IrDFT2IvAzTCn3zHoZ7YNtpiQLF0MqZye/qwjzP2iEXAMPLEbw/m3hsj8VBTkPORGvr9jM5sgP+w9IZWZnU+LWhmg+a5fDi2oTGUYcdg9uexQ4mtCHIHfi4citgqZTgco40Yqr4lIlo4V2b2Dyauk0eYFNebHtYlFVgAUj+7Indz3LU0aTWk1WKIjHmmMCIoTkyYp/k7kUG7moeEYKSitwQIi6Gjn+nyzM+PtoA3685ixzv0R7i5rjQi0YE0lf1oeie3bDiNHncmzosRM6SFiPzSvp6h/32xQuZsjcypmwsPSDtTPYcs0+YN/8BRi2/IcrxSpnWEXAMPLEXSDFTAQAM6Dl9zR0tXoybnlrZIwMLlMi1Kcgo5OytwU=";
const DECODED_MESSAGE =
  '{"allowed": "false","explicitDeny": "false","matchedStatements": "","failures": "","context": {"principal": {"id": "AIDACKCEVSQ6C2EXAMPLE","name": "Bob","arn": "arn:aws:iam::123456789012:user/Bob"},"action": "ec2:StopInstances","resource": "arn:aws:ec2:us-east-1:123456789012:instance/i-dd01c9bd","conditions": [{"item": {"key": "ec2:Tenancy","values": ["default"]},{"item": {"key": "ec2:ResourceTag/elasticbeanstalk:environment-name","values": ["Default-Environment"]}},(Additional items ...)]}}';

const keys = (expiration: string, token = SESSION_TOKEN): object => ({
  AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
  SecretAccessKey: SECRET,
  SessionToken: token,
  Expiration: new Date(expiration),
});

const RESPONSES: Readonly<Record<OperationName, () => object>> = {
  AssumeRole: () => ({
    Credentials: keys("2011-07-15T23:28:33.359Z", ROLE_TOKEN),
    AssumedRoleUser: {
      AssumedRoleId: "ARO123EXAMPLE123:Bob",
      Arn: "arn:aws:sts::123456789012:assumed-role/demo/Bob",
    },
    PackedPolicySize: 8,
  }),
  AssumeRoleWithSAML: () => ({
    Credentials: {
      AccessKeyId: "ASIAV3ZUEFP6EXAMPLE",
      SecretAccessKey: "8P+SQvWIuLnKhh8d++jpw0nNmQRBZvNEXAMPLEKEY",
      SessionToken: SAML_TOKEN,
      Expiration: new Date("2019-11-01T20:26:47Z"),
    },
    AssumedRoleUser: {
      AssumedRoleId: "ARO456EXAMPLE789:TestSaml",
      Arn: "arn:aws:sts::123456789012:assumed-role/TestSaml",
    },
    PackedPolicySize: 6,
    Subject: "SamlExample",
    SubjectType: "transient",
    Issuer: "https://integ.example.com/idp/shibboleth",
    Audience: "https://signin.aws.amazon.com/saml",
    NameQualifier: "SbdGOnUkh1i4+EXAMPLExL/jEvs=",
  }),
  AssumeRoleWithWebIdentity: () => ({
    Credentials: keys("2014-10-24T23:00:23Z", "AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE"),
    SubjectFromWebIdentityToken: "amzn1.account.AF6RHO7KZU5XRVQJGXK6HEXAMPLE",
    AssumedRoleUser: {
      AssumedRoleId: "AROACLKWSDQRAOEXAMPLE:app1",
      Arn: "arn:aws:sts::123456789012:assumed-role/FederatedWebIdentityRole/app1",
    },
    PackedPolicySize: 123,
    Provider: "www.amazon.com",
    Audience: "client.5498841531868486423.1548@apps.example.com",
  }),
  AssumeRoot: () => ({
    Credentials: {
      AccessKeyId: "ASIAJEXAMPLEXEG2JICEA",
      SecretAccessKey: "9drTJvcXLB89EXAMPLELB8923FB892xMFI",
      SessionToken: ROOT_TOKEN,
      Expiration: new Date("2024-11-15T00:05:07Z"),
    },
    SourceIdentity: "Alice",
  }),
  DecodeAuthorizationMessage: () => ({ DecodedMessage: DECODED_MESSAGE }),
  GetAccessKeyInfo: () => ({ Account: "111122223333" }),
  GetCallerIdentity: () => ({
    UserId: "AKIAI44QH8DHBEXAMPLE",
    Account: "123456789012",
    Arn: "arn:aws:iam::123456789012:user/Alice",
  }),
  GetDelegatedAccessToken: () => ({
    Credentials: keys("2011-07-15T23:28:33.359Z", ROLE_TOKEN),
    AssumedPrincipal: "arn:aws:sts::123456789012:assumed-role/demo/Bob",
  }),
  GetFederationToken: () => ({
    Credentials: keys("2011-07-15T23:28:33.359Z", ROLE_TOKEN),
    FederatedUser: {
      FederatedUserId: "123456789012:Bob",
      Arn: "arn:aws:sts::123456789012:federated-user/Bob",
    },
    PackedPolicySize: 8,
  }),
  GetScopedCredentials: () => ({
    Credentials: keys("2011-07-15T23:28:33.359Z"),
    SessionInfo: {
      ScopedSessionId: "AROAEXAMPLEID:example-session",
      Arn: "arn:aws:sts::123456789012:assumed-role/example-role/example-session",
    },
    ScopedPoliciesCount: 1,
    SourceIdentity: "example-source-identity",
  }),
  GetSessionToken: () => ({ Credentials: keys("2011-07-11T19:55:29.611Z") }),
  GetWebIdentityToken: () => ({
    WebIdentityToken: "token",
    Expiration: new Date("2025-11-11T22:44:21.703Z"),
  }),
};
