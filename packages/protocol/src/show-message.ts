/**
 * Makes an error's message part of its JSON and of what `{ ...error }` copies, where log shippers look for it. Ordinary JavaScript
 * errors lose it there; those of the AWS SDK keep it.
 */
export function showMessage(error: Error): void {
  const { message: value } = error;
  Object.defineProperty(error, "message", { value, enumerable: true, configurable: true, writable: true });
}
