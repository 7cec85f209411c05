/** What every resolver may use, made by the server for each request and each live event. */
import type { Viewer } from '@4geeks/billing/access/viewer';
import type { EventPosition } from '@4geeks/billing/event/event-position';
import type { Billing } from '@4geeks/billing/ports';
import type { Locale } from '@4geeks/prisma';

/** What a live subscription listens to. */
export type LiveTopic =
  | { kind: 'customer'; merchantId: string; customerId: string }
  | { kind: 'portal'; merchantId: string }
  /** Everything at the merchant. */
  | { kind: 'merchant'; merchantId: string };

/**
 * `news`: something happened. `passing`: something that more follows at once when all goes well.
 * `session`: the viewer's session has ended, or their role has changed.
 */
export type LiveNews = 'news' | 'passing' | 'session';

export type Unsubscribe = () => void;

/** Of somebody who is signed in to the console, whether or not they work for anybody (any more). */
export interface StaffSession {
  id: string;
  userId: string;
  /** In lower case. */
  email: string;
}

/** Actions that are limited by network address, beside the limits of their use cases. */
export type RateLimitedAction =
  | 'request-sign-in-link'
  | 'confirm-sign-in'
  | 'add-payment-method'
  | 'invite-staff'
  | 'accept-staff-invitation'
  /** What makes the gateway charge a card again. */
  | 'charge-again';

export interface Context {
  billing: Billing;
  /** Changes within a request only by signing in, signing out, or going to another merchant. */
  viewer: Viewer;
  /** Language of sentences made for this viewer. */
  locale: Locale;
  requestId: string;
  /** Set where a mutation, or one of several, was refused or failed. */
  refused?: true;
  /**
   * Calls `listener` after committed events about any of `topics`, and when the viewer's session
   * ends or their role changes. It must return at once.
   *
   * @throws TooManyLiveError when the viewer, or the address, has as many open as one may have
   */
  subscribe(topics: readonly LiveTopic[], listener: (news: LiveNews) => void): Unsubscribe;
  /** How far this process has heard of what was committed. */
  eventPosition(): EventPosition;
  /** Counts one try. @throws RateLimitedError when there were too many from this address. */
  limitRate(action: RateLimitedAction): Promise<void>;
  /** The portal session this request came with, signed in or not. */
  portalSession: { portalSlug: string; sessionToken: string } | null;
  /** Gives the client a portal session with the answer. */
  setPortalSession(session: { portalSlug: string; sessionToken: string; expiresAt: Date }): void;
  /** Takes the client's portal session away with the answer. */
  clearPortalSession(portalSlug: string): void;
  /** The staff session this request came with. Null for portals' requests and API keys, too. */
  staffSession(): Promise<StaffSession | null>;
  /** Gives the client a staff session with the answer. @throws where it is not their password */
  signInStaff(user: { email: string; password: string }): Promise<void>;
  /**
   * The same request as of now: viewer and permissions read again, nothing cached.
   * @returns null when the viewer's session has ended.
   */
  refresh(): Promise<Context | null>;
  /** Aborted once the client of this request has gone; null where its connection says so. */
  signal: AbortSignal | null;
  /** The client is no longer who it was: its connection should end. */
  onSessionEnded(): void;
}
