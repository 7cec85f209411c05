/** Requests that no browser and no decent program sends: they get an answer, and nothing else. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

import { testApi } from '../testkit/api.ts';

const api = await testApi();
const port = Number(new URL(api.url).port);

afterEach(async () => {
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

/** @returns the first line of the answer, and all of it; '' when the connection just ended. */
function raw(...lines: string[]): Promise<{ status: string; answer: string }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.setTimeout(3000, () => reject(new Error(`No answer to ${lines[0]}`)));
    socket.on('data', (chunk) => {
      answer += chunk;
      socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      socket.setTimeout(0);
      resolve({ status: answer.split('\r\n', 1)[0] ?? '', answer });
    });
  });
}

const upgrade = (path: string) => [
  `GET ${path} HTTP/1.1`,
  `Host: localhost:${port}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

describe('an upgrade', () => {
  it.each(['//', '//[', 'http://[', '/%', '*', '/graphql/'])('of %s is refused', async (path) => {
    const { status } = await raw(...upgrade(path));
    expect(status).toMatch(/^(HTTP\/1\.1 40[04] .*)?$/);
  });

  it('may be broken off by its client while it is being refused', async () => {
    const head = [...upgrade('/graphql'), 'Origin: https://evil.example'].join('\r\n');
    // From another process: here, client and server would take turns.
    await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { connect } from 'node:net';
      for (let time = 0; time < 150; time += 1) {
        await new Promise((resolve) => {
          const socket = connect(${port}, '127.0.0.1', () => {
            socket.write(${JSON.stringify(`${head}\r\n\r\n${'x'.repeat(20_000)}`)}, () => {
              setTimeout(() => socket.resetAndDestroy(), time % 3);
            });
          });
          socket.on('error', () => {});
          socket.on('close', resolve);
        });
      }`,
    ]);
    await sleep(50);
  });
});

describe('a path', () => {
  it.each(['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'])(
    '/%s is nowhere',
    async (name) => {
      const { status } = await raw(`GET /${name} HTTP/1.1`, `Host: localhost:${port}`);
      expect(status).toBe('HTTP/1.1 404 Not Found');
    },
  );
});

describe('a Host', () => {
  it.each(['[', 'a b', 'a:b:c', '%'])('that is %s is refused in few words', async (host) => {
    const { status, answer } = await raw('GET /graphql HTTP/1.1', `Host: ${host}`);
    expect(status).toBe('HTTP/1.1 400 Bad Request');
    expect(answer).not.toContain('file:');
  });
});
