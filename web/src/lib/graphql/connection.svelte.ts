/** How fresh the screen is: whether the live socket is up. */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export class ConnectionState {
  status = $state<ConnectionStatus>('idle');
  /** The server has ended the session. Whoever leads back to sign-in sets it back. */
  signedOut = $state(false);
}
