/**
 * Traces of calls for OpenTelemetry.
 *
 * @module @org/sts-client/opentelemetry
 */

export { tracing, type TracingOptions } from "../call/opentelemetry.ts";
