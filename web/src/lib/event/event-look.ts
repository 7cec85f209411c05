import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import Clock from '@lucide/svelte/icons/clock';
import CreditCard from '@lucide/svelte/icons/credit-card';
import FileText from '@lucide/svelte/icons/file-text';
import KeyRound from '@lucide/svelte/icons/key-round';
import Mail from '@lucide/svelte/icons/mail';
import Package from '@lucide/svelte/icons/package';
import PanelTop from '@lucide/svelte/icons/panel-top';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import User from '@lucide/svelte/icons/user';
import Webhook from '@lucide/svelte/icons/webhook';
import type { Component } from 'svelte';
import type { ActorKind } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

type Look = { icon: Component<{ class?: string }>; tone: Tone };

const good: Look = { icon: CircleCheck, tone: 'success' };
const bad: Look = { icon: CircleAlert, tone: 'danger' };

const byType: Record<string, Look> = {
  'invoice.paid': good,
  'payment.succeeded': good,
  'subscription.recovered': good,
  'refund.succeeded': good,
  'refund.failed': bad,
  'dispute.opened': bad,
  'dispute.won': good,
  'dispute.lost': bad,
  'payment_method.expiring': { icon: CreditCard, tone: 'warning' },
  'invoice.past_due': bad,
  'invoice.marked_uncollectible': bad,
  'payment.failed': bad,
  'subscription.past_due': bad,
  'subscription.unpaid': bad,
  'email.bounced': bad,
  'subscription.cancellation_scheduled': { icon: RefreshCw, tone: 'warning' },
  'subscription.canceled': { icon: RefreshCw, tone: 'warning' },
};

const byNoun: Record<string, Look['icon']> = {
  customer: User,
  staff_member: User,
  staff_invitation: Mail,
  portal: PanelTop,
  notification_template: Mail,
  email: Mail,
  product: Package,
  price: Package,
  tax_rate: Package,
  coupon: Package,
  discount: Package,
  subscription: RefreshCw,
  invoice: FileText,
  payment: CreditCard,
  refund: CreditCard,
  dispute: CreditCard,
  payment_method: CreditCard,
  portal_session: PanelTop,
  api_key: KeyRound,
  webhook_endpoint: Webhook,
  test_clock: Clock,
};

/** Picture and colour of an event; its sentence says the same in words. */
export function eventLook(type: string): Look {
  const noun = type.slice(0, type.indexOf('.'));
  return byType[type] ?? { icon: byNoun[noun] ?? FileText, tone: 'neutral' };
}

const actors: Record<ActorKind, () => string> = {
  STAFF: m.console_actor_staff,
  CUSTOMER: m.console_actor_customer,
  API_KEY: m.console_actor_api_key,
  SYSTEM: m.console_actor_system,
};

/** Who did it. */
export function actorText(kind: ActorKind): string {
  return actors[kind]();
}

/** Steps on the way to what another event says; a customer's own timeline shows them all. */
const steps = new Set([
  'payment.started',
  'payment.processing',
  'payment.succeeded',
  'refund.created',
  'email.sent',
  'customer.signed_out',
  'staff_member.signed_out',
  'subscription.renewed',
  'subscription.past_due',
  'invoice.created',
  'invoice.updated',
  'invoice.finalized',
  'invoice.past_due',
  'product.created',
  'price.created',
  'test_clock.advance_requested',
]);

/** Whether an event is worth a line among those of every customer. */
export function isHeadline(type: string): boolean {
  return !steps.has(type);
}
