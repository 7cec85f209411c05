/** A portal as a browser has it open: a live subscription, and mutations over HTTP. */
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { PastDueCustomer } from './past-due-customers.ts';

export interface Portal {
  /** @returns when the mutation went out: all that was left to do was to write it (performance.now). */
  chooseWorkingCard(): Promise<number>;
  /** When the message arrived that shows the customer as current (performance.now). */
  paid: Promise<number>;
  close(): Promise<void>;
}

/** @returns once the first live message has shown the customer as past due. */
export async function openPortal(url: string, customer: PastDueCustomer): Promise<Portal> {
  const cookie = `portal_session_${customer.portalSlug}=${customer.sessionToken}`;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols, { headers: { cookie } });
      }
    },
    connectionParams: { portal: customer.portalSlug },
  });
  const isPastDue = Promise.withResolvers<void>();
  const paid = Promise.withResolvers<number>();
  client.subscribe<{ customerBilling: { billingStatus: string } }>(
    {
      query: `subscription {
        customerBilling {
          billingStatus
          amountPastDue { amountMinor currency }
          pastDueInvoices { id number latestPayment { declineReason } }
          subscriptions(first: 20) { edges { node { id status latestInvoice { status paidAt } } } }
        }
      }`,
    },
    {
      next({ data, errors }) {
        if (errors || !data) return paid.reject(new Error(JSON.stringify(errors)));
        if (data.customerBilling.billingStatus === 'CURRENT') paid.resolve(performance.now());
        else isPastDue.resolve();
      },
      error: (error) => paid.reject(error as Error),
      complete: () => {},
    },
  );
  await Promise.race([isPastDue.promise, paid.promise]);

  const id = Buffer.from(`PaymentMethod:${customer.workingMethodId}`).toString('base64');
  return {
    paid: paid.promise,
    async chooseWorkingCard() {
      const headers = { cookie, 'x-portal': customer.portalSlug, 'x-graphql-yoga-csrf': '1' };
      const { sentAt, answer } = await post(`${url}/graphql`, headers, {
        query: `mutation ($id: ID!) {
          setDefaultPaymentMethod(input: { paymentMethodId: $id }) { __typename }
        }`,
        variables: { id },
      });
      const { data } = answer as { data?: { setDefaultPaymentMethod?: { __typename: string } } };
      if (data?.setDefaultPaymentMethod?.__typename !== 'PaymentMethod') {
        throw new Error(`The mutation failed: ${JSON.stringify(answer)}`);
      }
      return sentAt;
    },
    close: async () => client.dispose(),
  };
}

const agent = new Agent({ keepAlive: true });

/** Plain, because what the clients spend is taken from the server on a small machine. */
function post(
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<{ sentAt: number; answer: unknown }> {
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
    });
    let sentAt = NaN;
    // It is written as soon as it has its connection, which is open from the time before.
    sent.once('socket', () => (sentAt = performance.now()));
    sent.once('error', reject);
    sent.once('response', (response) =>
      json(response).then((answer) => resolve({ sentAt, answer }), reject),
    );
    sent.end(bytes);
  });
}
