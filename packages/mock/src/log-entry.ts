/** One line of the log. Contains no secret. */
export interface LogEntry {
  /** When the request arrived, by the mock's clock. */
  readonly time: Date;
  /** HTTP method. */
  readonly method: string;
  /** Host that the request was sent to. */
  readonly host: string;
  /** Operation; `undefined` if the request names no known one. */
  readonly operation: string | undefined;
  /** Decoded input with secrets redacted; empty when it could not be decoded. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Key id that signed the request. */
  readonly accessKeyId: string | undefined;
  /** `"ok"`, the error's wire code, or `"fault"` for a planned fault of connection or bytes. */
  readonly outcome: string;
  /** HTTP status of the response. */
  readonly statusCode: number;
  /** Request id of the response. */
  readonly requestId: string;
  /** The error's message. */
  readonly message?: string | undefined;
  /** Details that help to find the cause, such as the first difference between two canonical requests. */
  readonly notes: readonly string[];
}
