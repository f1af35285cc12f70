import { decodeRequest, encodeRequest, GetSessionToken } from "@org/sts-protocol";

const endpoint = { hostname: "sts.eu-west-1.amazonaws.com" };
const request = encodeRequest(GetSessionToken, { DurationSeconds: 900 }, endpoint);
const { input } = await decodeRequest(request, [GetSessionToken]);
if (input.DurationSeconds !== 900) throw new Error("not decoded");
