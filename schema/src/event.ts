/** Events: what happened. The activity feed of the console. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { eventsVisibleTo } from '@4geeks/billing/event/access';
import { type ActorKind as actorKinds } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';

export const eventAccess: AccessRule = { staff: 'events:read', apiKey: 'events:read' };
const access = eventAccess;

const ActorKind = builder.enumType('ActorKind', {
  description: 'Who did it.',
  values: described<actorKinds>({
    STAFF: 'Somebody who works for the merchant, in the console.',
    CUSTOMER: 'A customer, in the portal.',
    API_KEY: 'A program with a key of the merchant.',
    SYSTEM: 'Nobody: a renewal, a retry, the word of a bank.',
  }),
});

export const Event = builder.prismaObject('Event', {
  description: 'Something that happened. Written with the change itself, and never altered.',
  access,
});

addNode(Event, { model: 'event', access, visibleTo: eventsVisibleTo });

builder.prismaObjectFields(Event, (t) => ({
  type: t.exposeString('type', {
    access,
    description: 'noun.verb in the past tense: invoice.paid. Never renamed, only added to.',
  }),
  actorKind: t.expose('actorKind', { type: ActorKind, access, description: 'Who did it.' }),
  occurredAt: t.expose('occurredAt', {
    type: 'DateTime',
    access,
    description: 'Billing time, which a test clock may have moved.',
  }),
  data: t.field({
    type: 'JSONObject',
    access,
    description: 'Facts worth keeping. Amounts are decimal strings of minor units.',
    resolve: ({ data }) => data as Record<string, unknown>,
  }),
  customer: t.relation('customer', {
    access: { staff: 'customers:read', apiKey: 'customers:read' },
    nullable: true,
    description: 'Whose billing it concerns. Null for the merchant as a whole.',
  }),
}));

builder.queryFields((t) => ({
  events: t.prismaConnection({
    type: Event,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's activity feed, newest first.",
    resolve: (query, _root, _args, { billing, viewer }) =>
      billing.database.event.findMany({
        ...query,
        where: eventsVisibleTo(viewer),
        orderBy: { sequence: 'desc' },
      }),
  }),
}));
