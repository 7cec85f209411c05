/**
 * A process that can be killed between any two steps, and a gateway that can fail it: the same
 * domain, wired so that one operation dies or goes unanswered where it is told to.
 *
 * A *step* is what another process or a power cut could come between: the beginning of a
 * transaction, its commit, the moment after, a request to the gateway and its answer, and the
 * hand-over of a mail and a job.
 */
import type { PlainSql, SqlRunner } from '@4geeks/prisma';
import {
  GatewayFault,
  type Billing,
  type Mailer,
  type PaymentGateway,
} from '@4geeks/billing/ports';

/** The process is dead. What it had not committed never happened. */
export class Killed extends Error {
  override name = 'Killed';
  constructor(at: string) {
    super(`Killed ${at}`);
  }
}

/** How requests to the gateway go wrong. */
export type GatewayTrouble =
  /** It never gets there. */
  | 'refused'
  /** It is done; the answer is lost. */
  | 'answer_lost'
  /** No answer; it gets there, and is done, later (see `late`). */
  | 'late';

export interface Fate {
  /** Dies at this step, counted from 1; null: lives. */
  dieAtStep: number | null;
  /** Whether every statement of ours is a step too, in transactions and outside. Default: no. */
  everyStatement?: boolean;
  /** How it dies; it must not return. Default: {@link Killed} is thrown, now and ever after. */
  die?: () => never;
  /** Of the n-th request to the gateway; null: it goes well. */
  trouble: (request: number) => GatewayTrouble | null;
}

export interface Mortal {
  billing: Billing;
  /** Another step, of who uses the domain. @throws Killed */
  step(at: string): void;
  /** Steps gone. */
  steps(): number;
  dead(): boolean;
}

/** @param late takes requests that are still on their way. */
export function mortalBilling(
  billing: Billing,
  fate: Fate,
  late: (request: () => Promise<unknown>) => void,
): Mortal {
  let steps = 0;
  let requests = 0;
  let dead = false;

  function step(at: string): void {
    if (!dead) {
      steps += 1;
      dead = steps === fate.dieAtStep;
      if (dead) fate.die?.();
    }
    if (dead) throw new Killed(at);
  }

  const gateway = mapMethods(billing.gateway, (name, call) => async () => {
    step(`before ${name}`);
    requests += 1;
    const trouble = fate.trouble(requests);
    if (trouble === 'refused') throw new GatewayFault(`${name} refused`);
    if (trouble === 'late') {
      late(call);
      throw new GatewayFault(`${name} timed out`);
    }
    const answer = await call();
    if (trouble === 'answer_lost') throw new GatewayFault(`${name} timed out`);
    step(`after ${name}`);
    return answer;
  }) as PaymentGateway;

  const mailer = mapMethods(billing.mailer, (name, call) => async () => {
    step(`before ${name}`);
    const answer = await call();
    step(`after ${name}`);
    return answer;
  }) as Mailer;

  const beforeStatement = fate.everyStatement ? (at: string) => step(`before ${at}`) : null;
  const mortally =
    (
      begin: (work: (transaction: object) => Promise<unknown>) => Promise<unknown>,
      told: (transaction: object) => object,
    ) =>
    async (work: (transaction: object) => Promise<unknown>): Promise<unknown> => {
      step('before a transaction');
      const result = await begin(async (transaction) => {
        const done = await work(beforeStatement ? told(transaction) : transaction);
        step('before a commit');
        return done;
      });
      step('after a commit');
      return result;
    };
  const { sql } = billing.database;
  const plainly = (runner: object) =>
    new Proxy(runner, { get: (inner, name) => plainStatement(inner, name, beforeStatement) });
  const transaction: PlainSql['transaction'] = (work, finish) =>
    mortally(
      (mortal) =>
        sql.transaction(
          (runner) => mortal(runner) as never,
          finish && ((runner, done) => finish(plainly(runner) as SqlRunner, done as never)),
        ),
      plainly,
    )(work as never) as never;
  const database = new Proxy(billing.database, {
    get(target, property) {
      if (property === 'sql')
        return { query: Reflect.get(plainly(sql), 'query') as unknown, transaction };
      if (property !== '$transaction') return statement(target, property, beforeStatement);
      return mortally(
        (work) => target.$transaction(work),
        (inner) =>
          new Proxy(inner, { get: (client, name) => statement(client, name, beforeStatement) }),
      );
    },
  });

  return {
    step,
    steps: () => steps,
    dead: () => dead,
    billing: {
      ...billing,
      database,
      gateway,
      mailer,
      async enqueue(sql, jobs) {
        for (const { name } of jobs) step(`before enqueueing ${name}`);
        await billing.enqueue(sql, jobs);
      },
      publish(events) {
        if (!dead) billing.publish(events);
      },
    },
  };
}

type Call = (...args: unknown[]) => unknown;

/** Sent at once, but never throwing at once: several may be sent and awaited together. */
function rejecting(send: () => unknown): unknown {
  try {
    return send();
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

/** `runner.query`, told about before each statement. */
function plainStatement(
  runner: object,
  property: string | symbol,
  before: ((at: string) => void) | null,
): unknown {
  const value = Reflect.get(runner, property, runner) as unknown;
  if (!before || typeof value !== 'function') return value;
  return (...args: unknown[]) =>
    rejecting(() => {
      before('a statement in plain SQL');
      return (value as Call).apply(runner, args);
    });
}

/** `client[property]`, told about before each statement: of a model, or written by hand. */
function statement(
  client: object,
  property: string | symbol,
  before: ((at: string) => void) | null,
): unknown {
  const value = Reflect.get(client, property, client) as unknown;
  if (!before || typeof property === 'symbol') return value;
  const told = (name: string, call: Call, self: unknown): Call => {
    return (...args) =>
      rejecting(() => {
        before(name);
        return call.apply(self, args);
      });
  };
  if (typeof value === 'function') {
    return /^(\$(query|execute)Raw|query$)/.test(property)
      ? told(property, value as Call, client)
      : value;
  }
  if (typeof value !== 'object' || value === null || /^[_$]/.test(property)) return value;
  return new Proxy(value, {
    get(model, method) {
      const call = Reflect.get(model, method, model) as unknown;
      return typeof call === 'function' && typeof method === 'string'
        ? told(`${property}.${method}`, call as Call, model)
        : call;
    },
  });
}

type Methods = Record<string, (...args: never[]) => Promise<unknown>>;

function mapMethods(
  methods: object,
  wrap: (name: string, call: () => Promise<unknown>) => () => Promise<unknown>,
): object {
  return Object.fromEntries(
    Object.entries(methods as Methods).map(([name, method]) => [
      name,
      (...args: never[]) => wrap(name, () => method.apply(methods, args))(),
    ]),
  );
}
