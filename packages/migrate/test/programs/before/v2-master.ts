import AWS from "aws-sdk";

// Whoever runs this brings keys in the environment.
const master = new AWS.EnvironmentCredentials("AWS");

const options: AWS.STS.ClientConfiguration = {
  region: "eu-west-1",
  endpoint: process.env["AWS_ENDPOINT_URL_STS"] as string,
  credentials: master,
  maxRetries: 0,
  sslEnabled: true,
};

class Account {
  readonly #sts: AWS.STS;

  constructor(sts: AWS.STS) {
    this.#sts = sts;
  }

  async userId(): Promise<string | undefined> {
    const { UserId } = await this.#sts.getCallerIdentity().promise();
    return UserId;
  }
}

console.log(await new Account(new AWS.STS(options)).userId());
