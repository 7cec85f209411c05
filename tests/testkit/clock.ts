import type { Clock } from '@4geeks/billing/ports';

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 } as const;
export type Stretch = Partial<Record<keyof typeof unitMs, number>>;

/** Billing time that moves only when a test says so. */
export interface TravellingClock extends Clock {
  set(instant: Date | string): void;
  advance(stretch: Stretch): void;
}

export function travellingClock(start: Date | string): TravellingClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    set: (instant) => void (now = new Date(instant)),
    advance(stretch) {
      let ms = 0;
      for (const [unit, count] of Object.entries(stretch)) {
        ms += unitMs[unit as keyof typeof unitMs] * count;
      }
      now = new Date(now.getTime() + ms);
    },
  };
}
