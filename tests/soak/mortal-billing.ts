/**
 * A process that can be killed between any two steps, and a gateway that can fail it: the same
 * domain, wired so that one operation dies or goes unanswered where it is told to.
 *
 * A *step* is what another process or a power cut could come between: the beginning of a
 * transaction, its commit, the moment after, a request to the gateway and its answer, and the
 * hand-over of a mail and a job.
 */
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
  /** Of the n-th request to the gateway; null: it goes well. */
  trouble: (request: number) => GatewayTrouble | null;
}

export interface Mortal {
  billing: Billing;
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

  const mortally =
    (begin: (work: Work) => Promise<unknown>): ((work: Work) => Promise<unknown>) =>
    async (work) => {
      step('before a transaction');
      const result = await begin(async (transaction) => {
        const done = await work(transaction);
        step('before a commit');
        return done;
      });
      step('after a commit');
      return result;
    };
  const { sql } = billing.database;
  const database = new Proxy(billing.database, {
    get(target, property) {
      if (property === '$transaction') return mortally((work) => target.$transaction(work));
      if (property === 'sql')
        return { ...sql, transaction: mortally((work) => sql.transaction(work)) };
      return Reflect.get(target, property, target) as unknown;
    },
  });

  return {
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

/** Of a transaction, whatever it speaks. */
type Work = (transaction: unknown) => Promise<unknown>;

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
