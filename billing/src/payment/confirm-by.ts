/** How long a charge waits for the customer to confirm it (3-D Secure) before it is given up. Pure. */
import { addDays } from '../period/period.ts';

export const confirmationDays = 3;

/** @param createdAt when the attempt was made */
export function confirmBy(createdAt: Date): Date {
  return addDays(createdAt, confirmationDays);
}
