/**
 * One socket that speaks graphql-transport-ws: carries messages between it and the server of
 * graphql-ws, and sees to what that leaves open: messages only servers send, an id used again, and
 * clients that do not read.
 */
import { CloseCode, MessageType, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

/** Unread answers at most, while a client goes on asking. */
const mostUnreadBytes = 1024 * 1024;

const fromClients: ReadonlySet<unknown> = new Set([
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
]);

interface Operation {
  /** The client has completed it; it is on its way out. */
  left: boolean;
  /** A subscribe message with the same id, waiting for the way to be free. */
  next: string | null;
}

export interface SocketOptions {
  log: Logger;
  /** A client that has not answered a ping by the next one is gone. */
  pingEveryMs: number;
}

export function serveGraphqlSocket<Extra extends object>(
  server: Server<Extra>,
  socket: WebSocket,
  extra: Extra,
  { log, pingEveryMs }: SocketOptions,
): void {
  let handle: (text: string) => Promise<void> = async () => {};
  const operations = new Map<string, Operation>();

  const closed = server.opened(
    {
      protocol: socket.protocol,
      // Resolves once the message has left this process, so that a subscription whose client does
      // not read asks its source for nothing more.
      send: (text) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(text, () => resolve());
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (callback) => void (handle = callback),
    },
    extra,
  );

  async function pass(text: string): Promise<void> {
    try {
      await handle(text);
    } catch (error) {
      log.error({ err: error }, 'socket message failed');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  async function run(id: string, text: string): Promise<void> {
    const operation: Operation = { left: false, next: null };
    operations.set(id, operation);
    await pass(text);
    operations.delete(id);
    if (operation.next !== null) void run(id, operation.next);
  }

  function subscribe(id: string, text: string): void {
    const running = operations.get(id);
    // A second one with the id of a running one: the server closes the socket.
    if (!running?.left) {
      void (running ? pass(text) : run(id, text));
    } else if (running.next === null) {
      running.next = text;
    } else {
      socket.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    }
  }

  function complete(id: string, text: string): void {
    const running = operations.get(id);
    if (!running) return;
    if (running.left) {
      running.next = null;
    } else {
      running.left = true;
      void pass(text);
    }
  }

  socket.on('message', (data) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > mostUnreadBytes) {
      log.debug({ bytes: socket.bufferedAmount }, 'socket reads nothing');
      socket.terminate();
      return;
    }
    const text = String(data);
    const { type, id } = headOf(text);
    if (!fromClients.has(type)) socket.close(CloseCode.BadRequest, 'Invalid message received');
    else if (type === MessageType.Subscribe && id !== null) subscribe(id, text);
    else if (type === MessageType.Complete && id !== null) complete(id, text);
    else void pass(text);
  });

  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const pinging = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, pingEveryMs);
  socket.once('close', (code, reason) => {
    clearInterval(pinging);
    for (const operation of operations.values()) operation.next = null;
    void closed(code, String(reason));
  });
}

/** What a message is and which operation it is about; the server looks at the rest. */
function headOf(text: string): { type: unknown; id: string | null } {
  try {
    const message = JSON.parse(text) as { type?: unknown; id?: unknown } | null;
    const id = message?.id;
    return { type: message?.type, id: typeof id === 'string' && id !== '' ? id : null };
  } catch {
    return { type: null, id: null };
  }
}
