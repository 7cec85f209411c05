import { createOutbox, type OutboxMail } from '@4geeks/api/adapters/mail/outbox';
import type { Mailer } from '@4geeks/billing/ports';

/** What was mailed. */
export interface Mailbox {
  mailer: Mailer;
  /** Oldest first. */
  mails(to?: string): Promise<OutboxMail[]>;
  close(): Promise<void>;
}

export function openMailbox(url: string): Mailbox {
  const outbox = createOutbox({ connectionString: url });
  return {
    mailer: outbox.mailer,
    mails: async (to) => (await outbox.listWithBodies({ to, limit: 1000 })).reverse(),
    close: () => outbox.close(),
  };
}
