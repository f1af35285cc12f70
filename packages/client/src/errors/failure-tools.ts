// What only a failed attempt needs: one chunk, which a call that succeeds never loads.
export { redactText } from "@org/sts-protocol/redact-text";

export { sentSecrets } from "./sent-secrets.ts";
export { withoutSecrets } from "./without-secrets.ts";
export { explainSendFailure, withOperation } from "../transport/explain-send-failure.ts";
export { networkError } from "../transport/network-error.ts";
export { judgeFailure } from "../retry/judge-failure.ts";
export { renewCredentials } from "../retry/renew-credentials.ts";
export { hintFor } from "./hints.ts";
