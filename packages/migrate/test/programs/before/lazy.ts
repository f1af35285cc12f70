// Loads the client only when it is needed, as a command line tool would.
export type { GetSessionTokenCommandOutput } from "@aws-sdk/client-sts";

async function session(seconds: number): Promise<boolean> {
  const { STS } = await import("@aws-sdk/client-sts");
  const sts = new STS({ region: "eu-west-1" });
  const { Credentials: given } = await sts.getSessionToken({ DurationSeconds: seconds });
  return given?.SessionToken !== undefined;
}

console.log(await session(900));
