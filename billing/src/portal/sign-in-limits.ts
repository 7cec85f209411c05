/** How sign-in protects itself. Limits by network address are the transport's, on top. */

/** A link and its code sign in for this long. */
export const linkMinutes = 20;
/** A link of createPortalSession signs in for this long: its browser is on the way already. */
export const sessionLinkMinutes = 5;
/** Requests one address may make. */
export const requestsPerMinute = 6;
export const requestsPerHour = 12;
/** Wrong codes after which the mail's code is dead; its link still works. */
export const codeTries = 5;
/** A session ends this long after its last request ... */
export const sessionIdleMinutes = 60;
/** ... and this long after signing in, whatever happens. */
export const sessionHours = 24;
