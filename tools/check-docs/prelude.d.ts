// What examples may use without saying where it comes from: what every program that signs or checks requests has.

/** Somebody's temporary credentials. */
declare const credentials: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

/** The request that a server has just received. */
declare const request: Request;

/** Where a server keeps the keys of its callers. */
declare const keys: {
  find(accessKeyId: string): Promise<{ readonly secretAccessKey: string } | undefined>;
};
