/**
 * Postgres refuses to run as root. This decides what to put in front of its programs so that they
 * run as somebody else when we are root, and so that they end when our own process is killed.
 *
 * Machines differ too much to predict what will work (containers without capabilities, folders
 * that only root may enter, missing tools), so every way is tried for real on the actual folder,
 * best first.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';

import { EmbeddedPostgresError } from './postgres-error.ts';

/** How to start a Postgres program, and who must own the files it uses. */
export interface Launch {
  /** Words put before the program, for example `setpriv --reuid 101 --`. */
  prefix: string[];
  /** For `child_process.spawn`, where no tool can change the user for us. */
  uid?: number;
  gid?: number;
  /** Owner that the cluster folder needs, or undefined for "whoever creates it". */
  owner?: Account;
}

interface Account {
  uid: number;
  gid: number;
}

/** Sends the server a fast shutdown when the process that started it dies, however it dies. */
const endWithParent = ['--pdeathsig', 'INT'];

/**
 * Lets a user enter folders that are closed to it, without making it root. The bit makes `access`
 * calls agree: they would otherwise answer as if the capability were not there.
 */
const enterAnyFolder = [
  ...['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'],
  ...['--securebits', '+no_setuid_fixup'],
];

/**
 * @param clusterDir folder that holds or will hold the database files; its parent exists
 * @param initdb the program to try out
 * @param accountNames accounts to run as when we are root, in order of preference
 */
export function chooseLaunch(
  clusterDir: string,
  initdb: string,
  log: (line: string) => void,
  accountNames: readonly string[] = ['postgres', 'nobody'],
): Launch {
  for (const launch of candidates(clusterDir, accountNames, log)) {
    if (works(launch, clusterDir, initdb)) return launch;
  }
  throw new EmbeddedPostgresError(
    isRoot()
      ? `The embedded Postgres cannot run as root here, and no other account may use ${clusterDir} ` +
          `and ${initdb}. Start as an ordinary user, or set DATABASE_URL to a Postgres server.`
      : `The embedded Postgres cannot use ${clusterDir}. Set DATA_DIR to a folder you own.`,
  );
}

const isRoot = () => process.getuid?.() === 0;

function* candidates(
  clusterDir: string,
  accountNames: readonly string[],
  log: (line: string) => void,
): Generator<Launch> {
  if (!isRoot()) {
    yield { prefix: ['setpriv', ...endWithParent, '--'] };
    yield { prefix: [] };
    return;
  }
  const existing = statSync(clusterDir, { throwIfNoEntry: false });
  const accounts = existing
    ? [{ uid: existing.uid, gid: existing.gid }].filter(({ uid }) => uid !== 0)
    : accountsNamed(accountNames, log);
  for (const owner of accounts) {
    const { uid, gid } = owner;
    const become = ['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups'];
    yield { owner, prefix: [...become, ...endWithParent, '--'] };
    yield { owner, prefix: [...become, ...enterAnyFolder, ...endWithParent, '--'] };
    yield { owner, prefix: [], uid, gid };
  }
  if (existing && existing.uid !== 0) return;
  // A user namespace in which root goes by another number. The files stay root's.
  const renumber = ['unshare', '--user', '--map-user', '65534', '--map-group', '65534', '--'];
  yield { owner: { uid: 0, gid: 0 }, prefix: [...renumber, 'setpriv', ...endWithParent, '--'] };
}

/** Each account that exists, the first being created if it can be. */
function* accountsNamed(names: readonly string[], log: (line: string) => void): Generator<Account> {
  for (const [index, name] of names.entries()) {
    let account = findAccount(name);
    if (!account && index === 0) {
      const created = spawnSync(
        'useradd',
        ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
        { stdio: 'ignore' },
      );
      account = created.status === 0 ? findAccount(name) : undefined;
      if (account) log(`Created the system account "${name}" for the embedded Postgres.`);
    }
    if (account && account.uid !== 0) yield account;
  }
}

function findAccount(name: string): Account | undefined {
  const number = (flag: string) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout.trim()) : Number.NaN;
  };
  const [uid, gid] = [number('-u'), number('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

/**
 * In the way proposed: writes a file among the database files, and lets `initdb` look for its own
 * user and files, which fails exactly where the real thing would.
 */
function works(launch: Launch, clusterDir: string, initdb: string): boolean {
  const isNew = !statSync(clusterDir, { throwIfNoEntry: false });
  const trialDir = isNew ? `${clusterDir}.trial` : clusterDir;
  try {
    if (isNew) {
      rmSync(trialDir, { recursive: true, force: true });
      mkdirSync(trialDir, { mode: 0o700 });
      if (launch.owner) chownSync(trialDir, launch.owner.uid, launch.owner.gid);
    }
    const script = ': > "$2/trial" && rm "$2/trial" && "$1" --show --pgdata="$2"';
    const [command, ...args] = [...launch.prefix, 'sh', '-c', script, 'sh', initdb, trialDir];
    const { status } = spawnSync(command!, args, {
      uid: launch.uid,
      gid: launch.gid,
      cwd: '/',
      stdio: 'ignore',
      timeout: 20_000,
    });
    return status === 0;
  } catch {
    return false;
  } finally {
    if (isNew) rmSync(trialDir, { recursive: true, force: true });
  }
}
