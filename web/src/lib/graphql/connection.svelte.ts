/** Whether the live socket is up. */
type SocketStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

/** How fresh the screen is. `waiting`: the server has refused something for now; it is asked again. */
export type ConnectionStatus = SocketStatus | 'waiting';

export class ConnectionState {
  socket = $state<SocketStatus>('idle');
  /** Subscriptions that were refused and wait to be asked for again. */
  waiting = $state(0);
  readonly status: ConnectionStatus = $derived(
    this.waiting > 0 && (this.socket === 'live' || this.socket === 'idle')
      ? 'waiting'
      : this.socket,
  );
  /** The server has ended the session. Whoever leads back to sign-in sets it back. */
  signedOut = $state(false);
}
