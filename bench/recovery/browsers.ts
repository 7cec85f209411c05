/**
 * The clients, in a process of their own: what a browser spends on its requests and messages is not
 * the server's time. Answers its parent over IPC; times are absolute, in milliseconds, and read from
 * the clock both processes share.
 */
import WebSocket from 'ws';
import { answerParent } from '../child.ts';
import type { PastDueCustomer } from './past-due-customers.ts';
import { openPortal, type Portal } from './portal-client.ts';

export type BrowserRequest =
  | { ask: 'open'; url: string; customers: PastDueCustomer[] }
  /** Every open portal chooses its working card. Answered with how long each took, in milliseconds. */
  | { ask: 'recover' }
  | { ask: 'close' }
  /** Listens to plain messages, ids of floors. */
  | { ask: 'listen'; url: string }
  /** Answered with when each message arrived. */
  | { ask: 'arrivals'; ids: string[] };

const now = () => performance.timeOrigin + performance.now();

let portals: Portal[] = [];
const arrivedAt = new Map<string, number>();
let heard: () => void = () => {};

const answers: {
  [Ask in BrowserRequest['ask']]: (
    request: Extract<BrowserRequest, { ask: Ask }>,
  ) => Promise<number[]>;
} = {
  async open({ url, customers }) {
    portals = await Promise.all(customers.map((customer) => openPortal(url, customer)));
    return [];
  },
  recover: () => Promise.all(portals.map(timeRecovery)),
  async close() {
    await Promise.all(portals.map((portal) => portal.close()));
    return [];
  },
  async listen({ url }) {
    const socket = new WebSocket(url);
    socket.on('message', (data) => {
      arrivedAt.set(data.toString(), now());
      heard();
    });
    await new Promise((resolve) => socket.once('open', resolve));
    return [];
  },
  async arrivals({ ids }) {
    while (!ids.every((id) => arrivedAt.has(id))) {
      await new Promise<void>((resolve) => (heard = resolve));
    }
    return ids.map((id) => arrivedAt.get(id) ?? NaN);
  },
};

/** @returns milliseconds from the mutation on its way to the message that shows it paid. */
async function timeRecovery(portal: Portal): Promise<number> {
  const [sentAt, paidAt] = await Promise.all([portal.chooseWorkingCard(), portal.paid]);
  return paidAt - sentAt;
}

answerParent((request: BrowserRequest) => answers[request.ask](request as never));
