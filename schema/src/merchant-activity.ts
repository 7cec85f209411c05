/** What happens at a merchant, live: every event once, over any number of connections. */
import { eventsVisibleTo } from '@4geeks/billing/event/access';
import {
  positionOfText,
  positionText,
  union,
  upTo,
  withRead,
  type EventPosition,
} from '@4geeks/billing/event/event-position';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { builder, maxPageSize } from './builder.ts';
import type { Context } from './context.ts';
import { Event, eventAccess } from './event.ts';
import { liveEvents, type LiveEvent } from './live/live-events.ts';

interface Activity {
  /** In the order they were recorded. */
  eventIds: readonly string[];
  position: EventPosition;
  hasMore: boolean;
}

/** What an open subscription has told so far; null before the first message. */
interface Told {
  position: EventPosition | null;
}

const MerchantActivity = builder.objectRef<Activity>('MerchantActivity').implement({
  description: 'Events that a live subscription had not told of yet.',
  access: 'inherits',
  fields: (t) => ({
    events: t.prismaField({
      type: [Event],
      description:
        'In the order they were recorded. One whose change took longer to commit comes in a later message than its neighbours, and those of one object always in the order they happened.',
      resolve: (query, { eventIds }, _args, { billing, viewer }) =>
        eventIds.length === 0
          ? []
          : billing.database.event.findMany({
              ...query,
              where: { AND: [{ id: { in: [...eventIds] } }, eventsVisibleTo(viewer)] },
              orderBy: { sequence: 'asc' },
            }),
    }),
    cursor: t.string({
      description:
        'Keep the newest and give it as `after` when you connect again: you are told of everything that came since, and of nothing twice.',
      resolve: ({ position }, _args, { billing, viewer }) =>
        billing.secrets.seal(positionText(position), cursorOf(viewer)),
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'More is waiting already: the next message follows at once.',
    }),
  }),
});

builder.subscriptionFields((t) => ({
  merchantActivity: t.field({
    type: MerchantActivity,
    nullable: true,
    access: eventAccess,
    description:
      'Everything that happens at the merchant. The first message has the newest events, or with `after` those since then; each later one what is new.',
    args: {
      first: t.arg.int({
        defaultValue: 20,
        description: `Events of one message at most. At most ${maxPageSize}.`,
        validate: z.number().int().min(1).max(maxPageSize),
      }),
      after: t.arg.string({ description: 'The cursor of the last message that you have.' }),
    },
    subscribe: (_root, { after }, context) => {
      const { viewer, subscribe } = context;
      const told: Told = { position: null };
      const isMerchants = viewer.kind === 'staff' || viewer.kind === 'apiKey';
      if (after != null) {
        told.position = openCursor(context, after);
        if (!told.position) {
          throw new GraphQLError('No cursor of yours: after.', {
            extensions: { code: 'BAD_USER_INPUT' },
          });
        }
      }
      return liveEvents(
        subscribe,
        isMerchants ? [{ kind: 'merchant', merchantId: viewer.merchantId }] : [],
        { memory: told },
      );
    },
    resolve: async (event: LiveEvent<Told>, { first }, context) => {
      const activity = await readActivity(context, event.memory.position, first ?? 20);
      if (activity.eventIds.length === 0) event.silent = true;
      if (activity.hasMore) event.again();
      event.onMade = () => {
        event.memory.position = activity.position;
      };
      return activity;
    },
  }),
}));

function cursorOf(viewer: Context['viewer']): string {
  return `activity ${'merchantId' in viewer ? viewer.merchantId : ''}`;
}

/**
 * Events that `from` does not cover, oldest first; the newest ones when it is null.
 *
 * What the process has not heard of yet, though it may be there to read, is left for the next
 * message: its number could not be told from one that is never used.
 */
async function readActivity(
  { billing, viewer, eventPosition }: Context,
  from: EventPosition | null,
  most: number,
): Promise<Activity> {
  const heard = eventPosition();
  const unread = from
    ? {
        OR: [
          { sequence: { gt: from.highest, lte: heard.highest } },
          { sequence: { in: [...from.gaps] } },
        ],
      }
    : { sequence: { lte: heard.highest } };
  const rows = await billing.database.event.findMany({
    where: { AND: [unread, eventsVisibleTo(viewer)] },
    orderBy: { sequence: from ? 'asc' : 'desc' },
    take: from ? most + 1 : most,
    select: { id: true, sequence: true },
  });
  if (!from) rows.reverse();
  const page = rows.slice(0, most);
  const hasMore = rows.length > most;
  const last = page.at(-1);
  const looked = hasMore && last ? upTo(heard, last.sequence) : heard;
  const read = withRead(
    looked,
    page.map(({ sequence }) => sequence),
  );
  return {
    eventIds: page.map(({ id }) => id),
    position: from ? union(from, read) : read,
    hasMore,
  };
}

/** @returns null for what is no cursor of this viewer's. */
function openCursor({ billing, viewer }: Context, cursor: string): EventPosition | null {
  try {
    return positionOfText(billing.secrets.open(cursor, cursorOf(viewer)));
  } catch {
    return null;
  }
}
