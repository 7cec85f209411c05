/**
 * Notices at once that the session or key of an open connection has ended: by the events that end
 * one (signing out, revoking, taking a role away, switching the portal off) and by its own time. Also
 * that a member of staff has another role; what customers may do is news of the portal itself.
 */
import type { Viewer } from '@4geeks/billing/access/viewer';
import { sessionEndingEvents } from '@4geeks/billing/event/events';
import type { Bus, EventNotice, Topic } from '../adapters/bus/postgres.ts';
import { recheckViewer, type Credentials, type ViewerPort } from './viewer.ts';

/** The longest a timer can wait. */
const longestWaitMs = 2 ** 31 - 1;
/** After a look that failed, because the database could not be asked. */
const lookAgainMs = 5000;

type Known = Exclude<Viewer, { kind: 'anonymous' }>;

/** `ended` is told once and last. */
export type SessionNews = 'ended' | 'rights-changed';
type Listener = (news: SessionNews) => void;

export class SessionWatch {
  readonly #port: ViewerPort & { bus: Pick<Bus, 'listen'> };
  readonly #credentials: Credentials;
  readonly #listeners = new Set<Listener>();
  #viewer: Known | null = null;
  #stopHearing: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking = false;
  #lookAgain = false;

  constructor(port: ViewerPort & { bus: Pick<Bus, 'listen'> }, credentials: Credentials) {
    this.#port = port;
    this.#credentials = credentials;
  }

  /**
   * @param viewer as the credentials were just resolved
   * @param listener of nobody's session never called
   * @returns ends it
   */
  listen(viewer: Viewer, listener: Listener): () => void {
    if (viewer.kind === 'anonymous') return () => {};
    this.#listeners.add(listener);
    if (!this.#stopHearing) this.#begin(viewer);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  #begin(viewer: Known): void {
    this.#viewer = viewer;
    this.#stopHearing = this.#port.bus.listen(topicsOf(viewer), (event) => {
      if (mayEnd(viewer, event)) void this.#look();
    });
    this.#wait();
  }

  #stop(): void {
    this.#stopHearing?.();
    this.#stopHearing = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(atLeastMs = 0): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const endsAt = this.#viewer?.endsAt;
    if (!endsAt) return;
    const leftMs = endsAt.getTime() - this.#port.billing.clock.now().getTime();
    this.#timer = setTimeout(
      () => void this.#look(),
      Math.min(Math.max(leftMs, atLeastMs), longestWaitMs),
    ).unref();
  }

  async #look(): Promise<void> {
    if (!this.#stopHearing || !this.#viewer) return;
    this.#lookAgain = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    try {
      do {
        this.#lookAgain = false;
        const now = await recheckViewer(this.#port, this.#viewer, this.#credentials);
        if (!now || now.kind === 'anonymous') return this.#end();
        const changed = roleOf(now) !== roleOf(this.#viewer);
        this.#viewer = now;
        if (changed) for (const listener of [...this.#listeners]) listener('rights-changed');
      } while (this.#lookAgain);
      if (this.#listeners.size > 0) this.#wait(1000);
    } catch {
      if (this.#listeners.size > 0) {
        this.#timer = setTimeout(() => void this.#look(), lookAgainMs).unref();
      }
    } finally {
      this.#looking = false;
    }
  }

  #end(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#stop();
    for (const listener of listeners) listener('ended');
  }
}

function roleOf(viewer: Known): string | null {
  return viewer.kind === 'staff' ? viewer.role : null;
}

function topicsOf(viewer: Known): Topic[] {
  const { merchantId } = viewer;
  const about = (objectId: string): Topic => ({ merchantId, about: 'object', objectId });
  switch (viewer.kind) {
    case 'customer':
      // What is about the portal is about the merchant.
      return [about(viewer.customerId), about(merchantId)];
    case 'staff':
      return [about(viewer.staffMemberId)];
    case 'apiKey':
      return [about(viewer.apiKeyId)];
  }
}

function mayEnd(viewer: Known, { type }: EventNotice): boolean {
  return viewer.kind !== 'customer' || sessionEndingEvents.has(type);
}
