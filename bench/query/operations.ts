/**
 * What is asked, in the words of each server, and the answers in one form, so that they can be
 * compared: flat, amounts as integers, times as milliseconds, ids as in the database.
 */
import type { ServerName } from './server.ts';
import type { OperationName } from './statements.ts';

export interface Operation {
  name: OperationName;
  title: string;
  /** GraphQL; a customer's id is variable `id`. */
  documents: Record<Exclude<ServerName, 'hand'>, string>;
  /** Answers as they come, in one form. */
  read: Record<ServerName, (body: string) => unknown>;
}

// Answers are read as what they should be; one that differs is found by comparing.
interface Row {
  [field: string]: unknown;
}

const rows = (value: unknown) => value as Row[];
const nodes = (value: unknown) =>
  (value as { edges: { node: Row }[] }).edges.map(({ node }) => node);
const data = (body: string): Row => {
  const { data: answer, errors } = JSON.parse(body) as { data: Row; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return answer;
};
const at = (time: unknown) => (time === null ? null : Date.parse(String(time)));
/** Of a global id. */
const uuid = (id: unknown) => Buffer.from(String(id), 'base64').toString().split(':')[1];
const money = (value: unknown) => {
  const { amountMinor, currency } = value as Row;
  return [amountMinor, currency];
};

const ours = {
  payment: ({ id, status, attemptNumber, amount, settledAt }: Row) => [
    uuid(id),
    status,
    attemptNumber,
    ...money(amount),
    at(settledAt),
  ],
  who: ({ id, name, email }: Row) => [uuid(id), name, email],
};
/** PostGraphile's answers, and those of SQL, name what the columns are named. */
const plain = {
  payment: ({ id, status, attemptNumber, amountMinor, currency, settledAt }: Row) => [
    id,
    status,
    attemptNumber,
    Number(amountMinor),
    currency,
    at(settledAt),
  ],
  who: ({ id, name, email }: Row) => [id, name, email],
  invoice: ({ id, number, status, totalMinor, currency, dueAt }: Row) => [
    id,
    number,
    status,
    Number(totalMinor),
    currency,
    at(dueAt),
  ],
  pastDue: ({ number, dueAt, currency, amountDueMinor }: Row) => [
    number,
    at(dueAt),
    Number(amountDueMinor),
    currency,
  ],
  subscription: ({ id, status, currentPeriodEnd }: Row) => [id, status, at(currentPeriodEnd)],
  wholeSubscription: (row: Row) => [
    ...plain.subscription(row),
    at(row.currentPeriodStart),
    row.cancelAtPeriodEnd,
  ],
};
const method = ({ brand, last4, expMonth, expYear }: Row) => [brand, last4, expMonth, expYear];

const payments = {
  ours: 'payments { id status attemptNumber amount { amountMinor currency } settledAt }',
  postgraphile: `paymentsByMerchantIdAndInvoiceId(orderBy: ATTEMPT_NUMBER_DESC) {
    edges { node { id: rowId status attemptNumber amountMinor currency settledAt } }
  }`,
};

export const operations: Operation[] = [
  {
    name: 'customer',
    title: 'a customer by id with its current state',
    documents: {
      ours: `query Customer($id: ID!) {
        customer(id: $id) {
          id name email billingStatus
          pastDueInvoices { number dueAt amountDue { amountMinor currency } }
          defaultPaymentMethod { brand last4 expMonth expYear }
          subscriptions(first: 5) {
            edges { node { id status currentPeriodStart currentPeriodEnd cancelAtPeriodEnd } }
          }
        }
      }`,
      postgraphile: `query Customer($id: UUID!) {
        customerByRowId(rowId: $id) {
          id: rowId name email billingStatus
          pastDueInvoices { edges { node { number dueAt currency amountDueMinor } } }
          defaultPaymentMethod { brand last4 expMonth expYear }
          contractsByMerchantIdAndCustomerId(first: 5, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
            edges { node { id: rowId status currentPeriodStart currentPeriodEnd cancelAtPeriodEnd } }
          }
        }
      }`,
    },
    read: {
      ours: (body) => {
        const customer = data(body).customer as Row;
        return [
          ours.who(customer),
          customer.billingStatus,
          rows(customer.pastDueInvoices).map(({ number, dueAt, amountDue }) => [
            number,
            at(dueAt),
            ...money(amountDue),
          ]),
          method(customer.defaultPaymentMethod as Row),
          nodes(customer.subscriptions).map((row) =>
            plain.wholeSubscription({ ...row, id: uuid(row.id) }),
          ),
        ];
      },
      postgraphile: (body) => {
        const customer = data(body).customerByRowId as Row;
        return [
          plain.who(customer),
          customer.billingStatus,
          nodes(customer.pastDueInvoices).map(plain.pastDue),
          method(customer.defaultPaymentMethod as Row),
          nodes(customer.contractsByMerchantIdAndCustomerId).map(plain.wholeSubscription),
        ];
      },
      hand: (body) => {
        const customer = JSON.parse(body) as Row;
        return [
          plain.who(customer),
          customer.billingStatus,
          rows(customer.pastDueInvoices).map(plain.pastDue),
          method(customer.paymentMethod as Row),
          rows(customer.subscriptions).map(plain.wholeSubscription),
        ];
      },
    },
  },
  {
    name: 'invoices',
    title: 'a page of 50 invoices with customer and payments',
    documents: {
      ours: `query Invoices {
        invoices(first: 50) {
          edges {
            node {
              id number status
              total { amountMinor currency }
              amountPaid { amountMinor currency }
              dueAt paidAt
              customer { id name email }
              ${payments.ours}
            }
          }
        }
      }`,
      postgraphile: `query Invoices {
        allInvoices(first: 50, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
          edges {
            node {
              id: rowId number status totalMinor amountPaidMinor currency dueAt paidAt
              customerByMerchantIdAndCustomerId { id: rowId name email }
              ${payments.postgraphile}
            }
          }
        }
      }`,
    },
    read: {
      ours: (body) =>
        nodes(data(body).invoices).map(
          ({ id, number, status, total, amountPaid, dueAt, paidAt, customer, payments }) => [
            uuid(id),
            number,
            status,
            ...money(total),
            at(dueAt),
            money(amountPaid)[0],
            at(paidAt),
            ours.who(customer as Row),
            rows(payments).map(ours.payment),
          ],
        ),
      postgraphile: (body) =>
        nodes(data(body).allInvoices).map((invoice) => [
          ...plain.invoice(invoice),
          Number(invoice.amountPaidMinor),
          at(invoice.paidAt),
          plain.who(invoice.customerByMerchantIdAndCustomerId as Row),
          nodes(invoice.paymentsByMerchantIdAndInvoiceId).map(plain.payment),
        ]),
      hand: (body) =>
        rows(JSON.parse(body)).map((invoice) => [
          ...plain.invoice(invoice),
          invoice.amountPaidMinor,
          at(invoice.paidAt),
          plain.who(invoice.customer as Row),
          rows(invoice.payments).map(plain.payment),
        ]),
    },
  },
  {
    name: 'customers',
    title: '20 customers with subscriptions, 5 invoices each and their payments',
    documents: {
      ours: `query Customers {
        customers(first: 20) {
          edges {
            node {
              id name email
              subscriptions(first: 5) { edges { node { id status currentPeriodEnd } } }
              invoices(first: 5) {
                edges {
                  node {
                    id number status
                    total { amountMinor currency }
                    dueAt
                    ${payments.ours}
                  }
                }
              }
            }
          }
        }
      }`,
      postgraphile: `query Customers {
        allCustomers(first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
          edges {
            node {
              id: rowId name email
              contractsByMerchantIdAndCustomerId(first: 5, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
                edges { node { id: rowId status currentPeriodEnd } }
              }
              invoicesByMerchantIdAndCustomerId(first: 5, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
                edges {
                  node {
                    id: rowId number status totalMinor currency dueAt
                    ${payments.postgraphile}
                  }
                }
              }
            }
          }
        }
      }`,
    },
    read: {
      ours: (body) =>
        nodes(data(body).customers).map((customer) => [
          ours.who(customer),
          nodes(customer.subscriptions).map((row) =>
            plain.subscription({ ...row, id: uuid(row.id) }),
          ),
          nodes(customer.invoices).map(({ id, number, status, total, dueAt, payments }) => [
            [uuid(id), number, status, ...money(total), at(dueAt)],
            rows(payments).map(ours.payment),
          ]),
        ]),
      postgraphile: (body) =>
        nodes(data(body).allCustomers).map((customer) => [
          plain.who(customer),
          nodes(customer.contractsByMerchantIdAndCustomerId).map(plain.subscription),
          nodes(customer.invoicesByMerchantIdAndCustomerId).map((invoice) => [
            plain.invoice(invoice),
            nodes(invoice.paymentsByMerchantIdAndInvoiceId).map(plain.payment),
          ]),
        ]),
      hand: (body) =>
        rows(JSON.parse(body)).map((customer) => [
          plain.who(customer),
          rows(customer.subscriptions).map(plain.subscription),
          rows(customer.invoices).map((invoice) => [
            plain.invoice(invoice),
            rows(invoice.payments).map(plain.payment),
          ]),
        ]),
    },
  },
];
