/** The whole schema: every noun's file adds its part to the builder. */
import './credit-note.ts';
import './customer-billing.ts';
import './customer.ts';
import './dunning-policy.ts';
import './email-message.ts';
import './errors.ts';
import './event.ts';
import './invoice-closing.ts';
import './invoice-draft.ts';
import './invoice.ts';
import './merchant.ts';
import './money.ts';
import './notification.ts';
import './payment-method.ts';
import './payment.ts';
import './portal-sign-in.ts';
import './portal.ts';
import './refund.ts';
import './recovery-figures.ts';
import './subscription-change.ts';
import './subscription.ts';
import './test-clock.ts';
import './viewer.ts';
import { builder } from './builder.ts';

export const schema = builder.toSchema();
