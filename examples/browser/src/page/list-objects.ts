import type { CredentialsProvider } from "@org/sts-client/credentials";
import { createHeaderSigner } from "@org/sts-signer/webcrypto";

/** An object of a bucket. */
export interface BucketObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly changed: Date;
}

/** Lists the objects of a bucket, a thousand at most: ListObjectsV2 of S3. */
export async function listObjects(
  bucketUrl: string,
  { credentials, region }: { readonly credentials: CredentialsProvider; readonly region: string },
): Promise<BucketObject[]> {
  const signer = createHeaderSigner({ credentials, region, service: "s3" });
  const response = await fetch(...(await signer.sign(new URL("?list-type=2", bucketUrl))));
  const list = new DOMParser().parseFromString(await response.text(), "application/xml");
  const read = (parent: ParentNode, name: string): string => parent.querySelector(name)?.textContent ?? "";
  if (!response.ok) throw new Error(`S3 refused: ${read(list, "Code") || response.status}`);
  return [...list.querySelectorAll("Contents")].map((entry) => ({
    key: read(entry, "Key"),
    size: Number(read(entry, "Size")),
    changed: new Date(read(entry, "LastModified")),
  }));
}
