/** docs/api/webhooks.md says what is so: its types, its schedule, and the example that reads a webhook. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { createWebhookSender } from '@4geeks/api/adapters/webhook/webhook-sender';
import { publicEventTypes, testEventType } from '@4geeks/billing/webhook/public-events';
import { retryDelaysMs } from '@4geeks/billing/webhook/retry-schedule';
import { schema } from '@4geeks/schema';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { webhookReceiver, type ReceivedWebhook } from '../testkit/webhook-receiver.ts';

const text = readFileSync(new URL('../../docs/api/webhooks.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code]) => code!,
  );

it('lists every type that webhooks tell of, and no other', () => {
  const table = text.slice(text.indexOf('## Event types'));
  const listed = [...table.matchAll(/^\|.*$/gm)].flatMap(([row]) =>
    [...row.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, type]) => type!),
  );
  expect(listed.sort()).toEqual([...publicEventTypes].sort());
  expect(text).toContain(testEventType);
});

it('says when what fails is sent again', () => {
  const units = { second: 1000, minute: 60_000, hour: 3_600_000 };
  const [, list] = /What fails is sent again after ([^:]+):/.exec(text.replaceAll('\n', ' '))!;
  const delays: number[] = [];
  let unit = 0;
  for (const part of list!.split(/,| and /).toReversed()) {
    const [, count, name] = /(\d+)(?: (second|minute|hour)s)?/.exec(part)!;
    if (name) unit = units[name as keyof typeof units];
    delays.unshift(Number(count) * unit);
  }
  expect(delays).toEqual(retryDelaysMs);
});

it('asks the API for what there is', () => {
  expect(blocks('graphql').length).toBeGreaterThan(1);
  for (const operation of blocks('graphql')) {
    expect(validate(schema, parse(operation))).toEqual([]);
  }
});

describe('its TypeScript', async () => {
  const receiver = await webhookReceiver();
  const sender = createWebhookSender({ targets: 'public-and-loopback' });
  cleanUp(() => sender.close());
  const secret = `whsec_${Buffer.from('a secret of the documents').toString('base64')}`;
  await sender.send({
    url: receiver.url,
    id: 'RXZlbnQ6MQ==',
    body: '{"type":"invoice.paid","name":"Zoë"}',
    secrets: [secret],
  });
  const [code] = blocks('ts');

  /** What the example makes of a request, in a process of its own. */
  async function read(webhook: Pick<ReceivedWebhook, 'headers' | 'body'>): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--no-warnings',
        '--input-type=module-typescript',
        '-e',
        `${code}
         const { secret, body, headers } = JSON.parse(process.env.REQUEST!);
         try {
           process.stdout.write(readWebhook(secret, body, headers).type);
         } catch (error) {
           process.stdout.write(String(error));
         }`,
      ],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, REQUEST: JSON.stringify({ secret, ...webhook }) },
      },
    );
    return stdout;
  }
  const [received] = receiver.received;

  it('reads what was sent', async () => {
    expect(await read(received!)).toBe('invoice.paid');
  });

  it('refuses what was altered, or is too old', async () => {
    const { headers, body } = received!;
    expect(await read({ headers, body: body.replace('paid', 'void') })).toContain(
      'No matching signature found',
    );
    const old = String(Number(headers['webhook-timestamp']) - 600);
    expect(await read({ headers: { ...headers, 'webhook-timestamp': old }, body })).toContain(
      'timestamp too old',
    );
  });
});
