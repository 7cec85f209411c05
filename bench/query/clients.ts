/**
 * The clients, in a process of their own: so many connections, each with one request at a time.
 * Answers its parent over IPC.
 */
import { Agent, request as httpRequest } from 'node:http';
import { answerParent } from '../child.ts';

/** One request, as it goes over the wire. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  /** Null: GET. */
  body: string | null;
}

export type ClientRequest =
  /** Answered with the body. */
  | { ask: 'once'; call: Call }
  /** The calls in turn, again and again. Answered with how many were answered, and in what time. */
  | { ask: 'repeat'; calls: Call[]; atOnce: number; milliseconds: number };

export type ClientAnswer = string | { count: number; seconds: number };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function send({ url, headers, body }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        agent,
        method: body === null ? 'GET' : 'POST',
        headers: {
          ...headers,
          ...(body !== null && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${url}: ${response.statusCode} ${text}`));
        });
      },
    );
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

answerParent<ClientRequest>(async (request): Promise<ClientAnswer> => {
  if (request.ask === 'once') return send(request.call);
  const { calls, atOnce, milliseconds } = request;
  let count = 0;
  let next = 0;
  const from = performance.now();
  const until = from + milliseconds;
  const client = async () => {
    while (performance.now() < until) {
      const call = calls[next++ % calls.length];
      if (!call) throw new Error('Nothing to ask.');
      await send(call);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return { count, seconds: (performance.now() - from) / 1000 };
});
