/** What came of one test. */
export interface Result {
  readonly name: string;
  readonly error?: string;
}
