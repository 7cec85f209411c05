/** Decline codes of charges that waited for the customer and were given up. */

/** How the gateway tells that we gave it up ourselves (PaymentGateway.cancelCharge). */
export const givenUpCode = 'canceled';
/** What it counts as when nobody came: the customer did not confirm it. */
export const unconfirmedCode = 'authentication_required';
