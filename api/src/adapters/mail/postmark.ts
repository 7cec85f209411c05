/** Sends mail by Postmark. */
import type { Mail, Mailer } from '@4geeks/billing/ports';
import { Errors, Models, ServerClient } from 'postmark';

export interface PostmarkOptions {
  serverToken: string;
  /** Postmark's message stream. */
  messageStream: string;
  /** Default 10. */
  timeoutSeconds?: number;
  /** Another host than Postmark's, over plain HTTP. For tests. */
  standInHost?: string;
}

/**
 * A Mailer on Postmark. Postmark cannot tell a repeated mail: a send whose answer got lost is sent
 * again. The key travels as metadata, so that such twins can be recognised there.
 */
export function createPostmarkMailer(options: PostmarkOptions): Mailer {
  const client = new ServerClient(options.serverToken, {
    timeout: options.timeoutSeconds ?? 10,
    ...(options.standInHost ? { useHttps: false, requestHost: options.standInHost } : {}),
  });
  return {
    async send(mail) {
      try {
        const { MessageID } = await client.sendEmail(toMessage(mail, options.messageStream));
        return { status: 'sent', messageId: MessageID };
      } catch (error) {
        if (error instanceof Errors.InactiveRecipientsError) {
          return { status: 'bounced', reason: 'inactive_recipient' };
        }
        throw error;
      }
    },
  };
}

function toMessage(mail: Mail, messageStream: string): Models.Message {
  return {
    From: mailbox(mail.from.address, mail.from.name),
    To: mailbox(mail.to.address, mail.to.name),
    ...(mail.replyTo ? { ReplyTo: mail.replyTo } : {}),
    Subject: mail.subject,
    HtmlBody: mail.html,
    TextBody: mail.text,
    Tag: mail.tag,
    // Links let people in: nobody else shall rewrite or count them.
    TrackOpens: false,
    TrackLinks: Models.LinkTrackingOptions.None,
    MessageStream: messageStream,
    Metadata: { key: mail.idempotencyKey.slice(0, 80) },
  };
}

/** A quoted name cannot break out of its quotes or begin another header. */
function mailbox(address: string, name?: string): string {
  const quoted = name
    ?.replace(/[\r\n]+/g, ' ')
    .replace(/["\\]/g, '\\$&')
    .trim();
  return quoted ? `"${quoted}" <${address}>` : address;
}
