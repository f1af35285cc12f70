import { STS, type STSClientConfig } from "@org/sts-client";

/** What the stand-in for STS answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client whose every request gets the same answer, and what it sent. */
export interface AnsweringClient {
  readonly sts: STS;
  readonly requests: Request[];
}

/** Creates a client without a network. */
export function answeringClient(reply: Reply, config: STSClientConfig = {}): AnsweringClient {
  const requests: Request[] = [];
  const sts = new STS({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    maxAttempts: 1,
    async fetch(input, init) {
      requests.push(new Request(input, init));
      const { status = 200, headers = { "content-type": "text/xml" }, body } = reply;
      return new Response(body, { status, headers });
    },
    ...config,
  });
  return { sts, requests };
}

/** An error as STS answers it. */
export function faultReply(status: number, code: string, message: string): Reply {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  };
}
