/**
 * Structured logs, one JSON object a line on standard output. Every line written while a request is
 * served carries its `requestId`.
 *
 * Never in a log: credentials, card details, bodies of mails, addresses that let somebody in. Fields
 * with such names are replaced wherever they stand up to three levels deep, and scrub.ts looks at
 * the finished line.
 */
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

import { currentRequestId } from './request-id.ts';
import { scrub } from './scrub.ts';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const secretFields = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'password',
  'token',
  'setupToken',
  'clientSecret',
  'secret',
  'apiKey',
  'code',
  'number',
  'cvc',
  'iban',
  'routingNumber',
  'accountNumber',
  'holderName',
  'html',
  'text',
];

/** @param destination default: standard output */
export function createLogger(options: {
  level: LogLevel;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: secretFields.flatMap(atAnyDepth), censor: '[redacted]' },
      mixin() {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { requestId };
      },
      serializers: { err: serializeError },
      hooks: { streamWrite: scrub },
    },
    options.destination ?? pino.destination({ sync: true }),
  );
}

function atAnyDepth(field: string): string[] {
  const join = (path: string) => (field.startsWith('[') ? path + field : `${path}.${field}`);
  return [field, join('*'), join('*.*')];
}

interface SerializedError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: SerializedError;
}

/** Name, message, stack, code and cause; no other property, since those may quote data. */
function serializeError(error: unknown, depth = 0): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3
      ? { cause: serializeError(error.cause, depth + 1) }
      : {}),
  };
}
