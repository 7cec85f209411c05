/** One of the servers compared, in a process of its own. Answers its parent over IPC. */
import { answerParent } from '../child.ts';
import { startHandWritten } from './hand-written.ts';
import { startOurs } from './ours.ts';
import { startPostgraphile } from './postgraphile.ts';

export type ServerName = 'ours' | 'postgraphile' | 'hand';

export type ServerRequest =
  | { ask: 'start'; name: ServerName; url: string; tokenSecret: string }
  /** CPU seconds that the process has spent so far. */
  | { ask: 'usage' };

/** The API's address, or seconds. */
export type ServerAnswer = string | number;

answerParent<ServerRequest>(async (request): Promise<ServerAnswer> => {
  if (request.ask === 'usage') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  const { name, url, tokenSecret } = request;
  switch (name) {
    case 'ours':
      return startOurs(url);
    case 'postgraphile':
      return startPostgraphile(url, tokenSecret);
    case 'hand':
      return startHandWritten(url);
  }
});
