import type { WebhookEndpointRowFragment } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { MenuItem } from '#lib/ui/DropdownMenu.svelte';

/** A dialog about one endpoint. */
export type EndpointDialog = 'edit' | 'rotate' | 'disable' | 'delete';

/** What staff may do with an endpoint, as a menu. `edit` and `test` are left out where buttons offer them. */
export function endpointMenu(
  endpoint: Pick<WebhookEndpointRowFragment, 'isEnabled'>,
  does: {
    edit?: () => void;
    test?: () => void;
    enable: () => void;
    open: (dialog: EndpointDialog) => void;
  },
): MenuItem[] {
  const { edit, test, enable, open } = does;
  return [
    ...(edit ? [{ label: m.console_webhook_edit(), onselect: edit }] : []),
    ...(test
      ? [{ label: m.console_webhook_test(), disabled: !endpoint.isEnabled, onselect: test }]
      : []),
    { label: m.console_webhook_rotate(), onselect: () => open('rotate') },
    endpoint.isEnabled
      ? { label: m.console_webhook_disable(), onselect: () => open('disable') }
      : { label: m.console_webhook_enable(), onselect: enable },
    'separator',
    { label: m.console_webhook_delete(), danger: true, onselect: () => open('delete') },
  ];
}
