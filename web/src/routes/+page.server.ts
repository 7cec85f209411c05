import type { PageServerLoad } from './$types';

/** Where the demo's portal and mailbox are; absent outside the demo. */
export const load: PageServerLoad = () => ({ demo: globalThis.__fourGeeksApi?.demo ?? null });
