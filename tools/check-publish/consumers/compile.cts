// Compiled, never run: the same types in a CommonJS module.
import sts = require("@org/sts-client");
import signer = require("@org/sts-signer");

export const client: sts.STSClient = new sts.STSClient({ region: "eu-west-1" });
export const sign: signer.SignRequest = signer.signRequest;
