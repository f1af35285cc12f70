const { STS } = require("@org/sts-client");

/** Sessions of one account. */
class Sessions {
  #sts = new STS({
    region: "eu-west-1",
    endpoint: process.env.AWS_ENDPOINT_URL_STS,
    credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY },
  });

  async account() {
    return (await this.#sts.getCallerIdentity({})).Account;
  }

  session(name) {
    return this.#sts
      .assumeRole({ RoleArn: `arn:aws:iam::123456789012:role/${name}`, RoleSessionName: name })
      .then((data) => data.Credentials)
      .catch((err) => {
        throw new Error(`no session (${err.name})`);
      });
  }
}

async function main() {
  const sessions = new Sessions();
  console.log(await sessions.account());
  console.log((await sessions.session("demo")).Expiration > new Date());
  await sessions.session("absent").catch((error) => console.log(error.message));
}

main();
