import { createContext } from 'svelte';

/** The merchant's time zone: when things happened is told by their clock, wherever staff sit. */
export const [getTimeZone, setTimeZone] = createContext<() => string>();
