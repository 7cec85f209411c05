/** Sends mail by Postmark. */
import type { Mail, Mailer, MailOutcome } from '@4geeks/billing/ports';
import { Models, ServerClient } from 'postmark';

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
 * A Mailer on Postmark, by its batches of up to 500 mails. Postmark cannot tell a repeated mail: a send whose answer got lost is sent
 * again. The key travels as metadata, so that such twins can be recognised there.
 */
export function createPostmarkMailer(options: PostmarkOptions): Mailer {
  const client = new ServerClient(options.serverToken, {
    timeout: options.timeoutSeconds ?? 10,
    ...(options.standInHost ? { useHttps: false, requestHost: options.standInHost } : {}),
  });
  return {
    async send(mails) {
      const answers = await client.sendEmailBatch(
        mails.map((mail) => toMessage(mail, options.messageStream)),
      );
      if (answers.length !== mails.length) {
        throw new Error(`Postmark answered ${answers.length} times for ${mails.length} mails`);
      }
      return answers.map(outcomeOf);
    },
  };
}

/** Postmark's code for an address that has bounced or complained before. */
const inactiveRecipient = 406;

function outcomeOf({ ErrorCode, Message, MessageID }: Models.MessageSendingResponse): MailOutcome {
  switch (ErrorCode) {
    case 0:
      return { status: 'sent', messageId: MessageID };
    case inactiveRecipient:
      return { status: 'bounced', reason: 'inactive_recipient' };
    default:
      return {
        status: 'failed',
        error: new Error(`Postmark refused a mail (${ErrorCode}): ${Message}`),
      };
  }
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
