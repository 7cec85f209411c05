/** Makes the GraphQL context of a request or of a WebSocket operation. */
import { apiKeyRefusal } from '@4geeks/billing/api-key/resolve-api-key';
import { nameOfViewer, type Viewer } from '@4geeks/billing/access/viewer';
import { passingEvents, shownToCustomers } from '@4geeks/billing/event/events';
import { RateLimitedError } from '@4geeks/billing/errors';
import type { Billing } from '@4geeks/billing/ports';
import type { Locale } from '@4geeks/prisma';
import { refusedKeyError, TooManyLiveError, type LiveNews, type LiveTopic } from '@4geeks/schema';
import type { Bus, EventNotice, Topic } from '../adapters/bus/postgres.ts';
import { portalCookieName, sessionCookie } from './cookies.ts';
import type { LiveLimits } from './live-limits.ts';
import type { PricedContext } from './operation-limits.ts';
import type { Allowance, RateLimits } from './rate-limits.ts';
import { SessionWatch } from './session-watch.ts';
import type { StaffAuth } from './staff-auth.ts';
import { recheckViewer, resolveViewer, type Credentials } from './viewer.ts';

/** What the HTTP side needs of the application. */
export interface HttpPort {
  billing: Billing;
  bus: Bus;
  staffAuth: StaffAuth;
  rateLimits: RateLimits;
  liveLimits: LiveLimits;
  /** Cookies travel over https only. */
  secureCookies: boolean;
}

export interface RequestFacts {
  credentials: Credentials;
  requestId: string;
  locale: Locale;
  /** Network address of the client; what limits count by. */
  clientAddress: string;
  /** Of the connection, where it carries several operations. */
  session?: SessionWatch;
  /** Takes Set-Cookie headers for the answer. Over WebSocket there is none. */
  setCookie(header: string): void;
  /** The answer says when to come back. Over WebSocket only the error does. */
  onRateLimited(retryAfterSeconds: number): void;
  /** Over HTTP: headers with what the operation cost and what is left. */
  onPriced?(points: number, allowance: Allowance | null): void;
  onSessionEnded(): void;
  /** Aborted once the client has gone. Over WebSocket the socket closes. */
  signal: AbortSignal | null;
}

/** @throws GraphQLError UNAUTHENTICATED, status 401, for a key that opens nothing. */
export async function createContext(port: HttpPort, facts: RequestFacts): Promise<PricedContext> {
  const viewer = await resolveViewer(port, facts.credentials);
  const { apiKey } = facts.credentials;
  if (apiKey !== null && viewer.kind !== 'apiKey') throw refusedKeyError(apiKeyRefusal(apiKey));
  return contextOf(port, facts, viewer);
}

function contextOf(port: HttpPort, facts: RequestFacts, viewer: Viewer): PricedContext {
  const { billing, bus, rateLimits, secureCookies: secure } = port;
  const { credentials, requestId, locale, clientAddress } = facts;
  return {
    billing,
    viewer,
    locale,
    requestId,
    clientAddress,
    onPriced: facts.onPriced,
    onRateLimited: facts.onRateLimited,
    subscribe(topics, listener) {
      const close = openLive(port.liveLimits, viewer, clientAddress);
      facts.session ??= new SessionWatch(port, credentials);
      const wantsAll = topics.some(({ kind }) => kind === 'merchant');
      const ends = [
        bus.listen(topics.map(toTopic), (event) => {
          const isNews = event.customerId !== null || shownToCustomers.has(event.objectType);
          if (wantsAll || isNews) listener(newsOf(event));
        }),
        facts.session.listen(viewer, () => listener('session')),
        close,
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    eventPosition: () => bus.position,
    async limitRate(action) {
      try {
        await rateLimits.count(action, clientAddress);
      } catch (error) {
        if (error instanceof RateLimitedError) {
          facts.onRateLimited(Number(error.facts.retryAfterSeconds));
        }
        throw error;
      }
    },
    portalSession: credentials.portalSession,
    setPortalSession({ portalSlug, sessionToken, expiresAt }) {
      const name = portalCookieName(portalSlug);
      facts.setCookie(sessionCookie(name, sessionToken, { expiresAt, secure }));
    },
    clearPortalSession(portalSlug) {
      const name = portalCookieName(portalSlug);
      facts.setCookie(sessionCookie(name, '', { expiresAt: new Date(0), secure }));
    },
    async staffSession() {
      const isStaffs = credentials.apiKey === null && !credentials.isPortal;
      return isStaffs ? port.staffAuth.findSession(credentials.headers) : null;
    },
    async signInStaff(user) {
      for (const cookie of await port.staffAuth.signIn(user)) facts.setCookie(cookie);
    },
    async refresh() {
      const current = await recheckViewer(port, viewer, credentials);
      return current && contextOf(port, facts, current);
    },
    signal: facts.signal,
    onSessionEnded: () => facts.onSessionEnded(),
  };
}

/** @throws TooManyLiveError */
function openLive(limits: LiveLimits, viewer: Viewer, clientAddress: string): () => void {
  const name = nameOfViewer(viewer);
  const ofViewer = name === null ? () => {} : limits.open('subscriptionsPerViewer', name);
  if (!ofViewer) throw new TooManyLiveError(limits.numbers.subscriptionsPerViewer);
  const ofAddress = limits.open('subscriptionsPerAddress', clientAddress);
  if (!ofAddress) {
    ofViewer();
    throw new TooManyLiveError(limits.numbers.subscriptionsPerAddress);
  }
  return () => {
    ofViewer();
    ofAddress();
  };
}

function newsOf({ type }: EventNotice): LiveNews {
  return passingEvents.has(type) ? 'passing' : 'news';
}

function toTopic(topic: LiveTopic): Topic {
  const { merchantId } = topic;
  switch (topic.kind) {
    case 'customer':
      return { merchantId, about: 'customer', customerId: topic.customerId };
    case 'portal':
      return { merchantId, about: 'merchant' };
    case 'merchant':
      return { merchantId, about: 'everything' };
  }
}

const locales: readonly string[] = ['en', 'es', 'de', 'pt', 'it'] satisfies Locale[];

/** The first language of an Accept-Language header that the product speaks; English otherwise. */
export function localeOf(acceptLanguage: string | null | undefined): Locale {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return {
        language: tag.slice(0, 2).toLowerCase(),
        quality: quality ? Number(quality.trim().slice(2)) : 1,
      };
    })
    .sort((left, right) => right.quality - left.quality);
  const spoken = ranked.find(({ language, quality }) => quality > 0 && locales.includes(language));
  return (spoken?.language ?? 'en') as Locale;
}
