import { signRequest, verify } from "@org/sts-signer";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
const request = new Request("https://sts.eu-west-1.amazonaws.com/", { method: "POST", body: "" });
const signed = await signRequest(request, { credentials, region: "eu-west-1", service: "sts" });
const { ok } = await verify(signed, { findKey: () => credentials });
if (!ok) throw new Error("not verified");
