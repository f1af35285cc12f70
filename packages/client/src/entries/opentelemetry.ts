export { tracing, type TracingOptions } from "../call/opentelemetry.ts";
