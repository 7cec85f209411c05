import type { Mail, Mailer } from '@4geeks/billing/ports';

/** What was mailed, oldest first. */
export interface Mailbox {
  mailer: Mailer;
  mails(): Promise<Mail[]>;
  close(): Promise<void>;
}

export async function openMailbox(_url: string): Promise<Mailbox> {
  const sent = new Map<string, Mail>();
  return {
    mailer: {
      async send(mail) {
        if (!sent.has(mail.idempotencyKey)) sent.set(mail.idempotencyKey, mail);
        return { status: 'sent', messageId: mail.idempotencyKey };
      },
    },
    mails: async () => [...sent.values()],
    close: async () => {},
  };
}
