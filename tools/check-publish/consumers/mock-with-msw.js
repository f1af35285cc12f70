import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { createStsMock } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { setupServer } from "msw/node";

const server = setupServer(...stsHandlers(createStsMock({ responses: "realistic" })));
server.listen();
const client = new STSClient({
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
});
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
server.close();
if (Credentials.Expiration < new Date()) throw new Error("no fresh credentials");
