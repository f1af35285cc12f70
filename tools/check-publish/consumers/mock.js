import { createFakeSts } from "@org/sts-mock";

const url = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
const response = await createFakeSts().handle(new Request(url));
if (response.status !== 403) throw new Error(`an unsigned request was answered with ${response.status}`);
