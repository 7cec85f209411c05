import Bell from '@lucide/svelte/icons/bell';
import CreditCard from '@lucide/svelte/icons/credit-card';
import FileText from '@lucide/svelte/icons/file-text';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import PanelTop from '@lucide/svelte/icons/panel-top';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import UserRoundCog from '@lucide/svelte/icons/user-round-cog';
import Users from '@lucide/svelte/icons/users';
import Webhook from '@lucide/svelte/icons/webhook';
import { m } from '#lib/paraglide/messages.js';
import { console_ } from '#lib/routes.ts';

export const mainLinks = [
  { href: console_.home(), label: m.console_nav_overview, icon: LayoutDashboard },
  { href: console_.customers(), label: m.console_nav_customers, icon: Users },
  { href: console_.subscriptions(), label: m.console_nav_subscriptions, icon: RefreshCw },
  { href: console_.invoices(), label: m.console_nav_invoices, icon: FileText },
  { href: console_.payments(), label: m.console_nav_payments, icon: CreditCard },
];

export const settingsLinks = [
  { href: console_.portalSettings(), label: m.console_nav_customer_portal, icon: PanelTop },
  { href: console_.notificationSettings(), label: m.console_nav_notifications, icon: Bell },
  { href: console_.teamSettings(), label: m.console_nav_team, icon: UserRoundCog },
  { href: console_.apiKeySettings(), label: m.console_nav_api_keys, icon: KeyRound },
  { href: console_.webhookSettings(), label: m.console_nav_webhooks, icon: Webhook },
];

/** Whether a link leads to the page shown, or to the list it belongs to. */
export function isCurrent(href: string, pathname: string): boolean {
  if (href === console_.home()) return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
