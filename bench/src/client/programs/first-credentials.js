// What the programs that are measured share. Each is started in a fresh process as `node PROGRAM URL`.
export const url = process.argv[2];
export const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
export const INPUT_BODY = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=3600";

/** Prints the milliseconds since the process began, and those the processor worked, once the credentials are there. */
export function done(accessKeyId) {
  // Since the process began. `performance.now()` would load nine modules of Node.js that a program may not need.
  const elapsed = process.uptime() * 1000;
  const { user, system } = process.cpuUsage();
  if (accessKeyId !== "ASIAIOSFODNN7EXAMPLE") throw new Error(`no credentials: ${accessKeyId}`);
  console.log(JSON.stringify({ elapsed, processor: (user + system) / 1000 }));
}
