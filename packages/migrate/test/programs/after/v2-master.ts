import { STS, type STSClientConfig } from "@org/sts-client";
import { fromEnv } from "@org/sts-client/credentials";

// Whoever runs this brings keys in the environment.
const master = fromEnv();

const options: STSClientConfig = {
  region: "eu-west-1",
  endpoint: process.env["AWS_ENDPOINT_URL_STS"] as string,
  credentials: master,
  maxAttempts: 1,
  tls: true,
};

class Account {
  readonly #sts: STS;

  constructor(sts: STS) {
    this.#sts = sts;
  }

  async userId(): Promise<string | undefined> {
    const { UserId } = await this.#sts.getCallerIdentity();
    return UserId;
  }
}

console.log(await new Account(new STS(options)).userId());
