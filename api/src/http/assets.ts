/** Logos by content hash: `/assets/<merchant>/<hash>.png`. */
import type { BlobStore } from '@4geeks/billing/ports';

const path = /^\/assets\/([0-9a-f-]{36})\/([0-9a-f]{64})\.png$/;

export async function serveAsset(blobs: BlobStore, url: URL): Promise<Response> {
  const match = path.exec(url.pathname);
  const blob = match?.[1] && match[2] ? await blobs.get(match[1], match[2]) : null;
  if (!blob) return new Response('Not found', { status: 404 });
  return new Response(new Uint8Array(blob.bytes), {
    headers: {
      'content-type': blob.contentType,
      // The address is the content: it can never be stale.
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    },
  });
}
