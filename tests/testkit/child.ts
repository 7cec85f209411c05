/** Another process of ours, spoken to line by line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child {
  /** The next line it prints. @throws when it ends instead. */
  line(): Promise<string>;
  send(line: string): void;
  /** SIGKILL: nothing is finished, nothing is said. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Closes its input and waits. @throws when it fails. */
  end(): Promise<void>;
  /** Waits for its end. @returns whether it was killed. @throws when it failed otherwise. */
  wasKilled(): Promise<boolean>;
}

export function startChild(script: string, env: Record<string, string>): Child {
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', script], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended (${await exited}): ${complaints}`);
      return value;
    },
    send: (line) => void child.stdin!.write(`${line}\n`),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async wasKilled() {
      const code = await exited;
      if (child.signalCode === 'SIGKILL') return true;
      if (code !== 0) throw new Error(`${script} failed (${code}): ${complaints}`);
      return false;
    },
    async end() {
      child.stdin!.end();
      const code = await exited;
      if (code !== 0) throw new Error(`${script} failed (${code}): ${complaints}`);
    },
  };
}
