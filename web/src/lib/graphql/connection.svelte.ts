/** How fresh the screen is: whether the live socket is up. */
export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export class ConnectionState {
  status = $state<ConnectionStatus>('idle');
  /** The server ended the session; the shell leads back to sign-in. */
  signedOut = $state(false);
}
