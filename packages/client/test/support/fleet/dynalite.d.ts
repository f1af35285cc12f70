declare module "dynalite" {
  import type { Server } from "node:http";

  /** Creates a server that speaks DynamoDB and keeps its tables in memory. */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}
