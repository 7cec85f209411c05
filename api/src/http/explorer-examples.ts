/**
 * What the explorer opens with: operations that answer something on the demo's data to staff who are
 * signed in to the console. A test runs each of them there.
 */
export interface ExplorerExample {
  query: string;
  /** JSON. */
  variables?: string;
}

const examples: readonly ExplorerExample[] = [
  {
    query: `# Customers whose renewal failed, and why. Sign in to the console first (/console), or put
# {"authorization": "Bearer <key>"} into the headers below.
query PastDueCustomers {
  customers(first: 5, billingStatus: PAST_DUE) {
    totalCount
    edges {
      node {
        id
        name
        amountPastDue { amountMinor currency }
        pastDueInvoices { number dueAt latestPayment { declineReason createdAt } }
      }
    }
  }
}
`,
  },
  {
    query: `# A page of invoices. For the next one put pageInfo.endCursor into "after".
query Invoices($first: Int!, $after: String, $status: InvoiceStatus) {
  invoices(first: $first, after: $after, status: $status, orderBy: NEWEST_FIRST) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        id
        number
        status
        total { amountMinor currency }
        customer { name }
        payments { status amount { amountMinor currency } declineReason }
      }
    }
  }
}
`,
    variables: '{\n  "first": 20,\n  "after": null,\n  "status": "PAID"\n}',
  },
  {
    query: `# One customer by address, with everything that a support call needs.
query FindCustomer($email: String!) {
  customers(first: 1, email: $email) {
    edges {
      node {
        id
        name
        billingStatus
        defaultPaymentMethod { brand last4 expMonth expYear }
        subscriptions(first: 5) {
          totalCount
          edges { node { status nextRenewalAt amount { amountMinor currency } items { productName } } }
        }
        events(first: 10) { edges { node { type occurredAt } } }
      }
    }
  }
}
`,
    variables: '{\n  "email": "somebody@example.com"\n}',
  },
  {
    query: `# What retrying has won back.
query Recovery {
  viewer {
    merchant {
      name
      recoveryFigures { from to total { rateBps failed { count } recovered { count } } }
    }
  }
}
`,
  },
  {
    query: `# A change answers with one of several types: ask for the ones you handle, and for the code of the rest.
mutation CreateCustomer($input: CreateCustomerInput!) {
  createCustomer(input: $input) {
    __typename
    ... on Customer { id name email }
    ... on InvalidInputError { field reason }
    ... on Error { code message }
  }
}
`,
    variables:
      '{\n  "input": {\n    "name": "Grace Example",\n    "email": "grace@example.com",\n    "locale": "en"\n  }\n}',
  },
  {
    query: `# Live: the first message is the portal as it looks now, the next comes when its branding is saved
# (the console's settings). Open it in a second window.
subscription PortalChanged($slug: String!) {
  portalChanged(slug: $slug) { companyName primaryColor available version }
}
`,
    variables: '{\n  "slug": "portal"\n}',
  },
  {
    query: `# Too much at once: refused before anything is read, with its price and the limit.
query TooMuch {
  customers(first: 100) {
    edges { node { invoices(first: 100) { edges { node { payments { status } } } } } }
  }
}
`,
  },
];

/** What only this installation knows. */
export interface ExplorerFacts {
  /** Of a portal. */
  slug: string | undefined;
  /** Of a customer. */
  email: string | undefined;
}

export function examplesFor(known: ExplorerFacts): ExplorerExample[] {
  return examples.map(({ query, variables }) => ({
    query,
    ...(variables && {
      variables: variables
        .replace('"portal"', JSON.stringify(known.slug ?? 'portal'))
        .replace('"somebody@example.com"', JSON.stringify(known.email ?? 'somebody@example.com')),
    }),
  }));
}
