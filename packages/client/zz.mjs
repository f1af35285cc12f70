import { GetSessionTokenCommand, STSClient } from "@org/sts-client/webcrypto";
console.log(await new STSClient({ region: "eu-west-1" }).send(new GetSessionTokenCommand({})));
